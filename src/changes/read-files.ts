// Reads what a change touched. A failed read costs the files, not the change; a rate limit stops everything.
import type { Repository } from '../domain/repository.ts'
import type { PullRequestSummary } from '../github/github.ts'
import { Incomplete, RateLimited } from '../github/github.ts'
import type { Work } from '../work.ts'
import { describeFiles, unknownFiles, type FileFacts } from './describe-files.ts'

/** `onPassing` hears of a failure that another try may not meet. */
export async function readPullRequestFiles(
  work: Work,
  repository: Repository,
  pull: Pick<PullRequestSummary, 'number' | 'fileCount' | 'added' | 'deleted'>,
  onPassing: (error: Error) => void = () => undefined,
): Promise<FileFacts> {
  const totals = { fileCount: pull.fileCount, added: pull.added, deleted: pull.deleted }
  try {
    return describeFiles(await work.github.pullRequestFiles(repository, pull.number), totals)
  } catch (error) {
    return withoutFiles(work, error, { pullRequest: pull.number }, totals, onPassing)
  }
}

export async function readCommitFiles(
  work: Work,
  repository: Repository,
  sha: string,
  onPassing: (error: Error) => void = () => undefined,
): Promise<FileFacts> {
  try {
    const read = await work.github.commitFiles(repository, sha)
    return read ? describeFiles(read, null) : unknownFiles(null)
  } catch (error) {
    return withoutFiles(work, error, { sha }, null, onPassing)
  }
}

function withoutFiles(
  work: Work,
  error: unknown,
  what: object,
  totals: Parameters<typeof unknownFiles>[0],
  onPassing: (error: Error) => void,
): FileFacts {
  if (error instanceof RateLimited) throw error
  work.log.warn({ ...what, err: error }, 'the files of this change could not be read; it is recorded without them')
  tellPassing(error, onPassing)
  return unknownFiles(totals)
}

/** A server's fault or a broken connection; what GitHub refuses (403, 404, 422 for a diff too large) it refuses again. */
export function tellPassing(error: unknown, onPassing: (error: Error) => void): void {
  if (!(error instanceof Error)) return
  const isPassing = !('status' in error) || typeof error.status !== 'number' || error.status >= 500
  if (isPassing) onPassing(new Incomplete(`files not read: ${error.message}`, { cause: error }))
}
