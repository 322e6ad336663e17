import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/domain/incident.ts'
import type { Repository } from '../../../src/domain/repository.ts'
import type { RepositorySettings } from '../../../src/domain/service.ts'
import { answerIncident } from '../../../src/incidents/answer-incident.ts'
import { tellPullRequest } from '../../../src/pull-requests/tell-pull-request.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import type { FollowUp, Work } from '../../../src/work.ts'
import { change, incident, octocat, sha } from '../../contract/store/made-up.ts'
import { memoryGitHub, type MemoryGitHub } from '../../support/memory-github.ts'
import { aCatalog, aService } from '../../support/recording-work.ts'
import { silentLog } from '../../support/silent-log.ts'

const INSTALLATION = 2 ** 33
const begun = new Date('2026-03-10T14:30:00Z')
const minutes = (count: number): Date => new Date(begun.getTime() + count * 60_000)
const repository = (id: number, name: string, over: Partial<Repository> = {}): Repository => ({
  ...{ id, installationId: INSTALLATION, owner: 'acme', name, isPrivate: true, isArchived: false, defaultBranch: 'main', removedAt: null },
  ...over,
})
const shop = repository(2 ** 34, 'shop')
const ledger = repository(2 ** 34 + 1, 'ledger')

let store: Store
let github: MemoryGitHub
let work: Work
let left: FollowUp[]

beforeEach(async () => {
  store = await openStore(':memory:')
  github = memoryGitHub()
  left = []
  const followUp = async (what: FollowUp): Promise<void> => void (what.kind === 'pull-request' && left.push(what))
  work = {
    tenant: store.tenant(INSTALLATION),
    github,
    now: () => minutes(60),
    log: silentLog,
    refreshLater: async () => undefined,
    followUp,
  }
  for (const one of [shop, ledger]) await work.tenant.repositories.upsert(one)
})
afterEach(() => store.close())

/** The shop, which depends on the ledger, with one merged change of each and an incident that names the shop's file. */
async function trouble(
  comments: RepositorySettings['pullRequests']['comments'],
  over: { isTrusted?: boolean; shareWith?: string[]; ledgerSharesWith?: string[] } = {},
): Promise<{ incidentId: number; own: number; upstream: number }> {
  const catalog = aCatalog([{ ...aService('shop'), repositoryId: shop.id, dependsOn: ['acme/ledger:ledger'] }])
  const pullRequests = { ...catalog.settings.pullRequests, comments }
  const settings = { ...catalog.settings, pullRequests, shareWith: over.shareWith ?? [] }
  await work.tenant.catalogs.save(shop.id, { ...catalog, settings }, [], begun)
  const upstreamSettings = { ...settings, shareWith: over.ledgerSharesWith ?? [] }
  const upstreamCatalog = { ...aCatalog([{ ...aService('ledger'), repositoryId: ledger.id }]), settings: upstreamSettings }
  await work.tenant.catalogs.save(ledger.id, upstreamCatalog, [], begun)
  const own = await work.tenant.changes.upsert(
    change(shop.id, sha('a'), { number: 12, mergedAt: minutes(-20), updatedAt: minutes(-20), url: 'https://github.com/acme/shop/pull/12' }),
  )
  const upstream = await work.tenant.changes.upsert(
    change(ledger.id, sha('b'), {
      number: 3,
      mergedAt: minutes(-90),
      updatedAt: minutes(-90),
      url: 'https://github.com/acme/ledger/pull/3',
    }),
  )
  const incidentId = await work.tenant.incidents.upsert(
    incident(shop.id, 7, {
      title: 'Cart totals wrong since src/cart.ts changed',
      body: 'TypeError in src/cart.ts:11, in charge',
      services: ['shop'],
      detectedAt: begun,
      openedAt: begun,
      updatedAt: begun,
      isTrusted: over.isTrusted ?? true,
      url: 'https://github.com/acme/shop/issues/7',
    }),
  )
  return { incidentId, own, upstream }
}

const told = (number = 12): string | null => github.comments.get(number)?.[0]?.body ?? null
const say = (incidentId: number, verdict: Outcome['verdict'], changeId: number | null, at: number): Promise<void> =>
  work.tenant.incidents.addOutcome({ incidentId, changeId, verdict, at: minutes(at), by: octocat })

describe('a pull request whose change is suspected', () => {
  it('hears nothing by default, until a person confirms it', async () => {
    const { incidentId, own } = await trouble('confirmed')
    await answerIncident(work, incidentId)
    expect(told()).toBeNull()
    await say(incidentId, 'caused', own, 5)
    await answerIncident(work, incidentId)
    expect(told()).toContain('### Confirmed: this change is causing an incident')
    expect(told()).toContain('[#7](https://redirect.github.com/acme/shop/issues/7) Cart totals wrong')
    expect(told()).toContain('the revert button of #12')
  })

  it('hears of it at once where the file says "probable", and of every turn in the same comment', async () => {
    const { incidentId, own, upstream } = await trouble('probable')
    await answerIncident(work, incidentId)
    expect(told()).toMatch(/### This change is the likely cause of an incident \(\d\d %\)/)
    expect(told()).toContain('`/cause #12` or `/not-cause #12`')
    expect(told()).toContain('waits for the next deployment of shop to production')
    await answerIncident(work, incidentId)
    await say(incidentId, 'did-not-cause', own, 5)
    await answerIncident(work, incidentId)
    expect(told()).toContain('### Cleared: this change did not cause the incident')
    await say(incidentId, 'caused', own, 6)
    await answerIncident(work, incidentId)
    expect(told()).toContain('### Confirmed')
    await say(incidentId, 'no-change', null, 7)
    await answerIncident(work, incidentId)
    expect(told()).toContain('said that no change caused it')
    expect(upstream).toBeGreaterThan(0)
    expect(github.comments.get(12)).toHaveLength(1)
    expect(github.calls.filter((call) => call === 'createComment 12')).toHaveLength(1)
    expect(github.calls.filter((call) => call.startsWith('updateComment'))).not.toHaveLength(0)
  })

  it('ends as inconclusive when the incident is over and nobody said what it was', async () => {
    const { incidentId } = await trouble('probable')
    await answerIncident(work, incidentId)
    await work.tenant.incidents.setState(incidentId, { status: 'resolved', resolvedAt: minutes(30) })
    await answerIncident(work, incidentId)
    expect(told()).toContain('### Inconclusive')
    await work.tenant.incidents.retract(incidentId, minutes(31))
    await answerIncident(work, incidentId)
    expect(told()).toContain('no longer tracked as an incident')
  })

  it.each([
    ['the file says "never"', 'never', {}],
    ['the incident is only reported', 'probable', { isTrusted: false }],
  ] as const)('hears nothing when %s', async (_why, comments, over) => {
    const { incidentId, own } = await trouble(comments, over)
    await say(incidentId, 'caused', own, 5)
    await answerIncident(work, incidentId)
    expect(told()).toBeNull()
  })
})

describe('a suspect in another private repository', () => {
  it('is left to its own lane, and told only of what its readers may see', async () => {
    const { incidentId, upstream } = await trouble('confirmed', { ledgerSharesWith: ['acme/shop'], shareWith: ['acme/ledger'] })
    await say(incidentId, 'caused', upstream, 5)
    await answerIncident(work, incidentId)
    expect(told(3)).toBeNull()
    expect(left).toEqual([{ kind: 'pull-request', repositoryId: ledger.id, changeId: upstream }])
    await answerIncident(work, incidentId)
    expect(left).toHaveLength(1)
    await tellPullRequest(work, upstream)
    expect(told(3)).toContain('[acme/shop#7](')
  })

  it('hears nothing of an incident whose repository does not share with it, and loses what it was told', async () => {
    const { incidentId, upstream } = await trouble('confirmed', { ledgerSharesWith: ['acme/shop'] })
    await say(incidentId, 'caused', upstream, 5)
    await answerIncident(work, incidentId)
    await tellPullRequest(work, upstream)
    expect(told(3)).toBeNull()
    await work.tenant.repositories.upsert({ ...shop, isPrivate: false })
    await tellPullRequest(work, upstream)
    expect(told(3)).toContain('Cart totals wrong')
    await work.tenant.repositories.upsert(shop)
    await tellPullRequest(work, upstream)
    expect(github.comments.get(3)).toEqual([])
  })
})
