import { and, eq } from 'drizzle-orm'
import type { Accuracy } from '../domain/accuracy.ts'
import type { Database } from './database.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'

export type AccuracyStore = {
  /** What was measured last; null when nothing ever was. */
  get(repositoryId: number): Promise<Accuracy | null>
  put(accuracy: Accuracy): Promise<void>
}

const accuracyOf = declareRead(({ q, tables: { accuracies }, mine }, of: { repositoryId: Given<number> }) => {
  const { repositoryId, modelVersion, measuredAt, cases, first, firstFive, since, adjustment } = accuracies
  return q
    .select({ repositoryId, modelVersion, measuredAt, cases, first, firstFive, since, adjustment })
    .from(accuracies)
    .where(and(mine(accuracies), eq(repositoryId, of.repositoryId)))
})

export function createAccuracyStore(database: Database, installationId: number): AccuracyStore {
  const { accuracies } = database.tables
  const read = tenantReader(database, installationId)
  return {
    get: async (repositoryId) => (await read(accuracyOf, { repositoryId }))[0] ?? null,
    put: async (accuracy) => {
      await database.queries
        .insert(accuracies)
        .values({ ...accuracy, installationId })
        .onConflictDoUpdate({ target: [accuracies.installationId, accuracies.repositoryId], set: accuracy })
    },
  }
}
