// settings → store → app → server → worker → shutdown. The one place where adapters are built and joined.
import { AsyncLocalStorage } from 'node:async_hooks'
import { OpenAPIHono } from '@hono/zod-openapi'
import { Probot } from 'probot'
import { activeWork, app as causewayApp, followUp } from './app.ts'
import { runBackfillStep } from './backfill/run-backfill-step.ts'
import { recordApiChange, recordApiDeployment } from './changes/record-api.ts'
import { followLive } from './deployments/follow-live.ts'
import { followUnlive } from './deployments/follow-unlive.ts'
import type { BackfillNote } from './domain/backfill.ts'
import type { IncomingDelivery, Urgency } from './domain/delivery.ts'
import { API_PATH, apiRoutes } from './http/api.ts'
import { healthRoutes } from './http/health.ts'
import { createMetrics, metricsRoutes, type Metrics } from './http/metrics.ts'
import type { HookDeliveries } from './github/github.ts'
import { octokitHookDeliveries } from './github/octokit-hook-deliveries.ts'
import { installationClients } from './github/installation-clients.ts'
import { quietOctokit } from './github/quiet-octokit.ts'
import { tokenCache } from './github/token-cache.ts'
import { respondWithPage } from './http/page.ts'
import { setupRoutes } from './http/setup/setup-routes.ts'
import { startPage } from './http/start-page.ts'
import { startServer, type RunningServer } from './http/server.ts'
import { webhookIntake } from './http/webhook-intake.ts'
import { groupCommit } from './inbox/group-commit.ts'
import { refreshAnswers, refreshAsAsked } from './incidents/refresh-answers.ts'
import { openApiIncident } from './incidents/open-api-incident.ts'
import { handleDelivery, type DeliveryTargets } from './inbox/handle-delivery.ts'
import { backfillDelivery } from './inbox/backfill-call.ts'
import { processName, startSchedules } from './inbox/schedules.ts'
import { startWorker } from './inbox/worker.ts'
import { scheduledTasks } from './scheduled-tasks.ts'
import type { AppSettings, DatabaseSettings, GitHubSettings, Settings } from './settings/environment.ts'
import { createLogs, type Logs } from './settings/logger.ts'
import { openStore } from './store/open-store.ts'
import type { Store } from './store/store.ts'

/** What a test may put in place of the real thing. */
export type Overrides = {
  writeLog?: (line: string) => void
  now?: () => Date
  openStore?: (settings: DatabaseSettings) => Promise<Store>
  /** Builds what deliveries are handed to. */
  targets?: (parts: TargetParts) => Promise<Targets>
}

type Targets = DeliveryTargets & { hooks?: HookDeliveries }

/** What a handler's calls to GitHub may ask of the delivery that it handles. */
type Handled = { isHeld: () => Promise<boolean>; urgency: Urgency; waitedMs: number }

type TargetParts = {
  metrics: Metrics
  backfill: Settings['backfill']
  app: AppSettings
  gitHub: GitHubSettings
  store: Store
  logs: Logs
  /** Of the handler that asks: whether it still holds its lane, and for which delivery. */
  handled: () => Handled | undefined
  writesPerMinute: number
  now: () => Date
}

export type Causeway = {
  url: string
  port: number
  store: Store
  /** Stops taking in, finishes or hands back what runs, closes the store. Idempotent. */
  stop(): Promise<void>
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Read at start by `readEnvironment`, so this is where a newly registered App's settings go. */
const ENV_FILE = '.env'

type Engine = {
  worker: ReturnType<typeof startWorker>
  intake: ReturnType<typeof webhookIntake>
  schedules: ReturnType<typeof startSchedules>
}

/** Starts everything; rejects, with nothing left running, when it can't. */
export async function startCauseway(settings: Settings, overrides: Overrides = {}): Promise<Causeway> {
  const now = overrides.now ?? (() => new Date())
  const secrets: string[] = []
  const logs = createLogs(settings.log, secrets, overrides.writeLog)
  const { log } = logs
  const store = await (overrides.openStore ?? openDatabase)(settings.database)
  const inbox = groupCommit<IncomingDelivery>(async (deliveries) => {
    await store.deliveries.add(deliveries)
    await store.flush()
  })
  const metrics = createMetrics({ store, now })
  let engine: Engine | null = null
  let stopping: Promise<void> | null = null

  const add = async (delivery: IncomingDelivery): Promise<void> => {
    await inbox.add(delivery)
    engine?.worker.wake()
  }

  async function serve(app: AppSettings, gitHub: GitHubSettings): Promise<void> {
    secrets.push(...app.webhookSecrets, ...(settings.metricsToken ? [settings.metricsToken] : []))
    const lease = new AsyncLocalStorage<Handled>()
    const { backfill, writesPerMinute } = settings
    const parts = { app, gitHub, store, logs, handled: () => lease.getStore(), now, metrics, backfill, writesPerMinute }
    const targets = await (overrides.targets ?? joinProbot)(parts)
    const handle = handleDelivery(targets)
    const worker = startWorker({
      deliveries: store.deliveries,
      handle,
      rateLimits: store.rateLimits,
      underLease: (isHeld, run, { urgency }) => lease.run({ isHeld, urgency, waitedMs: 0 }, run),
      observe: metrics.tried,
      isIntakeBusy: () => inbox.isBusy(),
      log,
      now,
      ...settings.worker,
    })
    const intake = webhookIntake({ secrets: app.webhookSecrets, store: add, now, log, ...settings.intake })
    const tasks = scheduledTasks({ store, hooks: targets.hooks, settings, now, log })
    const schedules = startSchedules({ tasks, schedules: store.schedules, holder: processName(), now, log })
    engine = { worker, intake, schedules }
  }

  const pages = new OpenAPIHono()
  pages.route(
    '/',
    healthRoutes({ store, worker: () => engine?.worker ?? null, isStopping: () => stopping !== null, pollMs: settings.worker.pollMs, now }),
  )
  pages.route('/', metricsRoutes(metrics, settings.metricsToken))
  pages.route(API_PATH, apiRoutes({ store, add, publicUrl: settings.publicUrl, now }))
  pages.get('/', (c) => respondWithPage(c, startPage(engine !== null)))
  const setup = settings.app ? null : setupRoutes({ ...settings, envFile: ENV_FILE, log, now, onRegistered: serve })
  if (setup) pages.route('/setup', setup.routes)

  async function shutDown(): Promise<void> {
    log.info('Stopping: finishing what runs')
    await engine?.schedules.stop()
    await Promise.all([server.close(settings.worker.stopMs / 2).then(() => inbox.idle()), engine?.worker.stop()])
    await store.close()
    log.info('Stopped')
  }

  let server: RunningServer
  try {
    if (settings.app) await serve(settings.app, settings.gitHub)
    server = await startServer({ intake: () => engine?.intake ?? null, pages, host: settings.host, port: settings.port })
  } catch (error) {
    // TypeScript can't see that serve() sets it.
    await (engine as Engine | null)?.schedules.stop()
    await (engine as Engine | null)?.worker.stop()
    await store.close()
    throw error
  }
  log.info({ url: server.url, engine: store.engine }, `Causeway is ready at ${server.url}`)
  if (setup) log.warn(`No GitHub App is registered yet. Open ${server.url}${setup.path} in a browser to register it.`)
  return { url: server.url, port: server.port, store, stop: () => (stopping ??= Promise.resolve().then(shutDown)) }
}

function openDatabase(settings: DatabaseSettings): Promise<Store> {
  const synchronous = settings.sqliteSynchronous === 'full' ? 'ASKED' : 'NORMAL'
  return openStore(settings.url, { poolSize: settings.poolSize, synchronous, checkpointsApart: true })
}

/** A request to GitHub without a whole answer after this long has failed. */
const GITHUB_TIMEOUT_MS = 30_000

async function joinProbot({ metrics, backfill, app, gitHub, store, logs, handled, writesPerMinute, now }: TargetParts): Promise<Targets> {
  const tokens = tokenCache()
  const probot = new Probot({
    appId: app.id,
    privateKey: app.privateKey,
    // Never used: signatures are checked at the intake. Without one Probot would accept a well-known default.
    secret: app.webhookSecrets[0],
    Octokit: quietOctokit({ timeoutMs: GITHUB_TIMEOUT_MS, tokens }),
    baseUrl: gitHub.apiUrl,
    log: logs.probotLog,
  })
  const { githubFor, restUntil } = installationClients({
    signIn: (installationId) => probot.auth(installationId),
    permissionsOf: async (installationId) => (await store.installations.byId(installationId))?.permissions ?? {},
    dropToken: (installationId) => tokens.drop(installationId),
    appId: app.id,
    now,
    heldUntil: (id, at) => store.rateLimits.heldUntil(id, at),
    isLeased: async () => (await handled()?.isHeld()) ?? true,
    beforeWrite: () => store.flush(),
    spacingOf: (id) =>
      writesPerMinute === 0
        ? null
        : { take: (write) => store.writePaces.take(id, write, writesPerMinute, now()), turn: handled, now, told: metrics.spaced },
    seen: metrics.asked,
  })
  const past = backfill && { changesMs: backfill.changeDays * DAY_MS, incidentsMs: backfill.incidentDays * DAY_MS }
  const deps = { store, githubFor, now, log: logs.log, observe: metrics.observed, backfill: past ?? undefined }
  await probot.load((loaded) => causewayApp(loaded, deps))
  return {
    receive: (event) => probot.receive(event as Parameters<Probot['receive']>[0]),
    work: (installationId) => activeWork(deps, installationId),
    recordDeployment: async (work, call) => {
      const touched = await recordApiDeployment(work, call)
      await refreshAnswers(work, touched)
      await followUnlive(work, call.repository.id, { source: 'api', externalId: call.externalId })
      await followLive(work, call.repository.id, touched)
    },
    recordChange: async (work, call) => refreshAnswers(work, await recordApiChange(work, call)),
    openIncident: openApiIncident,
    hooks: octokitHookDeliveries(await probot.auth(), now),
    followUp,
    refresh: (work, { repositoryId, what }) => refreshAsAsked(work, repositoryId, what),
    restUntil,
    backfill: (work, note, failures) => {
      const enqueue = (next: BackfillNote) => store.deliveries.add([backfillDelivery(work.tenant.installationId, next, now())])
      return runBackfillStep(work, note, { failures, enqueue })
    },
  }
}
