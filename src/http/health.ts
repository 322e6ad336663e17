import { Hono } from 'hono'
import type { Store } from '../store/store.ts'
import type { Worker } from '../inbox/worker.ts'

export type HealthSources = {
  store: Pick<Store, 'ping' | 'deliveries'>
  /** Null while no App is registered. */
  worker: () => Worker | null
  isStopping: () => boolean
  pollMs: number
  now: () => Date
}

/** The worker looks into the inbox at least every `pollMs`; this many missed turns mean that it hangs. */
const MISSED_TURNS = 30

/**
 * `/healthz`: the process answers. `/readyz`: it can store what it is sent and its worker runs; how far the worker lags
 * behind is told but makes nothing unready, since turning deliveries away would only lose them.
 */
export function healthRoutes(sources: HealthSources): Hono {
  const routes = new Hono()
  routes.get('/healthz', (c) => c.json({ status: 'ok' }))
  routes.get('/readyz', async (c) => {
    c.header('cache-control', 'no-store')
    const problems: string[] = []
    if (sources.isStopping()) problems.push('stopping')
    const now = sources.now()
    const counts = await readCounts(sources).catch(() => null)
    if (counts === null) problems.push('the database does not answer')
    const worker = sources.worker()
    const health = worker?.health()
    if (!health) problems.push('no GitHub App is registered yet')
    else if (health.isFailing || now.getTime() - health.lastTurnAt.getTime() > MISSED_TURNS * sources.pollMs)
      problems.push('the worker does not get on')
    const waiting = counts && { unsorted: counts.unsorted, queued: counts.queued, retry: counts.retry, dead: counts.dead }
    const lagMs = counts?.oldestQueuedAt ? Math.max(0, now.getTime() - counts.oldestQueuedAt.getTime()) : 0
    return c.json(
      { status: problems.length === 0 ? 'ready' : 'not ready', problems, inbox: waiting, lagMs, running: health?.running ?? 0 },
      problems.length === 0 ? 200 : 503,
    )
  })
  return routes
}

async function readCounts(sources: HealthSources) {
  await sources.store.ping()
  return sources.store.deliveries.counts()
}
