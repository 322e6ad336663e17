// Checks tell of other repositories only as long as their readers may know of those.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seeRepository } from '../../../src/changes/see-repository.ts'
import { reviewDeployment } from '../../../src/deployments/review-deployment.ts'
import { refreshAsAsked } from '../../../src/incidents/refresh-answers.ts'
import { reviewPullRequest } from '../../../src/pull-requests/review-pull-request.ts'
import { deployment, incident, live, sha, toService } from '../../contract/store/made-up.ts'
import { change, incidentWork, minutes, openedPull, shop, type IncidentWork } from '../../support/incident-work.ts'
import { aCatalog, aService } from '../../support/recording-work.ts'

const PAY = 'services/checkout/src/pay.ts'
const office = { ...shop, id: shop.id + 1, name: 'office' }
let known: IncidentWork
let notes: (() => Promise<void>)[]

/** The office keeps incidents of its own, and has a service that depends on checkout. */
async function share(with_: string[]): Promise<void> {
  const { settings, ...catalog } = aCatalog([{ ...aService('desk'), repositoryId: office.id, dependsOn: ['acme/shop:checkout'] }])
  await known.work.tenant.catalogs.save(office.id, { ...catalog, settings: { ...settings, shareWith: with_ } }, [], minutes(0))
}

beforeEach(async () => {
  known = await incidentWork()
  notes = []
  const { work } = known
  known.work = {
    ...work,
    refreshLater: async (repositoryId, what) => void notes.push(() => refreshAsAsked(known.work, repositoryId, what)),
  }
  const { tenant } = work
  await tenant.repositories.upsert(office)
  await share(['acme/shop'])
  await seeRepository(work, shop)
  const changeId = await tenant.changes.upsert(change(3, PAY, minutes(-900)))
  const incidentId = await tenant.incidents.upsert(incident(office.id, 5, { title: 'The desk is closed' }))
  await tenant.incidents.addOutcome({ incidentId, changeId, verdict: 'caused', at: minutes(-800), by: { login: 'monalisa', isBot: false } })
  known.github.pullFiles.set(21, [
    { path: PAY, previousPath: null, status: 'modified', added: 1, deleted: 1, patch: '@@ -4,1 +4,1 @@\n-  return 1\n+  return 2' },
  ])
})
afterEach(() => known.store.close())

const told = (): string[] => [...known.github.checks.values()].map((check) => JSON.stringify(check))

/** Somebody changed who may read: the office's lane, and those it leaves word for. */
async function readersChanged(): Promise<void> {
  await refreshAsAsked(known.work, office.id, 'quotes')
  for (const note of notes.splice(0)) await note()
}

describe('a check that tells of another repository', () => {
  it('is written again on every commit when that one is no longer shared', async () => {
    await reviewPullRequest(known.work, openedPull())
    await reviewPullRequest(known.work, openedPull({ headSha: sha('b'), updatedAt: minutes(5) }, 'synchronize'))
    expect(told().map((text) => text.includes('The desk is closed'))).toEqual([true, true])
    // An annotation can't be taken back.
    for (const { annotations } of known.github.checks.values()) expect(annotations).toEqual([])
    await share([])
    await readersChanged()
    expect(told().map((text) => /desk|office/.test(text))).toEqual([false, false])
    await share(['acme/shop'])
    await reviewPullRequest(known.work, openedPull({ headSha: sha('b'), updatedAt: minutes(6) }, 'edited'))
    expect(told().map((text) => text.includes('The desk is closed'))).toEqual([false, true])
  })

  it('names no service of it at a deployment either, also where checks are wanted no more', async () => {
    const { tenant } = known.work
    const [id] = await tenant.deployments.upsert(deployment(shop.id, '9', { sha: sha('c') }), [toService('checkout')])
    await tenant.deployments.setLive(id!, live(minutes(-60)))
    await reviewDeployment(known.work, id!)
    expect(told()).toEqual([expect.stringContaining('acme/office:desk')])
    const { catalog } = (await tenant.catalogs.get(shop.id))!
    const settings = { ...catalog!.settings, pullRequests: { ...catalog!.settings.pullRequests, riskCheck: false } }
    await tenant.catalogs.save(shop.id, { ...catalog!, settings }, [], minutes(0))
    await share([])
    await readersChanged()
    expect(told().map((text) => /desk|office/.test(text))).toEqual([false])
  })
})
