// How often the ranker was right on each repository's own past, as measured last.
import type { Adjustment } from '../domain/accuracy.ts'
import type { ColumnKit } from './columns.ts'

export function defineAccuracyTables(kit: ColumnKit) {
  const accuracies = kit.table(
    'accuracies',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      modelVersion: kit.text('model_version').notNull(),
      measuredAt: kit.time('measured_at').notNull(),
      cases: kit.int('cases').notNull(),
      first: kit.int('first').notNull(),
      firstFive: kit.int('first_five').notNull(),
      since: kit.time('since'),
      adjustment: kit.json<Adjustment>('adjustment'),
    },
    (t) => [kit.primaryKey({ name: 'accuracies_key', columns: [t.installationId, t.repositoryId] })],
  )
  return { accuracies }
}
