// Deployments and what each carried.
import type { Person } from '../domain/change.ts'
import type {
  CarriedChange,
  Deployment,
  DeploymentFacts,
  DeploymentKind,
  DeploymentState,
  DeploymentStateChange,
} from '../domain/deployment.ts'
import type { ColumnKit } from './columns.ts'

/** As in JSON: times are ISO strings. */
export type StoredState = Omit<DeploymentStateChange, 'at'> & { at: string }

export function defineDeploymentTables(kit: ColumnKit) {
  const deployments = kit.table(
    'deployments',
    {
      id: kit.serial('id'),
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      source: kit.text<DeploymentFacts['source']>('source').notNull(),
      externalId: kit.text('external_id').notNull(),
      service: kit.text('service').notNull(),
      environment: kit.text('environment').notNull(),
      serviceBy: kit.text<Deployment['serviceBy']>('service_by').notNull(),
      isAmbiguous: kit.flag('is_ambiguous').notNull(),
      task: kit.text('task'),
      workflow: kit.text('workflow'),
      sha: kit.text('sha').notNull(),
      ref: kit.text('ref').notNull(),
      creator: kit.json<Person | null>('creator'),
      createdAt: kit.time('created_at').notNull(),
      url: kit.text('url'),
      isTransient: kit.flag('is_transient').notNull(),
      isProduction: kit.flag('is_production').notNull(),
      states: kit.json<StoredState[]>('states').notNull(),
      state: kit.text<DeploymentState>('state').notNull(),
      liveAt: kit.time('live_at'),
      kind: kit.text<DeploymentKind>('kind').notNull(),
      previousDeploymentId: kit.long('previous_deployment_id'),
      previousSha: kit.text('previous_sha'),
      isTruncated: kit.flag('is_truncated').notNull(),
    },
    (t) => [
      kit.uniqueIndex('deployments_external').on(t.installationId, t.repositoryId, t.source, t.externalId, t.service, t.environment),
      kit.index('deployments_live').on(t.installationId, t.repositoryId, t.service, t.environment, t.liveAt),
      kit.index('deployments_window').on(t.installationId, t.repositoryId, t.liveAt),
      kit.index('deployments_created').on(t.installationId, t.repositoryId, t.service, t.createdAt),
      kit.index('deployments_sha').on(t.installationId, t.repositoryId, t.sha),
    ],
  )
  const deploymentChanges = kit.table(
    'deployment_changes',
    {
      installationId: kit.long('installation_id').notNull(),
      deploymentId: kit
        .long('deployment_id')
        .notNull()
        .references(() => deployments.id, { onDelete: 'cascade' }),
      changeId: kit.long('change_id').notNull(),
      direction: kit.text<CarriedChange['direction']>('direction').notNull(),
    },
    (t) => [
      kit.primaryKey({ name: 'deployment_changes_key', columns: [t.deploymentId, t.changeId] }),
      kit.index('deployment_changes_change').on(t.changeId),
    ],
  )
  return { deployments, deploymentChanges }
}
