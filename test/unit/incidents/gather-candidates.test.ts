import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChangeFacts } from '../../../src/domain/change.ts'
import type { Incident } from '../../../src/domain/incident.ts'
import { gatherCandidates } from '../../../src/incidents/gather-candidates.ts'
import { scopeOf } from '../../../src/incidents/scope.ts'
import type { Store } from '../../../src/store/store.ts'
import type { CarriedChange } from '../../../src/domain/deployment.ts'
import { commitGraph, REPOSITORY } from '../../support/commit-graph.ts'
import { aCatalog, aService, recordingWork } from '../../support/recording-work.ts'
import type { Work } from '../../../src/work.ts'

const began = new Date('2026-03-10T12:00:00Z')
const hours = (count: number): Date => new Date(began.getTime() + count * 3_600_000)

let work: Work
let store: Store
let nextDeployment = 1

beforeEach(async () => {
  const catalog = aCatalog([aService('checkout', ['checkout/**']), aService('ledger', ['ledger/**'])])
  ;({ work, store } = await recordingWork(commitGraph(), catalog))
  work = { ...work, now: () => hours(1) }
})
afterEach(() => store.close())

async function merged(number: number, mergedAt: Date, facts: Partial<ChangeFacts> = {}): Promise<number> {
  const sha = String(number).padStart(40, '0')
  return work.tenant.changes.upsert({
    repositoryId: REPOSITORY.id,
    number,
    mergeSha: sha,
    commitShas: [sha],
    baseSha: null,
    headSha: null,
    branch: 'main',
    title: `Change ${number}`,
    bodyExcerpt: '',
    author: null,
    merger: null,
    reviewers: [],
    labels: [],
    mergedAt,
    files: [{ path: 'checkout/pay.ts', previousPath: null, status: 'modified', added: 1, deleted: 0, ranges: [], symbols: [] }],
    filesTruncated: false,
    fileCount: 1,
    added: 1,
    deleted: 0,
    identifiers: [],
    references: [],
    patchId: null,
    bumps: [],
    url: `https://github.com/acme/shop/pull/${number}`,
    updatedAt: mergedAt,
    terms: [],
    ...facts,
  })
}

async function deployed(liveAt: Date, carried: CarriedChange[], facts: { environment?: string; ambiguous?: boolean } = {}): Promise<void> {
  const environment = facts.environment ?? 'production'
  const [id] = await work.tenant.deployments.upsert(
    {
      repositoryId: REPOSITORY.id,
      source: 'deployment',
      externalId: String(nextDeployment++),
      environment,
      task: 'deploy',
      workflow: null,
      sha: 'f'.repeat(40),
      ref: 'main',
      creator: null,
      createdAt: liveAt,
      url: null,
      isTransient: false,
      isProduction: environment === 'production',
    },
    [{ service: 'checkout', environment, serviceBy: 'payload', isAmbiguous: facts.ambiguous ?? false }],
  )
  await work.tenant.deployments.addState(id!, { state: 'success', at: liveAt, url: null })
  const live = { liveAt, kind: 'forward' as const, previousDeploymentId: null, previousSha: null, isTruncated: false, carried }
  await work.tenant.deployments.setLive(id!, live)
}

const into = (changeId: number): CarriedChange => ({ changeId, direction: 'in' })
const outOf = (changeId: number): CarriedChange => ({ changeId, direction: 'out' })

async function gather(services = ['checkout']) {
  const incident = { id: 1, repositoryId: REPOSITORY.id, services, detectedAt: began, openedAt: began, updatedAt: began } as Incident
  const { candidates, gaps } = await gatherCandidates(work, incident, await scopeOf(work, incident, REPOSITORY))
  const shown = candidates.map(({ change, candidate }) => [change.number, candidate.ruledOut?.reason ?? candidate.liveAt ?? 'merged'])
  return { gaps, shown: Object.fromEntries(shown) as Record<number, unknown> }
}

describe('the candidates of an incident', () => {
  it('are live when it began; what was not is ruled out with the reason', async () => {
    const live = await merged(1, hours(-30))
    const later = await merged(2, hours(-5))
    const staged = await merged(3, hours(-6))
    const takenOut = await merged(4, hours(-20))
    const waiting = await merged(5, hours(-1))
    await deployed(hours(-25), [into(live)])
    await deployed(hours(-10), [into(takenOut)])
    await deployed(hours(-4), [into(staged)], { environment: 'staging' })
    await deployed(hours(-3), [outOf(takenOut)])
    await deployed(hours(0.5), [into(later)])
    expect(waiting).toBeGreaterThan(0)
    expect((await gather()).shown).toEqual({
      1: hours(-25),
      2: 'live-after',
      3: 'other-environment',
      4: 'rolled-back',
      5: 'not-deployed',
    })
  })

  it('count a change that was merged long ago and went live within the lookback', async () => {
    const old = await merged(1, hours(-24 * 40))
    await deployed(hours(-2), [into(old)])
    expect((await gather()).shown).toEqual({ 1: hours(-2) })
  })

  it('are ranked by merges where no deployment is known, and it is said', async () => {
    await merged(1, hours(-3))
    await merged(2, hours(0.2))
    const { shown, gaps } = await gather()
    expect(shown).toEqual({ 1: 'merged', 2: 'live-after' })
    expect(gaps).toEqual(['No deployments of checkout are recorded: changes are ranked by when they were merged.'])
  })

  it('fall back to merges when deployments stopped being recorded, and it is said for how long', async () => {
    const first = await merged(1, hours(-24 * 7))
    await deployed(hours(-24 * 6), [into(first)])
    await merged(2, hours(-5))
    const { shown, gaps } = await gather()
    expect(shown).toEqual({ 1: hours(-24 * 6), 2: 'merged' })
    expect(gaps[0]).toContain('No deployments of checkout recorded for 6 days')
  })

  it('leave out a change that touches other services only, unless its file list was cut', async () => {
    const ledger = {
      files: [{ path: 'ledger/post.ts', previousPath: null, status: 'modified' as const, added: 1, deleted: 0, ranges: [], symbols: [] }],
    }
    await merged(1, hours(-3), ledger)
    await merged(2, hours(-3), { ...ledger, filesTruncated: true, fileCount: 4_000 })
    const { shown, gaps } = await gather()
    expect(shown).toEqual({ 2: 'merged' })
    expect(gaps.join(' ')).toContain('file list that was cut')
  })

  it('rule out what was reverted before it began, not what was reverted since', async () => {
    const early = await merged(1, hours(-9))
    const late = await merged(2, hours(-8))
    await work.tenant.changes.linkRevert(await merged(3, hours(-2)), early)
    await work.tenant.changes.linkRevert(await merged(4, hours(0.5)), late)
    expect((await gather()).shown).toMatchObject({ 1: 'already-reverted', 2: 'merged', 3: 'merged', 4: 'live-after' })
  })

  it('keep a change suspect while its revert is merged but not live', async () => {
    const bad = await merged(1, hours(-9))
    const revert = await merged(2, hours(-1))
    await work.tenant.changes.linkRevert(revert, bad)
    await deployed(hours(-8), [into(bad)])
    await deployed(hours(0.3), [into(revert)])
    expect((await gather()).shown).toEqual({ 1: hours(-8), 2: 'live-after' })
  })

  it('take a backport for the change itself', async () => {
    const first = await merged(1, hours(-9))
    const backport = await merged(2, hours(-7))
    await work.tenant.changes.linkSame(backport, first)
    await deployed(hours(-6), [into(backport)])
    expect((await gather()).shown).toEqual({ 1: hours(-6) })
  })

  it('say when the service of a deployment had to be guessed', async () => {
    const change = await merged(1, hours(-9))
    await deployed(hours(-8), [into(change)], { ambiguous: true })
    expect((await gather()).gaps.join(' ')).toContain('do not say which service')
  })
})
