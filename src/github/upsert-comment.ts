// Enters: a subject and the body its comment should have. Leaves: exactly one comment with that body, whatever crashed
// before. It knows the store's record and GitHub's answers, nothing of what the body says.
import { createHash } from 'node:crypto'
import { hasAnyMarker, hasMarker, markerFor } from '../domain/comment-marker.ts'
import type { Repository } from '../domain/repository.ts'
import type { CommentRecord } from '../store/incident-stores.ts'
import type { Work } from '../work.ts'
import type { IssueComment } from './github.ts'

/** How far GitHub's clock may be behind ours before a comment made after the intent would be missed. */
const CLOCK_MARGIN_MS = 10 * 60_000

/** Stands for the body's hash while an edit is under way: if its answer is lost, no body counts as already written. */
const BEING_WRITTEN = 'being-written'

export type CommentSubject = {
  repository: Pick<Repository, 'id' | 'owner' | 'name'>
  /** Of the issue or pull request that it stands on. */
  issueNumber: number
  /** The marker is put in front when it is missing. */
  body: string
  /** The hidden line that says whose comment it is; by default the one of an incident's issue. */
  marker?: string
}

export type CommentResult = { commentId: number; action: 'created' | 'updated' | 'unchanged' | 'adopted' }

export type Needs = { tenant: Pick<Work['tenant'], 'comments'>; github: Work['github']; now: Work['now'] }

/**
 * Makes the subject's one comment say `body`. Call it under the repository's lease and again after any error: the
 * intent is stored before the request that creates, so a lost answer is followed by a search, not by a second comment.
 * That somebody deleted it shows when its body next changes, and makes it again. Throws what GitHub and the store throw.
 */
export const upsertComment = async (
  needs: Needs,
  { repository, issueNumber, body, marker = markerFor(repository.id, issueNumber) }: CommentSubject,
): Promise<CommentResult> => {
  const { tenant, github, now } = needs
  const wanted = hasMarker(body, marker) ? body : `${marker}\n${body}`
  const hash = createHash('sha256').update(wanted).digest('hex')
  const save = (commentId: number, as = hash): Promise<void> => tenant.comments.saved(repository.id, issueNumber, commentId, as)

  const record = await tenant.comments.get(repository.id, issueNumber)
  const state = stateOf(record)
  if (state.kind === 'live') {
    if (record?.bodyHash === hash) return { commentId: state.commentId, action: 'unchanged' }
    await save(state.commentId, BEING_WRITTEN)
    if (await github.updateComment(repository, state.commentId, wanted)) {
      await save(state.commentId)
      return { commentId: state.commentId, action: 'updated' }
    }
    await tenant.comments.deleted(repository.id, issueNumber, now())
  }
  if (state.kind === 'intended') {
    const ours = await findOurs(needs, { repository, issueNumber }, state.intendedAt)
    const kept = ours === null ? null : await adopt(needs, { repository, body: wanted, marker }, ours)
    if (kept !== null) {
      await save(kept)
      return { commentId: kept, action: 'adopted' }
    }
  } else {
    // An intent that is already there keeps its time: the search after the next crash must reach back to the first try.
    await tenant.comments.intend(repository.id, issueNumber, now())
  }
  const created = await github.createComment(repository, issueNumber, wanted)
  await save(created.id)
  return { commentId: created.id, action: 'created' }
}

type State = { kind: 'none' } | { kind: 'live'; commentId: number } | { kind: 'intended'; intendedAt: Date }

/** An intent is open until a comment is saved; a deletion that came after it ends it. */
export const stateOf = (record: CommentRecord | null): State => {
  if (record === null) return { kind: 'none' }
  const { commentId, intendedAt, deletedAt } = record
  if (deletedAt !== null && (intendedAt === null || intendedAt <= deletedAt)) return { kind: 'none' }
  if (commentId !== null) return { kind: 'live', commentId }
  return intendedAt === null ? { kind: 'none' } : { kind: 'intended', intendedAt }
}

/** Our comments on the subject made since the intent, oldest first; null when there is none. */
export const findOurs = async (
  { github }: Needs,
  { repository, issueNumber }: Pick<CommentSubject, 'repository' | 'issueNumber'>,
  intendedAt: Date,
): Promise<[IssueComment, ...IssueComment[]] | null> => {
  const comments = await github.listComments(repository, issueNumber, new Date(intendedAt.getTime() - CLOCK_MARGIN_MS))
  const ours = comments.filter((comment) => comment.appId === github.appId() && hasAnyMarker(comment.body)).sort((a, b) => a.id - b.id)
  const [first, ...rest] = ours
  return first === undefined ? null : [first, ...rest]
}

/**
 * Keeps the oldest and deletes the others first, so that a crash in between is followed by the same search. One that came
 * along with a transferred issue is deleted too: its history tells of another repository, to other readers.
 */
const adopt = async (
  { github }: Needs,
  { repository, body, marker }: Pick<CommentSubject, 'repository' | 'body'> & { marker: string },
  ours: [IssueComment, ...IssueComment[]],
): Promise<number | null> => {
  const kept = ours.find((comment) => hasMarker(comment.body, marker))
  for (const comment of ours) if (comment !== kept) await github.deleteComment(repository, comment.id)
  if (kept === undefined) return null
  if (kept.body === body) return kept.id
  return (await github.updateComment(repository, kept.id, body)) ? kept.id : null
}
