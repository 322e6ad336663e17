// The one reply to a comment that asked for help or held a mistake: never a second one, whatever crashed before.
import { createHash } from 'node:crypto'
import type { Repository } from '../domain/repository.ts'
import type { Work } from '../work.ts'

/** How far GitHub's clock may be behind ours. */
const CLOCK_MARGIN_MS = 10 * 60_000

/** Makes the reply say `markdown`; does nothing when it does already. Only under the repository's lease. */
export async function replyOnce(
  work: Work,
  repository: Repository,
  to: { issueNumber: number; toCommentId: number },
  markdown: string,
): Promise<void> {
  const { replies } = work.tenant
  const replied = { repositoryId: repository.id, ...to }
  // Anybody can write these characters: only our own App's comments are looked at.
  const marker = `<!-- causeway:reply to=${to.toCommentId} -->`
  const body = `${marker}\n${markdown}\n`
  const hash = createHash('sha256').update(body).digest('hex')
  const known = await replies.get(replied)
  if (known?.bodyHash === hash) return
  if (known?.commentId) {
    // One that people deleted is not wanted: it does not come again.
    await work.github.updateComment(repository, known.commentId, body)
    return replies.saved(replied, known.commentId, hash)
  }
  const lost = known && (await findLost(work, repository, to.issueNumber, marker, known.intendedAt))
  if (!known) await replies.intend(replied, work.now())
  if (lost) await work.github.updateComment(repository, lost, body)
  const id = lost ?? (await work.github.createComment(repository, to.issueNumber, body)).id
  await replies.saved(replied, id, hash)
}

/** A reply that was made, but whose making was not written down. */
async function findLost(work: Work, repository: Repository, issueNumber: number, marker: string, since: Date): Promise<number | null> {
  const comments = await work.github.listComments(repository, issueNumber, new Date(since.getTime() - CLOCK_MARGIN_MS))
  const ours = comments.find(({ appId, body }) => appId === work.github.appId() && body.startsWith(marker))
  return ours?.id ?? null
}
