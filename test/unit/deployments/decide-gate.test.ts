// A deployment that waits for our word: what is told to GitHub, and when it is looked at again.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decideGate, openGateRequest } from '../../../src/deployments/decide-gate.ts'
import type { IncomingDelivery } from '../../../src/domain/delivery.ts'
import { lookAgain } from '../../../src/inbox/look-again.ts'
import { decodeFollowUp } from '../../../src/inbox/follow-up-call.ts'
import { countedKeys } from '../../../src/risk/risk-keys.ts'
import { deployment, incident, live, sha, toService } from '../../contract/store/made-up.ts'
import { change, incidentWork, minutes, shop, type IncidentWork } from '../../support/incident-work.ts'

const catalogWith = (gate: string): string => `version: 1
services:
  checkout: { paths: ["services/checkout/**"] }
deployments:
  gate: { environments: ["production"]${gate} }
`
let known: IncidentWork
let answers: { state: string | null; comment: string }[]
let at: number

beforeEach(async () => {
  known = await incidentWork()
  answers = []
  at = 0
  known.work = { ...known.work, now: () => minutes(at) }
  known.github.answerProtectionRule = async (_repo, { state, comment }) => answers.push({ state, comment }) > 0
  known.github.files.set('.github/causeway.yml', catalogWith(''))
})
afterEach(() => known.store.close())

const grave = (over: Parameters<typeof incident>[2] = {}) =>
  known.work.tenant.incidents.upsert(incident(shop.id, 7, { severity: 1, detectedAt: minutes(-5), ...over }))

const wanted = (over: { sha?: string; runId?: number } = {}) => ({
  kind: 'gate-requested' as const,
  repository: shop,
  request: { runId: 5, environment: 'production', deploymentId: '51', sha: sha('b'), ref: 'main', requestedAt: minutes(0), ...over },
})

/** Something is live, and this lies between it and what waits. */
async function carrying(merged: ReturnType<typeof change>): Promise<void> {
  const { tenant } = known.work
  const [running] = await tenant.deployments.upsert(deployment(shop.id, '50', { sha: sha('a'), createdAt: minutes(-60) }), [
    toService('checkout'),
  ])
  await tenant.deployments.setLive(running!, live(minutes(-60)))
  await tenant.changes.upsert({ ...merged, terms: countedKeys(merged) })
  const commit = { sha: merged.mergeSha, parents: [sha('a')], message: merged.title, author: null, committedAt: merged.mergedAt, url: '' }
  known.github.compare = async () => ({
    ...{ status: 'ahead', aheadBy: 1, behindBy: 0, mergeBaseSha: sha('a'), isTruncated: false },
    commits: [commit],
  })
}

/** What the sweep, which runs soon after the start and every minute, would have decided now. */
async function due(): Promise<number[]> {
  const left: IncomingDelivery[] = []
  const add = async (delivery: IncomingDelivery): Promise<void> => void left.push(delivery)
  await lookAgain({ store: known.store, add, now: known.work.now })
  return left.map(({ body }) => decodeFollowUp(body)).flatMap((what) => (what.kind === 'gate' ? [what.requestId] : []))
}

describe('a deployment at the gate', () => {
  it('is let through, with the reason, when no decision is made in time', async () => {
    await grave()
    const { tenant } = known.work
    const { id } = await tenant.gate.upsert({ ...wanted().request, repositoryId: shop.id }, minutes(0))
    const never = new Promise<never>(() => undefined)
    const stuck = { ...known.work, tenant: { ...tenant, incidents: { ...tenant.incidents, open: () => never } } }
    await decideGate(stuck, id, shop, 20)
    expect(answers).toEqual([
      { state: 'approved', comment: 'Causeway could not decide in time, and in doubt it lets a deployment through.' },
    ])
    expect(await tenant.gate.byId(id)).toMatchObject({ state: 'approved' })
  })

  it('is held by a comment without a state, said once, looked at again, and let through after the longest hold', async () => {
    await grave()
    await openGateRequest(known.work, wanted())
    await openGateRequest(known.work, wanted())
    expect(answers).toMatchObject([{ state: null }])
    expect(answers[0]?.comment).toMatch(/^Held: Incident #7 \(severity 1\) is open on checkout/)
    const [held] = await known.work.tenant.gate.held()
    expect(await due()).toEqual([])
    at = 5
    expect(await due()).toEqual([held!.id])
    await decideGate(known.work, held!.id)
    expect(answers).toHaveLength(1)
    at = 240
    await decideGate(known.work, held!.id)
    expect(answers[1]).toEqual({ state: 'approved', comment: 'It was held for 4 hours, the longest this repository allows.' })
    expect(await due()).toEqual([])
  })

  it('is swept up at the start when the process ended before it was decided', async () => {
    const { id } = await known.work.tenant.gate.upsert({ ...wanted().request, repositoryId: shop.id }, minutes(0))
    expect(await due()).toEqual([id])
    await decideGate(known.work, id)
    expect(answers).toMatchObject([{ state: 'approved' }])
  })

  it('is not held by a mere report', async () => {
    await grave({ isTrusted: false })
    await openGateRequest(known.work, wanted())
    expect(answers).toEqual([{ state: 'approved', comment: 'No incident holds it.' }])
  })

  it('is held above the risk of what it carries, and the reason says both numbers', async () => {
    known.github.files.set('.github/causeway.yml', catalogWith(', max_risk: 0.001'))
    await carrying(change(21, 'services/checkout/src/pay.ts', minutes(-10)))
    await openGateRequest(known.work, wanted())
    expect(answers).toMatchObject([{ state: null }])
    expect(answers[0]?.comment).toMatch(/^Held: The risk of what it carries is \d\.\d %, above this repository's limit of 0\.1 %\./)
  })

  it('is not held when it takes back what a person held for the cause', async () => {
    const incidentId = await grave()
    const { tenant } = known.work
    await carrying(change(22, 'services/checkout/src/pay.ts', minutes(-3), { title: 'Revert "Pay faster"' }))
    await openGateRequest(known.work, wanted())
    expect(answers).toMatchObject([{ state: null }])
    const cause = await tenant.changes.upsert(change(20, 'services/checkout/src/pay.ts', minutes(-90)))
    await tenant.changes.linkRevert((await tenant.changes.byNumber(shop.id, 22))!.id, cause)
    const word = { incidentId, changeId: cause, verdict: 'caused' as const, at: minutes(-2), by: { login: 'monalisa', isBot: false } }
    await tenant.incidents.addOutcome(word)
    await openGateRequest(known.work, wanted({ runId: 6 }))
    expect(answers[1]).toEqual({ state: 'approved', comment: 'It carries the fix of incident #7.' })
  })

  it('says which permission is missing where the App may not answer, and leaves it at that', async () => {
    const errors: string[] = []
    const error = (_facts: object, message: string): void => void errors.push(message)
    known.github.answerProtectionRule = async () => {
      throw Object.assign(new Error('Resource not accessible by integration'), { status: 403 })
    }
    await openGateRequest({ ...known.work, log: { ...known.work.log, error } }, wanted())
    expect(errors).toEqual(['A deployment waits and the App may not answer: grant it "Deployments: write", or remove the rule'])
  })
})
