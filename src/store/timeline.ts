import { and, desc, eq, sql } from 'drizzle-orm'
import { ask, type Database } from './database.ts'
import type { TimelineStore } from './incident-stores.ts'

/** An issue that people fill faster than this is not one that people read. */
const MOST_ENTRIES = 5_000

export function createTimelineStore(database: Database, installationId: number): TimelineStore {
  const { queries, tables } = database
  const { timelineEntries: entries, incidents } = tables
  const ofIncident = (incidentId: number) => and(eq(entries.installationId, installationId), eq(entries.incidentId, incidentId))
  const shown = {
    key: entries.key,
    at: entries.at,
    saidAt: entries.saidAt,
    by: entries.by,
    text: entries.text,
    url: entries.url,
    fact: entries.fact,
  }
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
      const newest = await queries
        .select(shown)
        .from(entries)
        .where(ofIncident(incidentId))
        .orderBy(desc(entries.saidAt), desc(entries.key))
        .limit(MOST_ENTRIES)
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
