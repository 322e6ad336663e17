// The pull requests that undo changes, as asked for in incidents.
import { and, asc, eq } from 'drizzle-orm'
import type { RevertRecord } from '../domain/revert.ts'
import { ask, type Database } from './database.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'

export type RevertStore = {
  /** By change. */
  ofIncident(incidentId: number): Promise<(RevertRecord & { changeId: number })[]>
  save(incidentId: number, changeId: number, revert: RevertRecord): Promise<void>
}

const revertsOf = declareRead(({ q, tables: { reverts }, belongs }, of: { incidentId: Given<number> }) => {
  const { incidentId, changeId, number, url, problem } = reverts
  return q
    .select({ changeId, number, url, problem })
    .from(reverts)
    .where(and(belongs(reverts), eq(incidentId, of.incidentId)))
    .orderBy(asc(changeId))
})

export function createRevertStore(database: Database, installationId: number): RevertStore {
  const { reverts, incidents } = database.tables
  const read = tenantReader(database, installationId)
  return {
    ofIncident: async (incidentId) => read(revertsOf, { incidentId }),
    save: (incidentId, changeId, revert) =>
      database.atomically(function* (q) {
        const own = and(eq(incidents.installationId, installationId), eq(incidents.id, incidentId))
        const [known] = yield* ask(q.select({ id: incidents.id }).from(incidents).where(own))
        if (!known) return
        const target = [reverts.incidentId, reverts.changeId]
        const row = { installationId, incidentId, changeId, ...revert }
        yield* ask(q.insert(reverts).values(row).onConflictDoUpdate({ target, set: revert }))
      }),
  }
}
