// Which issue holds an incident's postmortem.
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
      intendedAt: kit.time('intended_at').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'postmortems_key', columns: [t.incidentId] })],
  )
  return { postmortems }
}
