// How far each repository's past was read, deployments that wait to be put in order, and incidents that are only past.
import type { BackfillPhase } from '../domain/backfill.ts'
import type { ColumnKit } from './columns.ts'

export function defineBackfillTables(kit: ColumnKit) {
  const backfills = kit.table(
    'backfills',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      run: kit.int('run').notNull(),
      since: kit.time('since').notNull(),
      incidentsSince: kit.time('incidents_since').notNull(),
      phase: kit.text<BackfillPhase>('phase').notNull(),
      cursor: kit.text('cursor'),
      step: kit.int('step').notNull(),
      requestedAt: kit.time('requested_at').notNull(),
      updatedAt: kit.time('updated_at').notNull(),
      finishedAt: kit.time('finished_at'),
      pullRequests: kit.int('pull_requests').notNull(),
      deployments: kit.int('deployments').notNull(),
      incidents: kit.int('incidents').notNull(),
      problems: kit.json<string[]>('problems').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'backfills_key', columns: [t.installationId, t.repositoryId] })],
  )
  const pastDeployments = kit.table(
    'past_deployments',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      externalId: kit.text('external_id').notNull(),
      createdAt: kit.time('created_at').notNull(),
      told: kit.json<{ deployment: unknown; statuses: unknown[] }>('told').notNull(),
    },
    (t) => [
      kit.primaryKey({ name: 'past_deployments_key', columns: [t.installationId, t.repositoryId, t.externalId] }),
      kit.index('past_deployments_created').on(t.installationId, t.repositoryId, t.createdAt),
    ],
  )
  const quietIncidents = kit.table(
    'quiet_incidents',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      issueNumber: kit.int('issue_number').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'quiet_incidents_key', columns: [t.installationId, t.repositoryId, t.issueNumber] })],
  )
  return { backfills, pastDeployments, quietIncidents }
}
