import { and, eq } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { CommentStore } from './incident-stores.ts'

export function createCommentStore({ queries, tables }: Database, installationId: number): CommentStore {
  const { comments } = tables
  const one = (repositoryId: number, issueNumber: number) =>
    and(eq(comments.installationId, installationId), eq(comments.repositoryId, repositoryId), eq(comments.issueNumber, issueNumber))
  async function put(repositoryId: number, issueNumber: number, set: Partial<typeof comments.$inferInsert>): Promise<void> {
    await queries
      .insert(comments)
      .values({ installationId, repositoryId, issueNumber, ...set })
      .onConflictDoUpdate({ target: [comments.installationId, comments.repositoryId, comments.issueNumber], set })
  }
  return {
    get: async (repositoryId, issueNumber) => {
      const rows = await queries
        .select({
          repositoryId: comments.repositoryId,
          issueNumber: comments.issueNumber,
          commentId: comments.commentId,
          bodyHash: comments.bodyHash,
          intendedAt: comments.intendedAt,
          deletedAt: comments.deletedAt,
        })
        .from(comments)
        .where(one(repositoryId, issueNumber))
      return rows[0] ?? null
    },
    intend: (repositoryId, issueNumber, at) => put(repositoryId, issueNumber, { intendedAt: at, deletedAt: null }),
    saved: (repositoryId, issueNumber, commentId, bodyHash) => put(repositoryId, issueNumber, { commentId, bodyHash, deletedAt: null }),
    deleted: (repositoryId, issueNumber, at) => put(repositoryId, issueNumber, { commentId: null, bodyHash: null, deletedAt: at }),
  }
}
