import { and, desc, eq, sql } from 'drizzle-orm'
import { ask, type Database } from './database.ts'
import type { TimelineStore } from './incident-stores.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'

/** An issue that people fill faster than this is not one that people read. */
const MOST_ENTRIES = 5_000

const newestEntries = declareRead(({ q, tables, mine }, of: { incidentId: Given<number>; limit: Given<number> }) => {
  const { incidentId, key, at, saidAt, by, text, url, fact } = tables.timelineEntries
  return q
    .select({ key, at, saidAt, by, text, url, fact })
    .from(tables.timelineEntries)
    .where(and(mine(tables.timelineEntries), eq(incidentId, of.incidentId)))
    .orderBy(desc(saidAt), desc(key))
    .limit(of.limit)
})

export function createTimelineStore(database: Database, installationId: number): TimelineStore {
  const { queries, tables } = database
  const { timelineEntries: entries, incidents } = tables
  const ofIncident = (incidentId: number) => and(eq(entries.installationId, installationId), eq(entries.incidentId, incidentId))
  const read = tenantReader(database, installationId)
  return {
    add: (incidentId, told) =>
      database.atomically(function* (q) {
        const own = and(eq(incidents.installationId, installationId), eq(incidents.id, incidentId))
        const [known] = yield* ask(q.select({ id: incidents.id }).from(incidents).where(own))
        if (!known) return
        for (const { revision = 0, ...entry } of told) {
          const row = { ...entry, installationId, incidentId, revision }
          yield* ask(
            q
              .insert(entries)
              .values(row)
              .onConflictDoUpdate({
                target: [entries.installationId, entries.incidentId, entries.key],
                set: { at: row.at, saidAt: row.saidAt, revision, by: row.by, text: row.text, url: row.url, fact: row.fact },
                setWhere: sql`${entries.revision} < ${revision}`,
              }),
          )
        }
      }),
    list: async (incidentId) => {
      const newest = await read(newestEntries, { incidentId, limit: MOST_ENTRIES })
      return newest.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.key < b.key ? -1 : 1))
    },
    withdraw: async (incidentId, key, revision) => {
      await queries
        .update(entries)
        .set({ text: '', revision })
        .where(and(ofIncident(incidentId), eq(entries.key, key), sql`${entries.revision} < ${revision}`))
    },
  }
}
