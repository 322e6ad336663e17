// Every table, once, for both engines. What belongs to an installation carries its id, first in each key.
import { sql } from 'drizzle-orm'
import type { DeliveryState, Urgency } from '../domain/delivery.ts'
import type { Installation } from '../domain/repository.ts'
import type { Catalog, CatalogProblem } from '../domain/service.ts'
import type { ColumnKit } from './columns.ts'
import { defineAccuracyTables } from './schema-accuracies.ts'
import { defineBackfillTables } from './schema-backfill.ts'
import { defineChangeTables } from './schema-changes.ts'
import { defineDeploymentTables } from './schema-deployments.ts'
import { defineIncidentTables } from './schema-incidents.ts'
import { definePeopleTables } from './schema-people.ts'
import { definePostmortemTables } from './schema-postmortems.ts'
import { defineReviewTables } from './schema-reviews.ts'
import { defineRiskTables } from './schema-risk.ts'
import { defineTimelineTables } from './schema-timeline.ts'
import { defineOperationTables } from './schema-operations.ts'

/** All tables in one kit's columns. */
export function defineTables(kit: ColumnKit) {
  const incidentTables = defineIncidentTables(kit)
  return {
    ...defineIntakeTables(kit),
    ...defineOperationTables(kit),
    ...defineBackfillTables(kit),
    ...defineInstallationTables(kit),
    ...defineChangeTables(kit),
    ...defineDeploymentTables(kit),
    ...definePeopleTables(kit),
    ...incidentTables,
    ...defineReviewTables(kit),
    ...defineAccuracyTables(kit),
    ...defineRiskTables(kit),
    ...defineTimelineTables(kit, incidentTables.incidents),
    ...definePostmortemTables(kit, incidentTables.incidents),
  }
}

export type Tables = ReturnType<typeof defineTables>

function defineIntakeTables(kit: ColumnKit) {
  const deliveries = kit.table(
    'deliveries',
    {
      id: kit.serial('id'),
      guid: kit.text('guid').notNull(),
      event: kit.text('event').notNull(),
      receivedAt: kit.time('received_at').notNull(),
      installationId: kit.long('installation_id'),
      lane: kit.text('lane'),
      state: kit.text<DeliveryState>('state').notNull(),
      urgency: kit.int('urgency').$type<Urgency>().notNull().default(1),
      attempts: kit.int('attempts').notNull(),
      reason: kit.text('reason'),
      nextAttemptAt: kit.time('next_attempt_at'),
      /** Whether the last try failed for an outage: that of one is over when that of another is. */
      isOutage: kit.flag('is_outage').notNull().default(false),
      doneAt: kit.time('done_at'),
      // Last, so that the small columns are read without walking over a large body.
      body: kit.bytes('body').notNull(),
    },
    (t) => [
      kit.uniqueIndex('deliveries_guid').on(t.guid),
      kit.index('deliveries_state').on(t.state, t.receivedAt),
      // Partial: only what still has to be done is in them, so they stay small whatever was done before.
      kit
        .index('deliveries_open')
        .on(t.lane, t.id, t.urgency)
        .where(sql`state in ('queued', 'retry')`),
      kit
        .index('deliveries_unsorted')
        .on(t.id)
        .where(sql`lane is null`),
    ],
  )
  const leases = kit.table('leases', {
    lane: kit.text('lane').primaryKey(),
    holder: kit.text('holder').notNull(),
    expiresAt: kit.time('expires_at').notNull(),
  })
  return { deliveries, leases }
}

function defineInstallationTables(kit: ColumnKit) {
  const installations = kit.table('installations', {
    id: kit.long('id').primaryKey(),
    accountLogin: kit.text('account_login').notNull(),
    suspendedAt: kit.time('suspended_at'),
    removedAt: kit.time('removed_at'),
    permissions: kit.json<Installation['permissions']>('permissions').notNull(),
    updatedAt: kit.time('updated_at'),
  })
  const tokens = kit.table(
    'tokens',
    {
      id: kit.serial('id'),
      hash: kit.text('hash').notNull(),
      installationId: kit.long('installation_id').notNull(),
      scope: kit.text<'read' | 'write'>('scope').notNull(),
      label: kit.text('label').notNull(),
      createdAt: kit.time('created_at').notNull(),
      revokedAt: kit.time('revoked_at'),
    },
    (t) => [kit.uniqueIndex('tokens_hash').on(t.hash)],
  )
  const repositories = kit.table(
    'repositories',
    {
      id: kit.long('id').primaryKey(),
      installationId: kit.long('installation_id').notNull(),
      owner: kit.text('owner').notNull(),
      name: kit.text('name').notNull(),
      /** `owner/name` in lower case: GitHub's names differ in case only by display. */
      nameKey: kit.text('name_key').notNull(),
      isPrivate: kit.flag('is_private').notNull(),
      isArchived: kit.flag('is_archived').notNull(),
      defaultBranch: kit.text('default_branch').notNull(),
      removedAt: kit.time('removed_at'),
      updatedAt: kit.time('updated_at'),
    },
    (t) => [kit.index('repositories_installation').on(t.installationId), kit.index('repositories_name').on(t.nameKey)],
  )
  const catalogs = kit.table(
    'catalogs',
    {
      repositoryId: kit.long('repository_id').primaryKey(),
      installationId: kit.long('installation_id').notNull(),
      catalog: kit.json<Catalog>('catalog'),
      problems: kit.json<CatalogProblem[]>('problems').notNull(),
      readAt: kit.time('read_at').notNull(),
      /** Set when the files might not be read: until then GitHub is not asked again. */
      readAgainAt: kit.time('read_again_at'),
      problemIssueNumber: kit.int('problem_issue_number'),
    },
    (t) => [kit.index('catalogs_installation').on(t.installationId)],
  )
  // What catalogs name, the other way round, so that who shares with or depends on whom is found without reading them all.
  const catalogNames = kit.table(
    'catalog_names',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      /** A service it declares, a dependency it states, or a repository that it lets quote it (`owner/name`, lower case). */
      kind: kit.text<'service' | 'dependency' | 'reader'>('kind').notNull(),
      name: kit.text('name').notNull(),
    },
    (t) => [
      kit.primaryKey({ name: 'catalog_names_key', columns: [t.installationId, t.kind, t.name, t.repositoryId] }),
      kit.index('catalog_names_repository').on(t.installationId, t.repositoryId),
    ],
  )
  return { installations, tokens, repositories, catalogs, catalogNames }
}
