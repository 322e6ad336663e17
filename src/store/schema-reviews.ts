// What is said on pull requests and at deployments: suspicion, checks, verdicts.
import { sql } from 'drizzle-orm'
import type { Person } from '../domain/change.ts'
import type { DeploymentReview } from '../domain/deployment-review.ts'
import type { GateState } from '../domain/gate.ts'
import type { Implication } from '../domain/implication.ts'
import type { PullRequestFiles } from '../domain/pull-request.ts'
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
      // The change too: SQLite reads in this order, and would else take the key for it and walk the whole installation.
      kit.index('implications_incident_change').on(t.installationId, t.incidentId, t.changeId),
    ],
  )
  const checks = kit.table(
    'checks',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      externalId: kit.text('external_id').notNull(),
      headSha: kit.text('head_sha').notNull(),
      checkRunId: kit.long('check_run_id'),
      bodyHash: kit.text('body_hash'),
      annotated: kit.json<string[]>('annotated').notNull(),
      intendedAt: kit.time('intended_at').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'checks_key', columns: [t.installationId, t.repositoryId, t.externalId, t.headSha] })],
  )
  const pullRequests = kit.table(
    'pull_requests',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      number: kit.int('number').notNull(),
      title: kit.text('title').notNull(),
      body: kit.text('body').notNull(),
      labels: kit.json<string[]>('labels').notNull(),
      author: kit.json<Person>('author').notNull(),
      headSha: kit.text('head_sha').notNull(),
      baseRef: kit.text('base_ref').notNull(),
      isDraft: kit.flag('is_draft').notNull(),
      isOpen: kit.flag('is_open').notNull(),
      fileCount: kit.int('file_count').notNull(),
      added: kit.int('added').notNull(),
      deleted: kit.int('deleted').notNull(),
      url: kit.text('url').notNull(),
      updatedAt: kit.time('updated_at').notNull(),
      read: kit.json<PullRequestFiles | null>('read'),
    },
    (t) => [
      kit.primaryKey({ name: 'pull_requests_key', columns: [t.installationId, t.repositoryId, t.number] }),
      kit
        .index('pull_requests_open')
        .on(t.installationId, t.repositoryId, t.updatedAt)
        .where(sql`is_open`),
    ],
  )
  const gateRequests = kit.table(
    'gate_requests',
    {
      id: kit.serial('id'),
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      runId: kit.long('run_id').notNull(),
      environment: kit.text('environment').notNull(),
      deploymentId: kit.text('deployment_id').notNull(),
      sha: kit.text('sha').notNull(),
      ref: kit.text('ref').notNull(),
      requestedAt: kit.time('requested_at').notNull(),
      state: kit.text<GateState>('state').notNull(),
      reason: kit.text('reason').notNull(),
      nextLookAt: kit.time('next_look_at'),
    },
    (t) => [
      kit.uniqueIndex('gate_requests_key').on(t.installationId, t.repositoryId, t.runId, t.environment, t.deploymentId),
      kit
        .index('gate_requests_open')
        .on(t.nextLookAt)
        .where(sql`state in ('pending', 'held')`),
      kit
        .index('gate_requests_held')
        .on(t.installationId, t.id)
        .where(sql`state = 'held'`),
    ],
  )
  const deploymentReviews = kit.table(
    'deployment_reviews',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      deploymentId: kit.long('deployment_id').notNull(),
      externalId: kit.text('external_id').notNull(),
      watchUntil: kit.time('watch_until'),
      review: kit.json<DeploymentReview>('review').notNull(),
    },
    (t) => [
      kit.primaryKey({ name: 'deployment_reviews_key', columns: [t.installationId, t.deploymentId] }),
      kit.index('deployment_reviews_external').on(t.installationId, t.externalId),
      kit
        .index('deployment_reviews_watched')
        .on(t.watchUntil)
        .where(sql`watch_until is not null`),
    ],
  )
  return { implications, checks, pullRequests, gateRequests, deploymentReviews }
}
