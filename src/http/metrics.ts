// What Prometheus is told. Enters: what parts of the process observe, and the store when it is asked. It names no account,
// repository or person: a metric outlives them.
import { timingSafeEqual } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono, type Context } from 'hono'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { SeenRequest } from '../github/watch-octokit.ts'
import type { Store } from '../store/store.ts'
import type { Observation } from '../work.ts'
import { hashApiToken } from './api-token.ts'

export type Metrics = {
  tried: (tried: { event: string; outcome: 'done' | 'retry' | 'dead'; ms: number }) => void
  asked: (installationId: number, request: SeenRequest) => void
  observed: (observation: Observation) => void
  /** A write waited for its turn within its try, or was put off. */
  spaced: (how: 'waited' | 'put off') => void
  /** The text format, with what the store says now. */
  text(): Promise<string>
}

type Sources = { store: Pick<Store, 'deliveries' | 'deliveryLog' | 'rateLimits' | 'writePaces' | 'backfills' | 'bytes'>; now: () => Date }

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
/** Anybody who knows the secret may send any event name; more than these are counted together. */
const MOST_EVENTS = 60

export function createMetrics({ store, now }: Sources): Metrics {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  collectDefaultMetrics({ register: registry })
  const histogram = <T extends string>(name: string, help: string, labelNames: readonly T[] = [], buckets = SECONDS) =>
    new Histogram({ name, help, labelNames, buckets, registers })
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Gauge({ name, help, labelNames, registers })
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Counter({ name, help, labelNames, registers })

  const handled = histogram('causeway_handler_seconds', 'Time that one try of a delivery took', ['event', 'outcome'])
  const tries = counter('causeway_delivery_tries_total', 'Tries of deliveries by how they ended', ['event', 'outcome'])
  const requests = histogram('causeway_github_request_seconds', 'Requests to GitHub', ['endpoint', 'status'])
  const remaining = gauge('causeway_github_rate_limit_remaining', 'Least share of an hour that any installation has left', ['resource'])
  const answered = histogram(
    'causeway_incident_to_comment_seconds',
    'From the opening of an incident to its comment',
    [],
    [...[1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3600]],
  )
  const ranked = histogram('causeway_rank_seconds', 'Time to rank the candidates of one incident')
  const deliveries = gauge('causeway_deliveries', 'Deliveries that are kept', ['event', 'state'])
  const lag = gauge('causeway_inbox_lag_seconds', 'Age of the oldest delivery that waits')
  const held = gauge('causeway_installations_held', 'Installations that GitHub asked to wait')
  const ahead = gauge('causeway_github_writes_ahead_seconds', 'How far an installation at most is ahead of the pace of its writes')
  const spaced = counter('causeway_github_writes_spaced_total', 'Writes that were not sent at once, by what became of them', ['how'])
  const bytes = gauge('causeway_database_bytes', 'Size of the database')
  const backfills = gauge('causeway_backfills', "Repositories by how far their past is read; state 'finished' or a phase", ['state'])
  const pulls = gauge('causeway_backfilled_pull_requests', 'Pull requests read by the readings that are kept')

  const shares = new Map<string, { resource: string; share: number; resetAt: Date }>()
  const events = new Set<string>()
  const nameOf = (event: string): string => {
    if (events.has(event) || events.size < MOST_EVENTS) events.add(event)
    return events.has(event) ? event : 'other'
  }

  async function readStore(): Promise<void> {
    const { oldestQueuedAt } = await store.deliveries.counts()
    lag.set(oldestQueuedAt ? Math.max(0, (now().getTime() - oldestQueuedAt.getTime()) / 1000) : 0)
    deliveries.reset()
    for (const { event, state, count } of await store.deliveryLog.countsByEvent()) deliveries.inc({ event: nameOf(event), state }, count)
    held.set((await store.rateLimits.held(now())).length)
    ahead.set(Math.max(0, ...(await store.writePaces.ahead(now())).map(({ aheadMs }) => aheadMs / 1000)))
    bytes.set(await store.bytes())
    backfills.reset()
    let read = 0
    for (const { finishedAt, phase, pullRequests } of await store.backfills.all()) {
      backfills.inc({ state: finishedAt ? 'finished' : phase })
      read += pullRequests
    }
    pulls.set(read)
  }

  function readShares(): void {
    remaining.reset()
    for (const resource of ['core', 'graphql']) {
      const known = [...shares.values()].filter((one) => one.resource === resource && one.resetAt > now())
      if (known.length > 0) remaining.set({ resource }, Math.min(...known.map((one) => one.share)))
    }
  }

  return {
    tried({ event, outcome, ms }) {
      handled.observe({ event: nameOf(event), outcome }, ms / 1000)
      tries.inc({ event: nameOf(event), outcome })
    },
    asked(installationId, { endpoint, status, ms, budget }) {
      requests.observe({ endpoint, status: String(status) }, ms / 1000)
      if (!budget || budget.limit === 0) return
      const { resource, limit, remaining: left, resetAt } = budget
      shares.set(`${installationId} ${resource}`, { resource, share: left / limit, resetAt })
    },
    spaced(how) {
      spaced.inc({ how })
    },
    observed(observation) {
      if (observation.kind === 'ranked') ranked.observe(observation.ms / 1000)
      else answered.observe(observation.afterMs / 1000)
    },
    async text() {
      readShares()
      await readStore()
      return registry.metrics()
    },
  }
}

/** `/metrics`, for a caller with the token; without one configured, for a caller on this machine that no proxy stands for. */
export function metricsRoutes(metrics: Metrics, token: string | null): Hono {
  const routes = new Hono()
  routes.get('/metrics', async (c) => {
    c.header('cache-control', 'no-store')
    if (!mayRead(c, token)) {
      if (token === null) return c.text('Set CAUSEWAY_METRICS_TOKEN to read this from another machine or through a proxy.\n', 403)
      c.header('www-authenticate', 'Bearer')
      return c.text('Send the token of CAUSEWAY_METRICS_TOKEN as "Authorization: Bearer …".\n', 401)
    }
    return metrics.text().then(
      (text) => c.body(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
      () => c.text('The database does not answer.\n', 503),
    )
  })
  return routes
}

function mayRead(c: Context, token: string | null): boolean {
  if (token !== null) {
    const given = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? ''
    // Hashes have one length, so the comparison takes one time.
    return timingSafeEqual(Buffer.from(hashApiToken(given)), Buffer.from(hashApiToken(token)))
  }
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip'].some((name) => c.req.header(name) !== undefined)
  const { address = '' } = getConnInfo(c).remote
  return !isForwarded && (address === '::1' || /^(::ffff:)?127\./.test(address))
}
