import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeploymentState } from '../../../src/domain/deployment.ts'
import { followUnlive } from '../../../src/deployments/follow-unlive.ts'
import { seeRepository } from '../../../src/changes/see-repository.ts'
import { reviewPullRequest } from '../../../src/pull-requests/review-pull-request.ts'
import { whereIsIt } from '../../../src/pull-requests/where-is-it.ts'
import { deployment, live, toService } from '../../contract/store/made-up.ts'
import { change, incidentWork, minutes, openedPull, shop, type IncidentWork } from '../../support/incident-work.ts'

let known: IncidentWork

beforeEach(async () => {
  known = await incidentWork()
  await seeRepository(known.work, shop)
})
afterEach(() => known.store.close())

/** Of a change of checkout that was merged at 0. */
async function where(): Promise<string[]> {
  const { tenant } = known.work
  const id = await tenant.changes.upsert(change(21, 'services/checkout/src/pay.ts', minutes(0)))
  return whereIsIt(known.work, (await tenant.changes.byIds([id]))[0]!)
}

async function deploy(
  externalId: string,
  createdAt: number,
  states: [DeploymentState, number][],
  environment = 'production',
): Promise<number> {
  const { deployments } = known.work.tenant
  const facts = deployment(shop.id, externalId, { createdAt: minutes(createdAt), environment, isProduction: environment === 'production' })
  const [id] = await deployments.upsert(facts, [toService('checkout', environment)])
  for (const [state, at] of states) await deployments.addState(id!, { state, at: minutes(at), url: null })
  return id!
}

describe('where a merged change is', () => {
  it('waits for the next deployment, or for one that was made since', async () => {
    expect(await where()).toEqual(['Merged 2026-03-10 14:30 UTC; waits for the next deployment of checkout to production.'])
    await deploy('41', 5, [['in_progress', 6]])
    // What goes elsewhere meanwhile hides nothing.
    await deploy('42', 7, [['in_progress', 8]], 'staging')
    expect(await where()).toEqual(['Merged; waits for deployment 41 of checkout to production, which is under way.'])
  })

  it('names the deployment behind which it came, and goes on saying so when that one has ended', async () => {
    await deploy('40', -5, [['in_progress', -4]])
    const behind = 'Merged 2026-03-10 14:30 UTC while deployment 40 of checkout to production was under way; waits for the next one.'
    expect(await where()).toEqual([behind])
    await deploy('40', -5, [['success', 3]])
    expect(await where()).toEqual([behind])
  })

  it('says so on its check also where the deployment is told of after the merge', async () => {
    known.github.pullFiles.set(21, [])
    await reviewPullRequest(known.work, openedPull())
    await where()
    await deploy('40', -5, [['in_progress', -4]])
    await followUnlive(known.work, shop.id, { source: 'deployment', externalId: '40' })
    const titles = [...known.github.checks.values()].filter(({ externalId }) => externalId === 'risk:21').map(({ title }) => title)
    expect(titles).toEqual([expect.stringMatching(/^Merged .* while deployment 40 of checkout to production was under way/)])
  })

  it('does not wait behind one that had ended before', async () => {
    await deploy('40', -5, [['success', -1]])
    expect(await where()).toEqual(['Merged 2026-03-10 14:30 UTC; waits for the next deployment of checkout to production.'])
  })

  it('says that the deployment failed, and where it is live all the same', async () => {
    await deploy('41', 5, [['failure', 6]])
    expect(await where()).toEqual(['Merged; not live in production: the last deployment of checkout (41) failed.'])
    const staging = await deploy('42', 7, [], 'staging')
    const id = (await known.work.tenant.changes.byNumber(shop.id, 21))!.id
    await known.work.tenant.deployments.setLive(staging, live(minutes(8), [{ changeId: id, direction: 'in' }]))
    expect(await where()).toEqual([
      'Live in checkout in staging since 2026-03-10 14:38 UTC, by deployment 42.',
      'Merged; not live in production: the last deployment of checkout (41) failed.',
    ])
  })
})
