import { and, eq, gt, lte, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { RateLimitStore } from './operations.ts'

const LONGEST_REASON = 300

export function createRateLimitStore({ queries, tables }: Database): RateLimitStore {
  const { rateLimits } = tables
  const held = (now: Date) => queries.select().from(rateLimits).where(gt(rateLimits.until, now))
  return {
    hold: async (installationId, until, reason) => {
      const row = { installationId, until, reason: reason.slice(0, LONGEST_REASON) }
      await queries
        .insert(rateLimits)
        .values(row)
        .onConflictDoUpdate({
          target: rateLimits.installationId,
          set: { until: row.until, reason: row.reason },
          setWhere: lte(rateLimits.until, sql`excluded.until`),
        })
    },
    heldUntil: async (installationId, now) => {
      const [row] = await queries
        .select({ until: rateLimits.until })
        .from(rateLimits)
        .where(and(eq(rateLimits.installationId, installationId), gt(rateLimits.until, now)))
      return row?.until ?? null
    },
    held: (now) => held(now).then((rows) => rows),
  }
}
