// Where an incident's postmortem is, what is to be done after it, and the pull requests that undo its causes.
import { sql } from 'drizzle-orm'
import type { Person } from '../domain/change.ts'
import type { RevertProblem } from '../domain/revert.ts'
import type { ColumnKit } from './columns.ts'
import type { defineIncidentTables } from './schema-incidents.ts'

export function definePostmortemTables(kit: ColumnKit, incidents: ReturnType<typeof defineIncidentTables>['incidents']) {
  const postmortems = kit.table(
    'postmortems',
    {
      installationId: kit.long('installation_id').notNull(),
      incidentId: kit
        .long('incident_id')
        .notNull()
        .references(() => incidents.id, { onDelete: 'cascade' }),
      issueNumber: kit.int('issue_number'),
      url: kit.text('url'),
      path: kit.text('path'),
      intendedAt: kit.time('intended_at').notNull(),
      readAt: kit.time('read_at'),
      lostAt: kit.time('lost_at'),
    },
    (t) => [
      kit.primaryKey({ name: 'postmortems_key', columns: [t.incidentId] }),
      kit.index('postmortems_issue').on(t.installationId, t.issueNumber),
    ],
  )
  const followUps = kit.table(
    'follow_ups',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      incidentId: kit
        .long('incident_id')
        .notNull()
        .references(() => incidents.id, { onDelete: 'cascade' }),
      key: kit.text('key').notNull(),
      text: kit.text('text').notNull(),
      dueOn: kit.time('due_on').notNull(),
      issueNumber: kit.int('issue_number'),
      url: kit.text('url'),
      intendedAt: kit.time('intended_at').notNull(),
      closedAt: kit.time('closed_at'),
      isDropped: kit.flag('is_dropped').notNull().default(false),
      assignees: kit
        .json<Person[]>('assignees')
        .notNull()
        .default(sql`'[]'`),
      overdueAt: kit.time('overdue_at'),
      /** Of its issue, as last seen: older news change nothing. */
      updatedAt: kit.time('updated_at'),
    },
    (t) => [
      kit.primaryKey({ name: 'follow_ups_key', columns: [t.incidentId, t.key] }),
      kit.index('follow_ups_issue').on(t.installationId, t.repositoryId, t.issueNumber),
      kit
        .index('follow_ups_due')
        .on(t.dueOn)
        .where(sql`closed_at is null and overdue_at is null`),
    ],
  )
  const reverts = kit.table(
    'reverts',
    {
      installationId: kit.long('installation_id').notNull(),
      incidentId: kit
        .long('incident_id')
        .notNull()
        .references(() => incidents.id, { onDelete: 'cascade' }),
      changeId: kit.long('change_id').notNull(),
      number: kit.int('number'),
      url: kit.text('url'),
      problem: kit.text<RevertProblem>('problem'),
    },
    (t) => [kit.primaryKey({ name: 'reverts_key', columns: [t.incidentId, t.changeId] })],
  )
  return { postmortems, followUps, reverts }
}
