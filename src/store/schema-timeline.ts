// What happened in each incident, and our replies to mistaken commands.
import type { Person } from '../domain/change.ts'
import type { TimelineFact } from '../domain/timeline.ts'
import type { ColumnKit } from './columns.ts'
import type { defineIncidentTables } from './schema-incidents.ts'

export function defineTimelineTables(kit: ColumnKit, incidents: ReturnType<typeof defineIncidentTables>['incidents']) {
  const timelineEntries = kit.table(
    'timeline_entries',
    {
      id: kit.serial('id'),
      installationId: kit.long('installation_id').notNull(),
      incidentId: kit
        .long('incident_id')
        .notNull()
        .references(() => incidents.id, { onDelete: 'cascade' }),
      key: kit.text('key').notNull(),
      at: kit.time('at').notNull(),
      saidAt: kit.time('said_at').notNull(),
      /** Of two tellings under one key the one with the higher revision stays. */
      revision: kit.long('revision').notNull(),
      by: kit.json<Person | null>('by'),
      text: kit.text('text').notNull(),
      url: kit.text('url'),
      fact: kit.json<TimelineFact>('fact').notNull(),
    },
    (t) => [kit.uniqueIndex('timeline_entries_key').on(t.installationId, t.incidentId, t.key)],
  )
  const replies = kit.table(
    'replies',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      /** The comment that is answered; 0 stands for the issue's own body. */
      toCommentId: kit.long('to_comment_id').notNull(),
      issueNumber: kit.int('issue_number').notNull(),
      commentId: kit.long('comment_id'),
      bodyHash: kit.text('body_hash'),
      intendedAt: kit.time('intended_at').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'replies_key', columns: [t.installationId, t.repositoryId, t.issueNumber, t.toCommentId] })],
  )
  return { timelineEntries, replies }
}
