import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { at, BIG, type Open } from './made-up.ts'

export function operationsContract(open: Open): void {
  describe('running it', () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store.close())

    const MINUTE = 60_000
    const turn = (minutes: number, everyMs = 60 * MINUTE) => ({ now: at(minutes), leaseMs: 10 * MINUTE, everyMs })

    async function add(...guids: string[]): Promise<number[]> {
      const body = new TextEncoder().encode('{"a":1}')
      await store.deliveries.add(guids.map((guid) => ({ guid, event: guid.split('/')[0]!, body, receivedAt: at(0), installationId: BIG })))
      const waiting = await store.deliveries.unsorted(999)
      await store.deliveries.sort(waiting.map(({ id }) => ({ id, lane: 'a', installationId: BIG })))
      return Promise.all(guids.map(async (guid) => (await store.deliveries.byGuid(guid))!.id))
    }

    it('gives a schedule to one of many, and to nobody again before its time', async () => {
      const tries = await Promise.all(Array.from({ length: 8 }, (_, index) => store.schedules.claim('sweep', `p${index}`, turn(0))))
      expect(tries.filter((one) => one !== null)).toEqual([{ mark: null }])
      const holder = `p${tries.findIndex((one) => one !== null)}`
      await store.schedules.finish('sweep', 'another', at(1), 'not mine')
      expect(await store.schedules.claim('sweep', 'late', turn(9, 0))).toBeNull()
      await store.schedules.finish('sweep', holder, at(1), 'got here')
      expect(await store.schedules.claim('sweep', 'late', turn(59))).toBeNull()
      expect(await store.schedules.claim('sweep', 'late', turn(60))).toEqual({ mark: 'got here' })
      expect(await store.schedules.mark('sweep')).toEqual({ startedAt: at(60), mark: 'got here' })
      expect(await store.schedules.mark('never')).toBeNull()
    })

    it('gives a schedule to another once its holder is gone, keeping the mark, and tells the holder', async () => {
      await store.schedules.claim('sweep', 'one', turn(0))
      await store.schedules.finish('sweep', 'one', at(1), 'm')
      await store.schedules.claim('sweep', 'one', turn(60))
      expect(await store.schedules.renew('sweep', 'one', at(80))).toBe(true)
      expect(await store.schedules.claim('sweep', 'two', turn(75, 0))).toBeNull()
      expect(await store.schedules.claim('sweep', 'two', turn(80, 0))).toEqual({ mark: 'm' })
      expect(await store.schedules.renew('sweep', 'one', at(90))).toBe(false)
      await store.schedules.finish('sweep', 'one', at(81), 'stale')
      expect((await store.schedules.mark('sweep'))?.mark).toBe('m')
    })

    it('lets an installation write at its pace, however many processes ask at once', async () => {
      const check = { isFirst: false, isContent: false }
      const take = (write: typeof check, installationId = BIG) => store.writePaces.take(installationId, write, 60, at(0))
      const asked = await Promise.all(Array.from({ length: 12 }, () => take(check)))
      expect(asked.filter((waitMs) => waitMs === 0)).toHaveLength(7)
      expect(asked.filter((waitMs) => waitMs > 0)).toEqual([1000, 1000, 1000, 1000, 1000])
      expect(await take({ isFirst: true, isContent: true })).toBe(0)
      expect(await take(check, 1)).toBe(0)
      expect((await store.writePaces.ahead(at(0))).toSorted((a, b) => a.aheadMs - b.aheadMs)).toEqual([
        { installationId: 1, aheadMs: 1000 },
        { installationId: BIG, aheadMs: 8000 },
      ])
      expect(await store.writePaces.ahead(at(1))).toEqual([])
      expect(await store.writePaces.take(BIG, check, 60, at(1))).toBe(0)
    })

    it('lists deliveries, newest first, without their bodies', async () => {
      const [first, second, third] = await add('push/1', 'issues/2', 'push/3')
      await store.deliveries.markDead(second!, 'not JSON', at(1))
      await store.deliveries.markDone(first!, at(1))
      const all = { states: ['queued', 'retry', 'done', 'dead'] as const, limit: 9 }
      const ids = async (more: object) => (await store.deliveryLog.list({ ...all, states: [...all.states], ...more })).map((one) => one.id)
      expect(await ids({})).toEqual([third, second, first])
      expect(await ids({ event: 'push' })).toEqual([third, first])
      expect(await ids({ before: third })).toEqual([second, first])
      expect(await ids({ installationId: 1 })).toEqual([])
      expect(await ids({ limit: 1 })).toEqual([third])
      const [dead] = await store.deliveryLog.list({ states: ['dead'], limit: 9 })
      expect(dead).toMatchObject({ guid: 'issues/2', reason: 'not JSON', state: 'dead' })
      expect(dead).not.toHaveProperty('body')
      expect(Buffer.from((await store.deliveryLog.byId(second!))!.body).toString()).toBe('{"a":1}')
      expect(await store.deliveryLog.byId(-1)).toBeNull()
      expect(await store.deliveryLog.countsByEvent()).toHaveLength(3)
      expect([...(await store.deliveryLog.known(['push/1', 'nobody']))]).toEqual(['push/1'])
      expect((await store.deliveryLog.known([])).size).toBe(0)
    })

    it('queues what was given up again: one, or all', async () => {
      const [first, second, third] = await add('a/1', 'a/2', 'a/3')
      await store.deliveries.markDead(first!, 'x', at(1))
      await store.deliveries.markDead(second!, 'x', at(1))
      await store.deliveries.markDone(third!, at(1))
      expect(await store.deliveryLog.requeue([first!, third!], at(2))).toBe(1)
      expect(await store.deliveries.byGuid('a/1')).toMatchObject({ state: 'queued', attempts: 0, reason: null, doneAt: null })
      expect(await store.deliveryLog.requeue(null, at(2))).toBe(1)
      expect((await store.deliveries.counts()).dead).toBe(0)
      expect((await store.deliveries.due('a', 9, at(3))).map((one) => one.guid)).toEqual(['a/1', 'a/2'])
    })

    it('drops bodies, then rows, in steps, and nothing that still waits', async () => {
      const never = at(-99)
      const cutoffs = { bodiesBefore: never, doneBefore: never, deadBefore: never, notesBefore: never }
      const ids = await add('push/1', 'push/2', 'push/3', 'causeway.backfill/4', 'push/5', 'push/6')
      for (const id of ids.slice(0, 4)) await store.deliveries.markDone(id, at(5))
      await store.deliveries.markDead(ids[4]!, 'bad', at(5))
      const prune = (over: object, limit = 99) => store.deliveryLog.prune({ ...cutoffs, ...over }, limit)
      expect(await prune({})).toBe(0)
      expect(await prune({ notesBefore: at(6) })).toBe(1)
      expect(await prune({ bodiesBefore: at(6) }, 2)).toBe(2)
      expect(await prune({ bodiesBefore: at(6) }, 2)).toBe(1)
      expect(await prune({ bodiesBefore: at(6) }, 2)).toBe(0)
      expect(await store.deliveries.byGuid('push/1')).toMatchObject({ state: 'done', event: 'push' })
      expect((await store.deliveries.byGuid('push/1'))!.body).toHaveLength(0)
      expect((await store.deliveries.byGuid('push/5'))!.body).toHaveLength(7)
      expect(await prune({ doneBefore: at(5) })).toBe(0)
      expect(await prune({ doneBefore: at(6), deadBefore: at(6) })).toBe(4)
      expect((await store.deliveryLog.list({ states: ['queued', 'retry', 'done', 'dead'], limit: 9 })).map((one) => one.guid)).toEqual([
        'push/6',
      ])
    })
  })
}
