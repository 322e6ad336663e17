// Somebody deleted our comment: the next change of the answer makes it again, once.
import type { IssueCommentEvent } from '../domain/issue-event.ts'
import type { Work } from '../work.ts'

export async function forgetComment(work: Work, event: IssueCommentEvent): Promise<void> {
  const { repository, issue, comment } = event
  const ours = await work.tenant.comments.get(repository.id, issue.number)
  if (ours?.commentId === comment.id) await work.tenant.comments.deleted(repository.id, issue.number, work.now())
}
