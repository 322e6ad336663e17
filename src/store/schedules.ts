import { and, eq, lte } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { ScheduleStore } from './operations.ts'

export function createScheduleStore({ queries, tables }: Database): ScheduleStore {
  const { schedules } = tables
  return {
    claim: async (name, holder, { now, leaseMs, everyMs }) => {
      const row = { name, holder, startedAt: now, expiresAt: new Date(now.getTime() + leaseMs) }
      // Two may try at once: the second waits for the first one's row, and then its condition fails.
      const [claimed] = await queries
        .insert(schedules)
        .values(row)
        .onConflictDoUpdate({
          target: schedules.name,
          set: { holder, startedAt: row.startedAt, expiresAt: row.expiresAt },
          setWhere: and(lte(schedules.expiresAt, now), lte(schedules.startedAt, new Date(now.getTime() - everyMs))),
        })
        .returning({ mark: schedules.mark })
      return claimed ?? null
    },
    renew: async (name, holder, until) => {
      const held = await queries
        .update(schedules)
        .set({ expiresAt: until })
        .where(and(eq(schedules.name, name), eq(schedules.holder, holder)))
        .returning({ name: schedules.name })
      return held.length > 0
    },
    finish: async (name, holder, now, mark) => {
      await queries
        .update(schedules)
        .set({ expiresAt: now, ...(mark === undefined ? {} : { mark }) })
        .where(and(eq(schedules.name, name), eq(schedules.holder, holder)))
    },
    mark: async (name) => {
      const [row] = await queries
        .select({ startedAt: schedules.startedAt, mark: schedules.mark })
        .from(schedules)
        .where(eq(schedules.name, name))
      return row ?? null
    },
  }
}
