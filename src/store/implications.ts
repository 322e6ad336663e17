// Which changes are under suspicion in which incidents, and whether their pull requests' lanes were told so.
import { and, asc, eq } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { ImplicationStore } from './review-stores.ts'

export function createImplicationStore({ queries, tables }: Database, installationId: number): ImplicationStore {
  const { implications } = tables
  const mine = eq(implications.installationId, installationId)
  const one = (changeId: number, incidentId: number) =>
    and(mine, eq(implications.changeId, changeId), eq(implications.incidentId, incidentId))
  const shown = {
    changeId: implications.changeId,
    repositoryId: implications.repositoryId,
    incidentId: implications.incidentId,
    weighed: implications.weighed,
  }
  return {
    save: async (implication) => {
      const { changeId, incidentId, weighed } = implication
      const [known] = await queries
        .select({ ...shown, isTold: implications.isTold })
        .from(implications)
        .where(one(changeId, incidentId))
      if (known?.isTold === true && JSON.stringify(known.weighed) === JSON.stringify(weighed)) return false
      await queries
        .insert(implications)
        .values({ ...implication, installationId, isTold: false })
        .onConflictDoUpdate({
          target: [implications.installationId, implications.changeId, implications.incidentId],
          set: { weighed, isTold: false },
        })
      return true
    },
    told: async (changeId, incidentId) => {
      await queries.update(implications).set({ isTold: true }).where(one(changeId, incidentId))
    },
    ofIncident: async (incidentId) =>
      queries
        .select(shown)
        .from(implications)
        .where(and(mine, eq(implications.incidentId, incidentId)))
        .orderBy(asc(implications.changeId)),
    ofChange: async (changeId) =>
      queries
        .select(shown)
        .from(implications)
        .where(and(mine, eq(implications.changeId, changeId)))
        .orderBy(asc(implications.incidentId)),
  }
}
