// `pull_request` as facts: one that is open, that was merged, or whose words changed after its merge.
import { z } from 'zod'
import type { ChangeEditEvent, Ignored, MergedPullRequest, MergeEvent } from '../domain/event.ts'
import type { PullRequestEvent } from '../domain/pull-request.ts'
import { line, person, repositoryOf, repositoryPart, text, when } from './payload-parts.ts'
import { id, ignored, readPayload, sha } from './read-payload.ts'

const EDITS = new Set(['edited', 'labeled', 'unlabeled'])
const LONGEST_EXCERPT = 2_000
/** What changes what is said of one that is not merged. */
const REVIEWED = new Set(['opened', 'reopened', 'synchronize', 'ready_for_review', 'converted_to_draft', 'edited', 'closed'])

const pullRequestPayload = z.object({
  action: line,
  installation: z.object({ id }),
  repository: repositoryPart,
  pull_request: z.object({
    number: z.number().int().positive(),
    title: line,
    body: text.nullish(),
    labels: z.array(z.object({ name: line.nullish() })).nullish(),
    user: person,
    merged: z.boolean().nullish(),
    state: line.nullish(),
    draft: z.boolean().nullish(),
    changed_files: z.number().int().nonnegative().nullish(),
    additions: z.number().int().nonnegative().nullish(),
    deletions: z.number().int().nonnegative().nullish(),
    merged_at: when.nullish(),
    merged_by: z.unknown().optional(),
    merge_commit_sha: sha.nullish().catch(null),
    base: z.object({ ref: line }),
    head: z.object({ ref: line, sha }),
    updated_at: when,
    html_url: line,
  }),
})

export function pullRequestEvent(payload: unknown): PullRequestEvent | MergeEvent | ChangeEditEvent | Ignored {
  const read = readPayload(pullRequestPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { action, installation, repository, pull_request: pull } = read.data
  if (!pull.merged_at || pull.merged === false) return openEvent(read.data)
  if (action !== 'closed' && !EDITS.has(action)) return ignored(`pull_request.${action}: changes nothing that is kept`)
  const pullRequest: MergedPullRequest = {
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
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

function openEvent({
  action,
  installation,
  repository,
  pull_request: pull,
}: z.infer<typeof pullRequestPayload>): PullRequestEvent | Ignored {
  if (!REVIEWED.has(action)) return ignored(`pull_request.${action}: changes nothing that is said of it`)
  return {
    kind: 'pull-request',
    action,
    repository: repositoryOf(repository, installation.id),
    pullRequest: {
      number: pull.number,
      title: pull.title,
      body: (pull.body ?? '').slice(0, LONGEST_EXCERPT),
      labels: (pull.labels ?? []).flatMap((label) => label.name ?? []),
      author: pull.user,
      headSha: pull.head.sha,
      baseRef: pull.base.ref,
      isDraft: pull.draft ?? false,
      isOpen: action !== 'closed' && pull.state !== 'closed',
      fileCount: pull.changed_files ?? 0,
      added: pull.additions ?? 0,
      deleted: pull.deletions ?? 0,
      url: pull.html_url,
      updatedAt: pull.updated_at,
    },
  }
}
