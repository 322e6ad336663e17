// Takes our comment away with its whole history, which an edit would leave for everyone who may read the issue.
import type { CommentSubject } from './upsert-comment.ts'
import { findOurs, stateOf, type Needs } from './upsert-comment.ts'

/** Idempotent: one that is gone already, or whose creation was never confirmed, is taken care of too. */
export async function withdrawComment(needs: Needs, subject: Pick<CommentSubject, 'repository' | 'issueNumber'>): Promise<void> {
  const { tenant, github, now } = needs
  const { repository, issueNumber } = subject
  const state = stateOf(await tenant.comments.get(repository.id, issueNumber))
  if (state.kind === 'none') return
  const ids = state.kind === 'live' ? [state.commentId] : ((await findOurs(needs, subject, state.intendedAt)) ?? []).map(({ id }) => id)
  for (const id of ids) await github.deleteComment(repository, id)
  await tenant.comments.deleted(repository.id, issueNumber, now())
}
