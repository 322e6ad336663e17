import { Probot } from 'probot'
import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../../src/domain/delivery.ts'
import { handleDelivery, type DeliveryTargets } from '../../../src/inbox/handle-delivery.ts'
import { FOLLOW_UP_EVENT, followUpDelivery } from '../../../src/inbox/follow-up-call.ts'
import { causesOf, PermanentFailure } from '../../../src/inbox/next-attempt.ts'
import { laneOf } from '../../../src/inbox/lane.ts'
import { REFRESH_EVENT, refreshDelivery } from '../../../src/inbox/refresh-call.ts'
import type { RefreshSubject, Work } from '../../../src/work.ts'
import { createLogs } from '../../../src/settings/logger.ts'
import { privateKey, WEBHOOK_SECRET } from '../../support/sign.ts'

function delivery(event: string, body: unknown, change: Partial<Delivery> = {}): Delivery {
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body))
  const receivedAt = new Date('2026-03-14T09:00:00Z')
  const open = {
    id: 1,
    urgency: 1,
    lane: 'other',
    state: 'queued',
    attempts: 0,
    reason: null,
    nextAttemptAt: null,
    isOutage: false,
    doneAt: null,
  } as const
  return { guid: 'guid-1', event, body: bytes, receivedAt, installationId: null, ...open, ...change }
}

function targets(change: Partial<DeliveryTargets> = {}) {
  const calls: unknown[][] = []
  const record = (name: string) => async (_work: Work, call: { externalId: string }) => void calls.push([name, call.externalId])
  const all: DeliveryTargets = {
    receive: async (event) => void calls.push(['receive', event.id, event.name, event.payload]),
    work: async (installationId) => ({ tenant: { installationId } }) as unknown as Work,
    recordDeployment: record('deployment'),
    recordChange: record('change'),
    openIncident: record('incident'),
    followUp: async (_work, what) => void calls.push(['followUp', what]),
    refresh: async (_work, { repositoryId, what }) => void calls.push(['refresh', repositoryId, what]),
    backfill: async () => undefined,
    ...change,
  }
  return { calls, handle: handleDelivery(all) }
}

const call = (fields: object) => ({
  installation: { id: 1 },
  repository: { id: 7, owner: 'acme', name: 'shop' },
  call: { repository: 'acme/shop', external_id: 'x-1', ...fields },
})
const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e'

describe('handing a delivery over', () => {
  it('gives a webhook to the Probot app', async () => {
    const { calls, handle } = targets()
    await handle(delivery('issues', { action: 'opened' }))
    expect(calls).toEqual([['receive', 'guid-1', 'issues', { action: 'opened' }]])
  })

  it.each([
    ['api.deployment', { environment: 'production', sha: SHA }, 'deployment'],
    ['api.change', { title: 'Flip the flag' }, 'change'],
    ['api.incident', { title: 'Checkout is down' }, 'incident'],
  ])('gives %s to its use case', async (event, fields, name) => {
    const { calls, handle } = targets()
    await handle(delivery(event, call(fields), { installationId: 1 }))
    expect(calls).toEqual([[name, 'x-1']])
  })

  it('gives what another lane asked for to its use case, and drops it for one that is gone', async () => {
    const { calls, handle } = targets()
    const what = { kind: 'pull-request' as const, repositoryId: 7, changeId: 3 }
    const { body } = followUpDelivery(1, what, new Date('2026-03-14T09:00:00Z'))
    await handle({ ...delivery(FOLLOW_UP_EVENT, {}, { installationId: 1 }), body })
    expect(calls).toEqual([['followUp', what]])
    const gone = targets({ work: async () => null })
    await gone.handle({ ...delivery(FOLLOW_UP_EVENT, {}, { installationId: 1 }), body })
    expect(gone.calls).toEqual([])
  })

  it('gives a note from another lane to the answers', async () => {
    const at = new Date('2026-03-14T08:00:00Z')
    const { calls, handle } = targets()
    const subjects: RefreshSubject[] = [at, { issues: [3, 4] }, 'quotes']
    for (const what of subjects) await handle({ ...delivery('', {}), ...refreshDelivery(1, { repositoryId: 7, what }, at) })
    expect(calls).toEqual(subjects.map((what) => ['refresh', 7, what]))
    const note = refreshDelivery(1, { repositoryId: 7, what: at }, at)
    expect(laneOf(REFRESH_EVENT, note.body)).toEqual({ lane: 'repository:7', installationId: 1 })
  })

  it('does nothing where the App is suspended: a note is done, a call says what to do', async () => {
    const at = new Date('2026-03-14T08:00:00Z')
    const { calls, handle } = targets({ work: async () => null })
    await handle({ ...delivery('', {}), ...refreshDelivery(1, { repositoryId: 7, what: at }, at) })
    const refused = handle(delivery('api.change', call({ title: 'Flip the flag' }), { installationId: 1 }))
    await expect(refused).rejects.toThrow(/suspended.*send the call again/)
    expect(calls).toEqual([])
  })

  it.each([
    ['bytes that are no JSON', new Uint8Array([0xff, 0x00]), 'not JSON'],
    ['nothing', new Uint8Array(), 'not JSON'],
    ['a list', [1], 'not a JSON object'],
    ['null', null, 'not a JSON object'],
  ])('gives up on %s at once', async (_, body, reason) => {
    const { handle } = targets()
    await expect(handle(delivery('push', body))).rejects.toThrow(new PermanentFailure(reason))
  })

  it.each([
    ['an API call of no installation', delivery('api.change', call({ title: 'x' }))],
    ['an unknown API call', delivery('api.magic', call({}), { installationId: 1 })],
  ])('gives up on %s', async (_, one) => {
    await expect(targets().handle(one)).rejects.toBeInstanceOf(PermanentFailure)
  })

  it('gives up on an API call whose shape is no longer known', async () => {
    await expect(targets().handle(delivery('api.change', call({ colour: 'red' }), { installationId: 1 }))).rejects.toMatchObject({
      name: 'ZodError',
    })
  })

  it("rejects with what the Probot app's handlers threw, and logs it not twice", async () => {
    const lines: string[] = []
    const { probotLog } = createLogs({ level: 'info', format: 'json' }, [], (line) => lines.push(line))
    const probot = new Probot({ appId: 1, privateKey: privateKey(), secret: WEBHOOK_SECRET, log: probotLog })
    const thrown = new Error('boom')
    await probot.load((app) => {
      app.on('push', () => Promise.reject(thrown))
    })
    const { handle } = targets({ receive: (event) => probot.receive(event as Parameters<Probot['receive']>[0]) })
    const error: unknown = await handle(delivery('push', { installation: { id: 1 } })).catch((reason: unknown) => reason)
    expect(causesOf(error)).toEqual([thrown])
    expect(lines).toEqual([])
  })
})
