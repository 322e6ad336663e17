import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMetrics, metricsRoutes, type Metrics } from '../../../src/http/metrics.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'

const NOW = new Date('2026-03-14T09:00:00Z')
const TOKEN = 'a-token-of-some-length'
let store: Store
let metrics: Metrics

beforeEach(async () => {
  store = await openStore(':memory:')
  metrics = createMetrics({ store, now: () => NOW })
})
afterEach(() => store.close())

const budget = (remaining: number) => ({ resource: 'core', limit: 5000, remaining, resetAt: new Date(NOW.getTime() + 60_000) })

it('tells what was observed, and what the store says now', async () => {
  const body = new TextEncoder().encode('{}')
  const add = (guid: string, seconds: number) =>
    store.deliveries.add([{ guid, event: 'push', body, receivedAt: new Date(NOW.getTime() - seconds * 1000), installationId: 1 }])
  await add('a', 90)
  await add('b', 30)
  await store.rateLimits.hold(1, new Date(NOW.getTime() + 1000), 'limit')
  metrics.tried({ event: 'push', outcome: 'done', ms: 40 })
  metrics.asked(1, { endpoint: 'POST /graphql', status: 200, ms: 300, budget: budget(4000) })
  metrics.asked(2, { endpoint: 'POST /graphql', status: 502, ms: 300, budget: budget(1000) })
  metrics.observed({ kind: 'ranked', ms: 12 })
  metrics.observed({ kind: 'answered', afterMs: 4000 })
  const text = await metrics.text()
  for (const line of [
    'causeway_deliveries{event="push",state="queued"} 2',
    'causeway_inbox_lag_seconds 90',
    'causeway_installations_held 1',
    'causeway_delivery_tries_total{event="push",outcome="done"} 1',
    'causeway_github_request_seconds_count{endpoint="POST /graphql",status="502"} 1',
    'causeway_github_rate_limit_remaining{resource="core"} 0.2',
    'causeway_incident_to_comment_seconds_bucket{le="5"} 1',
    'causeway_rank_seconds_count 1',
  ])
    expect(text).toContain(line)
  expect(text).toMatch(/causeway_database_bytes [1-9]/)
  expect(text).not.toContain('acme')
})

it('makes no endless list of events that a stranger invents', async () => {
  for (let event = 0; event < 500; event++) metrics.tried({ event: `made_up_${event}`, outcome: 'dead', ms: 1 })
  expect((await metrics.text()).match(/causeway_delivery_tries_total\{/g)?.length).toBeLessThan(70)
})

describe('who may read them', () => {
  const ask = async (token: string | null, address: string, headers: Record<string, string> = {}) => {
    const environment = { incoming: { socket: { remoteAddress: address } } }
    return (await metricsRoutes(metrics, token).request('/metrics', { headers }, environment)).status
  }

  it('is a caller on this machine that no proxy stands for', async () => {
    expect(await ask(null, '127.0.0.1')).toBe(200)
    expect(await ask(null, '::1')).toBe(200)
    expect(await ask(null, '::ffff:127.0.0.1')).toBe(200)
    expect(await ask(null, '10.0.0.7')).toBe(403)
    expect(await ask(null, '127.0.0.1', { 'x-forwarded-for': '203.0.113.9' })).toBe(403)
  })

  it('is whoever has the token, where there is one', async () => {
    expect(await ask(TOKEN, '10.0.0.7', { authorization: `Bearer ${TOKEN}` })).toBe(200)
    expect(await ask(TOKEN, '127.0.0.1')).toBe(401)
    expect(await ask(TOKEN, '127.0.0.1', { authorization: 'Bearer another-token-of-length' })).toBe(401)
  })
})

it('has every metric that the alert rules and the dashboard name', async () => {
  const text = await metrics.text()
  const exists = (name: string) => new RegExp(`^# TYPE ${name.replace(/_(bucket|count|sum)$/, '')} `, 'm').test(text)
  for (const file of ['deploy/alerts.yml', 'deploy/grafana-dashboard.json']) {
    const names = new Set(readFileSync(file, 'utf8').match(/\b(?:causeway_[a-z_]+|process_[a-z_]+_bytes)\b/g))
    expect(names.size).toBeGreaterThan(4)
    for (const name of names) expect([file, name, exists(name)]).toEqual([file, name, true])
  }
})
