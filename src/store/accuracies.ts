import { and, eq } from 'drizzle-orm'
import type { Accuracy } from '../domain/accuracy.ts'
import type { Database } from './database.ts'

export type AccuracyStore = {
  /** What was measured last; null when nothing ever was. */
  get(repositoryId: number): Promise<Accuracy | null>
  put(accuracy: Accuracy): Promise<void>
}

export function createAccuracyStore({ queries, tables }: Database, installationId: number): AccuracyStore {
  const { accuracies } = tables
  return {
    get: async (repositoryId) => {
      const [row] = await queries
        .select({
          repositoryId: accuracies.repositoryId,
          modelVersion: accuracies.modelVersion,
          measuredAt: accuracies.measuredAt,
          cases: accuracies.cases,
          first: accuracies.first,
          firstFive: accuracies.firstFive,
          since: accuracies.since,
          adjustment: accuracies.adjustment,
        })
        .from(accuracies)
        .where(and(eq(accuracies.installationId, installationId), eq(accuracies.repositoryId, repositoryId)))
      return row ?? null
    },
    put: async (accuracy) => {
      await queries
        .insert(accuracies)
        .values({ ...accuracy, installationId })
        .onConflictDoUpdate({ target: [accuracies.installationId, accuracies.repositoryId], set: accuracy })
    },
  }
}
