// What is said on pull requests and at deployments: suspicion, checks, verdicts.
import type { Implication } from '../domain/implication.ts'
import type { ColumnKit } from './columns.ts'

export function defineReviewTables(kit: ColumnKit) {
  const implications = kit.table(
    'implications',
    {
      installationId: kit.long('installation_id').notNull(),
      /** Of the change. */
      repositoryId: kit.long('repository_id').notNull(),
      changeId: kit.long('change_id').notNull(),
      incidentId: kit.long('incident_id').notNull(),
      weighed: kit.json<Implication['weighed']>('weighed').notNull(),
      isTold: kit.flag('is_told').notNull(),
    },
    (t) => [
      kit.primaryKey({ name: 'implications_key', columns: [t.installationId, t.changeId, t.incidentId] }),
      kit.index('implications_incident').on(t.installationId, t.incidentId),
    ],
  )
  return { implications }
}
