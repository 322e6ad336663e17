// Our check runs: one a subject and commit.
import { and, asc, eq } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { CheckStore, CheckSubject } from './review-stores.ts'

export function createCheckStore({ queries, tables }: Database, installationId: number): CheckStore {
  const { checks } = tables
  const one = ({ repositoryId, externalId, headSha }: CheckSubject) =>
    and(
      eq(checks.installationId, installationId),
      eq(checks.repositoryId, repositoryId),
      eq(checks.externalId, externalId),
      eq(checks.headSha, headSha),
    )
  return {
    get: async (subject) => {
      const [row] = await queries.select().from(checks).where(one(subject))
      if (!row) return null
      const { installationId: _, ...record } = row
      return record
    },
    ofCommit: async (repositoryId, headSha) => {
      const isOfCommit = and(eq(checks.installationId, installationId), eq(checks.repositoryId, repositoryId), eq(checks.headSha, headSha))
      const rows = await queries.select({ externalId: checks.externalId }).from(checks).where(isOfCommit).orderBy(asc(checks.externalId))
      return rows.map(({ externalId }) => externalId)
    },
    commitsOf: async (repositoryId, externalId) => {
      const isOf = and(eq(checks.installationId, installationId), eq(checks.repositoryId, repositoryId), eq(checks.externalId, externalId))
      const rows = await queries.select({ headSha: checks.headSha }).from(checks).where(isOf).orderBy(asc(checks.headSha))
      return rows.map(({ headSha }) => headSha)
    },
    intend: async ({ repositoryId, externalId, headSha }, at) => {
      const row = { installationId, repositoryId, externalId, headSha, checkRunId: null, bodyHash: null, annotated: [], intendedAt: at }
      await queries.insert(checks).values(row).onConflictDoNothing()
    },
    saved: async (subject, made) => {
      await queries.update(checks).set(made).where(one(subject))
    },
  }
}
