import { and, eq } from 'drizzle-orm'
import type { Database } from './database.ts'

/** Our reply to one comment: at most one, edited in place. */
type ReplyRecord = { commentId: number | null; bodyHash: string | null; intendedAt: Date }

/** The comment that is answered; `toCommentId` 0 stands for the issue's own body. */
type Replied = { repositoryId: number; issueNumber: number; toCommentId: number }

export type ReplyStore = {
  get(to: Replied): Promise<ReplyRecord | null>
  /** Written before the request that creates it; an intent that is there already keeps its time. */
  intend(to: Replied, at: Date): Promise<void>
  saved(to: Replied, commentId: number, bodyHash: string): Promise<void>
}

export function createReplyStore({ queries, tables }: Database, installationId: number): ReplyStore {
  const { replies } = tables
  const one = (to: Replied) =>
    and(
      eq(replies.installationId, installationId),
      eq(replies.repositoryId, to.repositoryId),
      eq(replies.issueNumber, to.issueNumber),
      eq(replies.toCommentId, to.toCommentId),
    )
  return {
    get: async (to) => {
      const { commentId, bodyHash, intendedAt } = replies
      return (await queries.select({ commentId, bodyHash, intendedAt }).from(replies).where(one(to)))[0] ?? null
    },
    intend: async (to, at) => {
      await queries
        .insert(replies)
        .values({ ...to, installationId, intendedAt: at })
        .onConflictDoNothing()
    },
    saved: async (to, commentId, bodyHash) => {
      await queries.update(replies).set({ commentId, bodyHash }).where(one(to))
    },
  }
}
