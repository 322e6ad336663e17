// What each repository's own outcomes have taught about the risk of its changes, as learned last.
import type { RiskAdjustment } from '../domain/risk.ts'
import type { ColumnKit } from './columns.ts'

export function defineRiskTables(kit: ColumnKit) {
  const riskAdjustments = kit.table(
    'risk_adjustments',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      modelVersion: kit.text('model_version').notNull(),
      learnedAt: kit.time('learned_at').notNull(),
      adjustment: kit.json<RiskAdjustment>('adjustment'),
    },
    (t) => [kit.primaryKey({ name: 'risk_adjustments_key', columns: [t.installationId, t.repositoryId] })],
  )
  return { riskAdjustments }
}
