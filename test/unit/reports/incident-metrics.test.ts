import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { metricsTable } from '../../../src/render/metrics.ts'
import { incidentMetrics, metricsOf } from '../../../src/reports/incident-metrics.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store, TenantStore } from '../../../src/store/store.ts'
import { at, incident } from '../../contract/store/made-up.ts'

const DAY = 24 * 60
const MINUTE_MS = 60_000
let store: Store
let tenant: TenantStore
beforeAll(async () => {
  store = await openStore(':memory:')
  tenant = store.tenant(1)
})
afterAll(() => store.close())

/** One that began so many minutes into the story, with the minutes that each step took. */
async function broke(issue: number, began: number, steps: { report: number; ack: number; end: number }, over = {}): Promise<number> {
  const facts = { detectedAt: at(began), openedAt: at(began + steps.report), services: ['checkout'], ...over }
  const id = await tenant.incidents.upsert(incident(1, issue, facts))
  await tenant.incidents.setState(id, {
    status: 'resolved',
    acknowledgedAt: at(began + steps.ack),
    mitigatedAt: null,
    resolvedAt: at(began + steps.end),
  })
  return id
}

describe('how long an incident took', () => {
  it('stands beside the median of earlier ones of its services, and of nothing else', async () => {
    await broke(1, 0, { report: 2, ack: 10, end: 100 })
    await broke(2, DAY, { report: 4, ack: 20, end: 200 })
    await broke(3, 2 * DAY, { report: 9, ack: 90, end: 900 })
    await broke(4, 3 * DAY, { report: 50, ack: 60, end: 70 }, { services: ['ledger'] })
    await broke(5, 3 * DAY, { report: 50, ack: 60, end: 70 }, { isTrusted: false })
    const copy = await broke(6, 3 * DAY, { report: 50, ack: 60, end: 70 })
    await tenant.incidents.setState(copy, { duplicateOfId: 1 })
    await broke(7, 5 * DAY, { report: 1, ack: 1, end: 1 })
    const id = await broke(8, 4 * DAY, { report: 3, ack: 5, end: 50 })
    const metrics = await incidentMetrics(tenant, (await tenant.incidents.byId(id))!)
    expect(metrics).toEqual({
      services: ['checkout'],
      detect: { ms: 3 * MINUTE_MS, median: { cases: 3, medianMs: 4 * MINUTE_MS } },
      acknowledge: { ms: 5 * MINUTE_MS, median: { cases: 3, medianMs: 20 * MINUTE_MS } },
      mitigate: { ms: null, median: { cases: 0, medianMs: null } },
      resolve: { ms: 50 * MINUTE_MS, median: { cases: 3, medianMs: 200 * MINUTE_MS } },
    })
    const table = metricsTable({ ...metrics, services: ['a|b<c>'] })
    expect(table).toContain('| To resolve | 50 minutes | 3 hours 20 minutes, of 3 earlier incidents |')
    expect(table).toContain('| To mitigate | not said | not known: no earlier incident |')
    expect(table).not.toMatch(/<c>|[^\\]\|b/)
  })

  it('is never less than nothing, however wrong a clock was', () => {
    const steps = { detectedAt: at(9), openedAt: at(5), acknowledgedAt: at(3), mitigatedAt: null, resolvedAt: at(20) }
    const { detect, acknowledge, mitigate, resolve } = metricsOf(steps, [], [])
    expect([detect.ms, acknowledge.ms, mitigate.ms, resolve.ms]).toEqual([0, 0, null, 11 * MINUTE_MS])
  })
})
