import { and, asc, eq, or, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { QuoteStore } from './incident-stores.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'

const quotesOf = declareRead(({ q, tables: { commentQuotes }, mine }, of: { repositoryId: Given<number>; issueNumber: Given<number> }) => {
  const { repositoryId, issueNumber, quotedId, wasPrivate } = commentQuotes
  return q
    .select({ quotedId, wasPrivate })
    .from(commentQuotes)
    .where(and(mine(commentQuotes), eq(repositoryId, of.repositoryId), eq(issueNumber, of.issueNumber)))
    .orderBy(asc(quotedId))
})

export function createQuoteStore(database: Database, installationId: number): QuoteStore {
  const { queries, tables } = database
  const { commentQuotes } = tables
  const read = tenantReader(database, installationId)
  const mine = eq(commentQuotes.installationId, installationId)
  const one = (repositoryId: number, issueNumber: number) =>
    and(mine, eq(commentQuotes.repositoryId, repositoryId), eq(commentQuotes.issueNumber, issueNumber))
  return {
    add: async (repositoryId, issueNumber, quotedIds, isPrivate) => {
      if (quotedIds.length === 0) return
      const { repositoryId: repository, issueNumber: issue, quotedId } = commentQuotes
      const long = (value: number) => sql`cast(${value} as bigint)`
      const rows = sql`select ${long(installationId)}, ${long(repositoryId)}, cast(${issueNumber} as integer), value,
        ${isPrivate ? sql`true` : sql`false`} from ${database.listed([...new Set(quotedIds)])} where true`
      await queries
        .insert(commentQuotes)
        .select(rows)
        .onConflictDoUpdate({
          target: [commentQuotes.installationId, repository, issue, quotedId],
          // Once written for a smaller audience, that version stays in the comment's history.
          set: { wasPrivate: sql`${commentQuotes.wasPrivate} or excluded.was_private` },
        })
    },
    of: async (repositoryId, issueNumber) => read(quotesOf, { repositoryId, issueNumber }),
    touching: async (repositoryId) =>
      queries
        .selectDistinct({ repositoryId: commentQuotes.repositoryId, issueNumber: commentQuotes.issueNumber })
        .from(commentQuotes)
        .where(and(mine, or(eq(commentQuotes.quotedId, repositoryId), eq(commentQuotes.repositoryId, repositoryId))))
        .orderBy(asc(commentQuotes.repositoryId), asc(commentQuotes.issueNumber)),
    clear: async (repositoryId, issueNumber) => {
      await queries.delete(commentQuotes).where(one(repositoryId, issueNumber))
    },
  }
}
