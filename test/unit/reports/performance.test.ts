import { beforeAll, describe, expect, it } from 'vitest'
import type { DeploymentKind } from '../../../src/domain/deployment.ts'
import type { PerformanceReport } from '../../../src/domain/performance.ts'
import { performanceSections, renderPerformance } from '../../../src/render/performance.ts'
import { gatherPerformance } from '../../../src/reports/gather-performance.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { TenantStore } from '../../../src/store/store.ts'
import { change, deployment, entry, incident, live, octocat, repository, sha, toService } from '../../contract/store/made-up.ts'

const HOUR_MS = 3_600_000
/** Hours after the beginning of the period, which is ten days long. */
const hour = (hours: number): Date => new Date(Date.UTC(2026, 0, 1) + hours * HOUR_MS)
const PERIOD = { from: hour(0), to: hour(240), service: null }
const REPOSITORY = 1

/**
 * The small history, to be counted by hand:
 *
 *   −100 h  v1 of checkout, the first: carries nothing
 *     10 h  v2 brings #1 (merged at 4 h)            rolled back at 13 h: failed, 3 h
 *     12 h  v3 brings #2 (merged at 9 h)            undone with it, but v2 had failed
 *     13 h  v1 again: a rollback                    rework
 *     50 h  v4 brings #1 again, #2 again, #3 (48 h) #3 is confirmed to have caused #70, mitigated at 56 h: failed, 6 h
 *     55 h  v5 brings #4 (54 h), the fix of #70     rework
 *     60 h  w1 and w1' of ledger and search, one report, bring #5 (58 h)
 *     70 h  staging of checkout: not production
 */
async function history(tenant: TenantStore): Promise<void> {
  await tenant.repositories.upsert(repository(REPOSITORY, 9))
  const merged = [4, 9, 48, 54, 58]
  const ids: number[] = []
  for (const [at, mergedHour] of merged.entries())
    ids.push(await tenant.changes.upsert(change(REPOSITORY, sha('abcde'[at]!), { number: at + 1, mergedAt: hour(mergedHour) })))
  const brings = (...numbers: number[]) => numbers.map((number) => ({ changeId: ids[number - 1]!, direction: 'in' as const }))
  let made = 0
  const goesLive = async (
    at: number,
    version: string,
    kind: DeploymentKind,
    carried: { changeId: number; direction: 'in' | 'out' }[],
    services = ['checkout'],
    isProduction = true,
  ) => {
    const facts = deployment(REPOSITORY, `${++made}`, { sha: sha(version), createdAt: hour(at), isProduction })
    const to = services.map((service) => toService(service, isProduction ? 'production' : 'staging'))
    for (const id of await tenant.deployments.upsert(facts, to)) {
      await tenant.deployments.setLive(id, { ...live(hour(at), carried), kind })
    }
  }
  await goesLive(-100, '1', 'first', [])
  await goesLive(10, '2', 'forward', brings(1))
  await goesLive(12, '3', 'forward', brings(2))
  await goesLive(
    13,
    '1',
    'rollback',
    [...brings(1), ...brings(2)].map((each) => ({ ...each, direction: 'out' as const })),
  )
  await goesLive(50, '4', 'forward', brings(1, 2, 3))
  await goesLive(55, '5', 'forward', brings(4))
  await goesLive(60, '6', 'forward', brings(5), ['ledger', 'search'])
  await goesLive(70, '7', 'forward', brings(5), ['checkout'], false)

  const broke = async (issue: number, at: number, over: Parameters<typeof incident>[2] = {}) =>
    tenant.incidents.upsert(incident(REPOSITORY, issue, { detectedAt: hour(at), openedAt: hour(at), ...over }))
  const first = await broke(70, 51)
  const confirmed = { incidentId: first, changeId: ids[2]!, verdict: 'caused' as const, at: hour(57), by: octocat }
  await tenant.incidents.addOutcome(confirmed)
  await tenant.incidents.setState(first, {
    status: 'resolved',
    acknowledgedAt: hour(52),
    mitigatedAt: hour(56),
    resolvedAt: hour(59),
  })
  await tenant.incidents.setFix(first, { kind: 'pull-request', changeId: ids[3]!, number: 4, title: 'Mend', url: 'https://example.test/4' })
  await tenant.timeline.add(first, [
    entry('ranking 1', { at: hour(51), saidAt: hour(51), fact: { kind: 'ranking', name: '#1', probability: 0.4 } }),
    entry('ranking 2', { at: hour(53), saidAt: hour(53), fact: { kind: 'ranking', name: '#3', probability: 0.7 } }),
    entry('cause', { at: hour(57), saidAt: hour(57), fact: { kind: 'outcome', verdict: 'caused', changeId: ids[2]!, name: '#3' } }),
    entry('ranking 3', { at: hour(58), saidAt: hour(58), fact: { kind: 'ranking', name: '#1', probability: 0.9 } }),
  ])
  const second = await broke(71, 80, { services: ['ledger'] })
  await tenant.incidents.addOutcome({ incidentId: second, changeId: null, verdict: 'no-change', at: hour(81), by: octocat })
  await tenant.incidents.setState(second, { acknowledgedAt: hour(84) })
  await broke(72, 90)
  await broke(73, 95, { isTrusted: false })
  const copy = await broke(74, 96)
  await tenant.incidents.setState(copy, { duplicateOfId: first })
  await broke(75, 260)
  const issueOf = (key: string): number => 700 + ['done', 'late', 'overdue', 'open'].indexOf(key)
  // Four things to do after #70: one done within the period, one after it, one overdue, one due later.
  for (const [key, dueHour, closedHour] of [
    ['done', 100, 90],
    ['late', 100, 250],
    ['overdue', 190, null],
    ['open', 230, null],
  ] as const) {
    await tenant.followUps.intend(first, { key, text: key, dueOn: hour(dueHour), intendedAt: hour(60) })
    await tenant.followUps.opened(first, key, issueOf(key), 'https://example.test/')
    if (closedHour !== null)
      await tenant.followUps.follow(REPOSITORY, issueOf(key), {
        closedAt: hour(closedHour),
        isDropped: false,
        assignees: [],
        updatedAt: hour(closedHour),
      })
  }
}

describe('the report of delivery and incidents', () => {
  let report: PerformanceReport
  let ofLedger: PerformanceReport
  beforeAll(async () => {
    const store = await openStore(':memory:')
    const tenant = store.tenant(9)
    await history(tenant)
    report = await gatherPerformance(tenant, PERIOD, [REPOSITORY])
    ofLedger = await gatherPerformance(tenant, { ...PERIOD, service: 'ledger' }, [REPOSITORY])
    await store.close()
  })

  it('counts distinct deployments that went live in production', () => {
    expect(report.deployments.live).toBe(6)
    expect(report.deployments.perDay).toBeCloseTo(0.6)
  })

  it('takes the lead time of each change once, to its first time live', () => {
    // 6 h, 3 h, 2 h, 1 h, 2 h.
    expect(report.deployments.leadTime).toEqual({ cases: 5, medianMs: 2 * HOUR_MS })
  })

  it('takes a deployment as failed that was rolled back or caused an incident, not those undone along with it', () => {
    expect(report.deployments.failed).toEqual({ count: 2, of: 6, rate: 2 / 6 })
    expect(report.deployments.recoveryTime).toEqual({ cases: 2, medianMs: 4.5 * HOUR_MS })
  })

  it('takes rollbacks and deployments of fixes as rework', () => {
    expect(report.deployments.rework).toEqual({ count: 2, of: 6, rate: 2 / 6 })
  })

  it('counts incidents by service and cause, without duplicates, mere reports and those outside', () => {
    expect(report.incidents).toEqual({
      count: 3,
      byService: [
        { service: 'checkout', count: 2 },
        { service: 'ledger', count: 1 },
      ],
      byCause: { change: 1, noChange: 1, unknown: 1 },
      acknowledge: { cases: 2, medianMs: 2.5 * HOUR_MS },
      mitigate: { cases: 1, medianMs: 5 * HOUR_MS },
      resolve: { cases: 1, medianMs: 8 * HOUR_MS },
    })
  })

  it('judges the suspect that was first before the cause was confirmed', () => {
    expect(report.ranking).toEqual({ firstRight: { count: 1, of: 1, rate: 1 }, meanProbability: 0.7 })
  })

  it('counts what was still to be done at its end, and what was overdue by then', () => {
    expect(report.followUps).toEqual({ open: 3, overdue: 2 })
    expect(ofLedger.followUps).toEqual({ open: 0, overdue: 0 })
  })

  it('tells of one service alone', () => {
    expect(ofLedger.deployments.live).toBe(1)
    expect(ofLedger.incidents.count).toBe(1)
    expect(ofLedger.ranking).toEqual({ firstRight: { count: 0, of: 0, rate: null }, meanProbability: null })
  })

  it('prints each rate with what it is made of', () => {
    const rows = performanceSections(report).flatMap((section) => section.rows)
    expect(rows.find(({ name }) => name === 'Change fail rate')).toMatchObject({
      figure: '33 %',
      madeOf: '2 of 6 deployments: rolled back, or confirmed as the cause of an incident',
    })
    expect(rows.find(({ name }) => name === 'Lead time for changes')?.figure).toBe('2 hours')
    expect(renderPerformance({ ...report, service: 'a|b<c> @octocat' })).not.toMatch(/<c>|[^\\]\|b|\s@octocat/)
  })
})
