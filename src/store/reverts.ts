// The pull requests that undo changes, as asked for in incidents.
import { and, asc, eq } from 'drizzle-orm'
import type { RevertRecord } from '../domain/revert.ts'
import { ask, belongsTo, type Database } from './database.ts'

export type RevertStore = {
  /** By change. */
  ofIncident(incidentId: number): Promise<(RevertRecord & { changeId: number })[]>
  save(incidentId: number, changeId: number, revert: RevertRecord): Promise<void>
}

export function createRevertStore(database: Database, installationId: number): RevertStore {
  const { queries, tables } = database
  const { reverts, incidents } = tables
  return {
    ofIncident: async (incidentId) => {
      const { changeId, number, url, problem } = reverts
      return queries
        .select({ changeId, number, url, problem })
        .from(reverts)
        .where(and(belongsTo(reverts.installationId, installationId), eq(reverts.incidentId, incidentId)))
        .orderBy(asc(changeId))
    },
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
