import { and, eq } from 'drizzle-orm'
import type { LearnedRisk } from '../domain/risk.ts'
import type { Database } from './database.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'

export type RiskAdjustmentStore = {
  /** What was learned last; null when nothing ever was. */
  get(repositoryId: number): Promise<LearnedRisk | null>
  put(learned: LearnedRisk): Promise<void>
}

const learnedOf = declareRead(({ q, tables: { riskAdjustments }, mine }, of: { repositoryId: Given<number> }) => {
  const { repositoryId, modelVersion, learnedAt, adjustment } = riskAdjustments
  return q
    .select({ repositoryId, modelVersion, learnedAt, adjustment })
    .from(riskAdjustments)
    .where(and(mine(riskAdjustments), eq(repositoryId, of.repositoryId)))
})

export function createRiskAdjustmentStore(database: Database, installationId: number): RiskAdjustmentStore {
  const { riskAdjustments } = database.tables
  const read = tenantReader(database, installationId)
  return {
    get: async (repositoryId) => (await read(learnedOf, { repositoryId }))[0] ?? null,
    put: async (learned) => {
      await database.queries
        .insert(riskAdjustments)
        .values({ ...learned, installationId })
        .onConflictDoUpdate({ target: [riskAdjustments.installationId, riskAdjustments.repositoryId], set: learned })
    },
  }
}
