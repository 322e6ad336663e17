// `pull_request` as facts: one that was merged, or one whose words changed after its merge.
import { z } from 'zod'
import type { ChangeEditEvent, Ignored, MergedPullRequest, MergeEvent } from '../domain/event.ts'
import { person, repositoryOf, repositoryPart, text, when } from './payload-parts.ts'
import { id, ignored, readPayload, sha } from './read-payload.ts'

const EDITS = new Set(['edited', 'labeled', 'unlabeled'])
const LONGEST_BODY = 65_536

const pullRequestPayload = z.object({
  action: z.string(),
  installation: z.object({ id }),
  repository: repositoryPart,
  pull_request: z.object({
    number: z.number().int().positive(),
    title: text,
    body: text.nullish(),
    labels: z.array(z.object({ name: text.nullish() })).nullish(),
    user: person,
    merged: z.boolean().nullish(),
    merged_at: when.nullish(),
    merged_by: z.unknown().optional(),
    merge_commit_sha: sha.nullish().catch(null),
    base: z.object({ ref: z.string() }),
    head: z.object({ ref: z.string(), sha }),
    updated_at: when,
    html_url: z.string(),
  }),
})

export function pullRequestEvent(payload: unknown): MergeEvent | ChangeEditEvent | Ignored {
  const read = readPayload(pullRequestPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { action, installation, repository, pull_request: pull } = read.data
  if (!pull.merged_at || pull.merged === false) return ignored(`pull_request.${action}: not merged`)
  if (action !== 'closed' && !EDITS.has(action)) return ignored(`pull_request.${action}: changes nothing that is kept`)
  const pullRequest: MergedPullRequest = {
    number: pull.number,
    title: pull.title,
    body: (pull.body ?? '').slice(0, LONGEST_BODY),
    labels: (pull.labels ?? []).flatMap((label) => label.name ?? []),
    author: pull.user,
    merger: pull.merged_by ? (person.safeParse(pull.merged_by).data ?? null) : null,
    baseRef: pull.base.ref,
    headRef: pull.head.ref,
    headSha: pull.head.sha,
    mergeSha: pull.merge_commit_sha ?? null,
    mergedAt: pull.merged_at,
    updatedAt: pull.updated_at,
    url: pull.html_url,
  }
  return { kind: action === 'closed' ? 'merge' : 'change-edit', repository: repositoryOf(repository, installation.id), pullRequest }
}
