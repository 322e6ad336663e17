// `push` to a branch as facts. Tags and deleted branches bring no changes.
import { z } from 'zod'
import type { Ignored, PushEvent } from '../domain/event.ts'
import { line, repositoryOf, repositoryPart, text, when } from './payload-parts.ts'
import { id, ignored, readPayload, sha } from './read-payload.ts'

const NO_SHA = /^0+$/
const BRANCH = 'refs/heads/'
/** GitHub lists no more commits in one payload. */
const MOST_LISTED = 2048

const paths = z.array(text).nullish()
const commit = z.object({ id: sha, timestamp: when.nullish().catch(null), added: paths, modified: paths, removed: paths })

const pushPayload = z.object({
  installation: z.object({ id }),
  repository: repositoryPart.extend({ pushed_at: when.nullish().catch(null) }),
  ref: line,
  before: sha,
  after: sha,
  deleted: z.boolean().nullish(),
  commits: z.array(commit).nullish(),
  head_commit: commit.nullish().catch(null),
})

export function pushEvent(payload: unknown): PushEvent | Ignored {
  const read = readPayload(pushPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { installation, repository, ref, before, after, deleted, head_commit: head } = read.data
  const commits = read.data.commits ?? []
  if (!ref.startsWith(BRANCH)) return ignored(`push to ${ref}: not a branch`)
  if (deleted === true || NO_SHA.test(after)) return ignored(`push to ${ref}: the branch was deleted`)
  return {
    kind: 'push',
    repository: repositoryOf(repository, installation.id),
    branch: ref.slice(BRANCH.length),
    before: NO_SHA.test(before) ? null : before,
    after,
    shas: commits.map((one) => one.id),
    isTruncated: commits.length >= MOST_LISTED,
    paths: [...new Set(commits.flatMap((one) => [...(one.added ?? []), ...(one.modified ?? []), ...(one.removed ?? [])]))],
    pushedAt: repository.pushed_at ?? head?.timestamp ?? null,
  }
}
