// What the processes of one database agree on: who runs a schedule, and which installation GitHub asked to wait.
import type { ColumnKit } from './columns.ts'

export function defineOperationTables(kit: ColumnKit) {
  const schedules = kit.table('schedules', {
    name: kit.text('name').primaryKey(),
    holder: kit.text('holder').notNull(),
    startedAt: kit.time('started_at').notNull(),
    expiresAt: kit.time('expires_at').notNull(),
    /** Where it got to, in its own words. */
    mark: kit.text('mark'),
  })
  const rateLimits = kit.table('rate_limits', {
    installationId: kit.long('installation_id').primaryKey(),
    until: kit.time('until').notNull(),
    reason: kit.text('reason').notNull(),
  })
  /** How far an installation's writes to GitHub have used up what it may do in a minute, and in an hour. */
  const writePaces = kit.table('write_paces', {
    installationId: kit.long('installation_id').primaryKey(),
    writesUntil: kit.time('writes_until').notNull(),
    contentUntil: kit.time('content_until').notNull(),
  })
  return { schedules, rateLimits, writePaces }
}
