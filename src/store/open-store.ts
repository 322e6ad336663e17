// A database URL becomes a Store: the engine is chosen here and nowhere else.
import { fileURLToPath } from 'node:url'
import { createBackfillOverview, createBackfillStore } from './backfills.ts'
import { createCatalogStore } from './catalogs.ts'
import { createChangeStore } from './changes.ts'
import { createCheckStore } from './checks.ts'
import { createCommentStore } from './comments.ts'
import type { Database } from './database.ts'
import { createDeliveryLog } from './delivery-log.ts'
import { createDeliveryStore } from './deliveries.ts'
import { createDeploymentReviewStore } from './deployment-reviews.ts'
import { createDeploymentStore } from './deployments.ts'
import { createAccuracyStore } from './accuracies.ts'
import { createRiskAdjustmentStore } from './risk-adjustments.ts'
import { createFollowUpQueue, createFollowUpStore } from './follow-ups.ts'
import { createGateStore, createReviewQueue } from './gate.ts'
import { createImplicationStore } from './implications.ts'
import { createIncidentStore } from './incidents.ts'
import { createInstallationStore } from './installations.ts'
import type { PostgresOptions } from './postgres.ts'
import { createRateLimitStore } from './rate-limits.ts'
import { createQuoteStore } from './quotes.ts'
import { createPullRequestStore } from './pull-requests.ts'
import { createPostmortemStore } from './postmortems.ts'
import { createRevertStore } from './reverts.ts'
import { createReplyStore } from './replies.ts'
import { createPeopleStore, forgetful, forgottenRegistry } from './people.ts'
import { createRepositoryStore } from './repositories.ts'
import { createRetentionStore } from './retention.ts'
import { createScheduleStore } from './schedules.ts'
import { openSqlite, type SqliteOptions } from './sqlite.ts'
import type { Store } from './store.ts'
import { createTimelineStore } from './timeline.ts'
import { createTokenStore } from './tokens.ts'
import { createWritePaceStore } from './write-paces.ts'

export type StoreOptions = SqliteOptions & PostgresOptions

/**
 * Opens the store of a URL (`file:data/causeway.db`, `:memory:` or `postgres://…`) with its tables up to date.
 * @throws with what is wrong with the URL or the database, and what to do about it.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  return createStore(await openDatabase(url, options))
}

/** Brings a database's tables up to date and closes it again: what every start does, as a command of its own. */
export async function migrate(url: string): Promise<void> {
  const database = await openDatabase(url, {})
  await database.close()
}

/** What `openStore` opens, for what goes through whole tables. */
export async function openDatabase(url: string, options: StoreOptions): Promise<Database> {
  if (url === ':memory:') return openSqlite(url, options)
  if (url.startsWith('file://')) return openSqlite(fileURLToPath(url), options)
  if (url.startsWith('file:')) return openSqlite(url.slice('file:'.length), options)
  if (/^postgres(ql)?:\/\//.test(url)) {
    // Its driver is loaded only where it is used.
    const { openPostgres } = await import('./postgres.ts')
    return openPostgres(url, options)
  }
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'no scheme'
  throw new Error(`A database URL begins with "file:" or "postgres://" (or is ":memory:"); this one has ${scheme}.`)
}

export function createStore(database: Database): Store {
  const registry = forgottenRegistry(database)
  const store: Store = {
    engine: database.engine,
    flush: () => database.flush(),
    ping: () => database.ping(),
    bytes: () => database.bytes(),
    close: () => database.close(),
    deliveries: createDeliveryStore(database),
    deliveryLog: createDeliveryLog(database),
    rateLimits: createRateLimitStore(database),
    writePaces: createWritePaceStore(database),
    schedules: createScheduleStore(database),
    retention: createRetentionStore(database),
    backfills: createBackfillOverview(database),
    installations: createInstallationStore(database),
    tokens: createTokenStore(database),
    people: createPeopleStore(database, registry),
    reviewQueue: createReviewQueue(database),
    followUpQueue: createFollowUpQueue(database),
    tenant: (installationId) => ({
      installationId,
      repositories: createRepositoryStore(database, installationId),
      catalogs: createCatalogStore(database, installationId),
      changes: createChangeStore(database, installationId),
      deployments: createDeploymentStore(database, installationId),
      incidents: createIncidentStore(database, installationId),
      comments: createCommentStore(database, installationId),
      backfills: createBackfillStore(database, installationId),
      implications: createImplicationStore(database, installationId),
      accuracies: createAccuracyStore(database, installationId),
      riskAdjustments: createRiskAdjustmentStore(database, installationId),
      timeline: createTimelineStore(database, installationId),
      quotes: createQuoteStore(database, installationId),
      checks: createCheckStore(database, installationId),
      pullRequests: createPullRequestStore(database, installationId),
      replies: createReplyStore(database, installationId),
      gate: createGateStore(database, installationId),
      reviews: createDeploymentReviewStore(database, installationId),
      postmortems: createPostmortemStore(database, installationId),
      followUps: createFollowUpStore(database, installationId),
      reverts: createRevertStore(database, installationId),
    }),
  }
  return { ...store, tenant: (installationId) => forgetful(store.tenant(installationId), registry) }
}
