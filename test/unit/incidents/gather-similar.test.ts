import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IncidentFacts } from '../../../src/domain/incident.ts'
import { gatherSimilar, indexIncident } from '../../../src/incidents/gather-similar.ts'
import { scopeOf } from '../../../src/incidents/scope.ts'
import type { Store } from '../../../src/store/store.ts'
import type { Work } from '../../../src/work.ts'
import { commitGraph, REPOSITORY } from '../../support/commit-graph.ts'
import { aCatalog, aService, recordingWork } from '../../support/recording-work.ts'

const day = (count: number): Date => new Date(Date.UTC(2026, 2, count))

let work: Work
let store: Store
beforeEach(async () => {
  ;({ work, store } = await recordingWork(commitGraph(), aCatalog([aService('checkout', ['checkout/**'])])))
})
afterEach(() => store.close())

async function opened(number: number, title: string, closedAt: Date | null): Promise<number> {
  const facts: IncidentFacts = {
    repositoryId: REPOSITORY.id,
    issueNumber: number,
    title,
    body: '',
    labels: [],
    author: { login: 'octocat', isBot: false },
    isTrusted: true,
    services: ['checkout'],
    servicesBy: 'repository',
    severity: null,
    openedAt: day(number),
    detectedAt: day(number),
    detectedBy: 'created',
    closedAt,
    updatedAt: day(number),
    url: `https://github.com/acme/shop/issues/${number}`,
    reportKey: null,
  }
  const id = await work.tenant.incidents.upsert(facts)
  if (closedAt !== null) await work.tenant.incidents.setState(id, { status: 'resolved', resolvedAt: closedAt })
  await indexIncident(work, (await work.tenant.incidents.byId(id))!)
  return id
}

async function similarTo(id: number) {
  const incident = (await work.tenant.incidents.byId(id))!
  return (await gatherSimilar(work, incident, await scopeOf(work, incident, REPOSITORY), NOTHING_SAID)).past
}

const NOTHING_SAID = { entries: [], duplicates: [] }

describe('gatherSimilar', () => {
  it('lists an alarm that repeats once, by the newest that is over, and counts the others', async () => {
    for (const number of [1, 2, 3]) await opened(number, `Checkout queue has ${number}0 messages`, number === 3 ? null : day(number + 1))
    const past = await similarTo(await opened(9, 'Checkout queue has 70 messages', null))
    expect(past).toMatchObject([{ link: { url: 'https://github.com/acme/shop/issues/2' }, copies: 1 }])
  })

  it('compares with what ended an earlier one only if that was known by then', async () => {
    const early = await opened(1, 'Checkout answers slowly to buyers', day(2))
    const late = await opened(3, 'Checkout answers slowly to sellers', day(12))
    for (const id of [early, late]) {
      await work.tenant.incidents.setFix(id, {
        kind: 'comment',
        excerpt: 'We gave the ledger more sockets.',
        url: 'https://github.com/acme/shop/issues/1#issuecomment-1',
      })
    }
    const past = await similarTo(await opened(9, 'Checkout answers slowly, ledger out of sockets', day(20)))
    const reasons = new Map(past.map(({ link, reason }) => [link.url?.at(-1), reason]))
    expect(reasons.get('1')).toContain('what ended it mentions “')
    expect(reasons.get('3')).not.toContain('what ended it')
  })
})
