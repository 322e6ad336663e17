import { and, eq } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { CommentStore } from './incident-stores.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'

const commentOf = declareRead(({ q, tables: { comments }, mine }, of: { repositoryId: Given<number>; issueNumber: Given<number> }) => {
  const { repositoryId, issueNumber, commentId, bodyHash, intendedAt, deletedAt } = comments
  return q
    .select({ repositoryId, issueNumber, commentId, bodyHash, intendedAt, deletedAt })
    .from(comments)
    .where(and(mine(comments), eq(repositoryId, of.repositoryId), eq(issueNumber, of.issueNumber)))
})

export function createCommentStore(database: Database, installationId: number): CommentStore {
  const { comments } = database.tables
  const read = tenantReader(database, installationId)
  async function put(repositoryId: number, issueNumber: number, set: Partial<typeof comments.$inferInsert>): Promise<void> {
    await database.queries
      .insert(comments)
      .values({ installationId, repositoryId, issueNumber, ...set })
      .onConflictDoUpdate({ target: [comments.installationId, comments.repositoryId, comments.issueNumber], set })
  }
  return {
    get: async (repositoryId, issueNumber) => (await read(commentOf, { repositoryId, issueNumber }))[0] ?? null,
    intend: (repositoryId, issueNumber, at) => put(repositoryId, issueNumber, { intendedAt: at, deletedAt: null }),
    saved: (repositoryId, issueNumber, commentId, bodyHash) => put(repositoryId, issueNumber, { commentId, bodyHash, deletedAt: null }),
    deleted: (repositoryId, issueNumber, at) => put(repositoryId, issueNumber, { commentId: null, bodyHash: null, deletedAt: at }),
  }
}
