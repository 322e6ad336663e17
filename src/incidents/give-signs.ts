// How people see at once that a command was followed, refused or not understood.
import type { Repository } from '../domain/repository.ts'
import { renderMistakes } from '../render/mistakes.ts'
import type { Work } from '../work.ts'
import type { Obeyed } from './obey-commands.ts'
import { replyOnce } from './reply-once.ts'
import { unlessRefused } from './unless-refused.ts'

/** `commentId` null: said in the issue itself. GitHub keeps one reaction of a kind. */
export async function giveSigns(
  work: Work,
  repository: Repository,
  at: { issueNumber: number; commentId: number | null },
  { done, refused, mistakes, replies }: Obeyed,
): Promise<void> {
  const { issueNumber, commentId } = at
  const react = (reaction: 'hooray' | 'confused'): Promise<void> =>
    commentId === null
      ? work.github.addIssueReaction(repository, issueNumber, reaction)
      : work.github.addReaction(repository, commentId, reaction)
  await unlessRefused(work, `#${issueNumber} got no sign that commands were read`, async () => {
    if (done > 0) await react('hooray')
    if (refused > 0) await react('confused')
    if (mistakes.length + replies.length === 0) return
    await replyOnce(work, repository, { issueNumber, toCommentId: commentId ?? 0 }, renderMistakes(mistakes, replies))
  })
}
