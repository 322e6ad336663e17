// What is said on pull requests and at deployments: suspicion, checks, verdicts.
import { sql } from 'drizzle-orm'
import type { Person } from '../domain/change.ts'
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
      kit.index('implications_incident').on(t.installationId, t.incidentId),
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
  return { implications, checks, pullRequests }
}
