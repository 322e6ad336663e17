// Which changes are under suspicion in which incidents, and whether their pull requests' lanes were told so.
import { and, asc, eq } from 'drizzle-orm'
import type { Database } from './database.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'
import type { ImplicationStore } from './review-stores.ts'
import type { Tables } from './schema.ts'

const shownOf = ({ implications: { changeId, repositoryId, incidentId, weighed } }: Tables) => ({
  changeId,
  repositoryId,
  incidentId,
  weighed,
})

const implicationsOf = declareRead(({ q, tables, mine }, { incidentId }: { incidentId: Given<number> }) =>
  q
    .select(shownOf(tables))
    .from(tables.implications)
    .where(and(mine(tables.implications), eq(tables.implications.incidentId, incidentId)))
    .orderBy(asc(tables.implications.changeId)),
)

export function createImplicationStore(database: Database, installationId: number): ImplicationStore {
  const { queries, tables } = database
  const { implications } = tables
  const read = tenantReader(database, installationId)
  const mine = eq(implications.installationId, installationId)
  const one = (changeId: number, incidentId: number) =>
    and(mine, eq(implications.changeId, changeId), eq(implications.incidentId, incidentId))
  const shown = shownOf(tables)
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
    ofIncident: async (incidentId) => read(implicationsOf, { incidentId }),
    ofChange: async (changeId) =>
      queries
        .select(shown)
        .from(implications)
        .where(and(mine, eq(implications.changeId, changeId)))
        .orderBy(asc(implications.incidentId)),
  }
}
