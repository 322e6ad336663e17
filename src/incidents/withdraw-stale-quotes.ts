import { withdrawComment } from '../github/withdraw-comment.ts'
import type { Repository } from '../domain/repository.ts'
import type { Work } from '../work.ts'
import { areReadable } from '../catalog/readable.ts'

/**
 * Deletes the comment of an incident when some version of it tells what its readers of today may not see: a repository
 * that is quoted in it is no longer shared with them, or they have become more. The next answer makes it anew.
 */
export async function withdrawStaleQuotes(work: Work, repository: Repository, issueNumber: number): Promise<void> {
  const quotes = await work.tenant.quotes.of(repository.id, issueNumber)
  if (!(await isAnyStale(work, repository, quotes))) return
  await withdrawComment(work, { repository, issueNumber })
  await work.tenant.quotes.clear(repository.id, issueNumber)
  work.log.info({ repository: repository.id, issue: issueNumber }, 'comment deleted: it told of what its readers may no longer see')
}

async function isAnyStale(work: Work, repository: Repository, quotes: { quotedId: number; wasPrivate: boolean }[]): Promise<boolean> {
  if (!repository.isPrivate && quotes.some(({ wasPrivate }) => wasPrivate)) return true
  const ids = quotes.map(({ quotedId }) => quotedId)
  return !(await areReadable(work.tenant, repository, ids))
}
