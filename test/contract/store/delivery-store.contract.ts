import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IncomingDelivery } from '../../../src/domain/delivery.ts'
import type { Store } from '../../../src/store/store.ts'
import { at, BIG, type Open } from './made-up.ts'

const incoming = (guid: string, over: Partial<IncomingDelivery> = {}): IncomingDelivery => ({
  guid,
  event: 'push',
  body: Buffer.from(`{"guid":"${guid}"}`),
  receivedAt: at(0),
  installationId: null,
  ...over,
})

export function deliveryStoreContract(open: Open): void {
  describe('deliveries', () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store.close())

    /** Adds and sorts in one go; a GUID `lane/…` belongs to that lane. */
    async function queue(...guids: string[]): Promise<Map<string, number>> {
      await store.deliveries.add(guids.map((guid) => incoming(guid)))
      const waiting = await store.deliveries.unsorted(100)
      const laneOf = (guid: string) => guid.split('/')[0] ?? ''
      const ids = new Map<string, number>()
      for (const guid of guids) ids.set(guid, (await store.deliveries.byGuid(guid))?.id ?? -1)
      await store.deliveries.sort(
        [...ids]
          .filter(([, id]) => waiting.some((row) => row.id === id))
          .map(([guid, id]) => ({ id, lane: laneOf(guid), installationId: BIG })),
      )
      return ids
    }

    it('keeps the bytes of a body as they came, and its order', async () => {
      const body = Uint8Array.from([0, 255, 0xed, 0xa0, 0x80, 10])
      await store.deliveries.add([incoming('a', { body }), incoming('b')])
      const unsorted = await store.deliveries.unsorted(10)
      expect(unsorted.map((row) => row.event)).toEqual(['push', 'push'])
      expect(Buffer.from(unsorted[0]!.body)).toEqual(Buffer.from(body))
      expect(unsorted[0]!.id).toBeLessThan(unsorted[1]!.id)
      expect(await store.deliveries.unsorted(1)).toHaveLength(1)
    })

    it('writes a batch larger than one statement, and nothing for an empty one', async () => {
      await store.deliveries.add([])
      await store.deliveries.add(Array.from({ length: 250 }, (_, index) => incoming(`g${index}`)))
      expect((await store.deliveries.counts()).queued).toBe(250)
    })

    it('ignores a GUID that is queued, to be retried or done, also twice in one batch', async () => {
      await store.deliveries.add([incoming('a'), incoming('a', { event: 'issues' })])
      const ids = await queue('a/1')
      await store.deliveries.markRetry(ids.get('a/1')!, 'rate limit', at(5))
      await store.deliveries.add([incoming('a/1'), incoming('a')])
      expect(await store.deliveries.counts()).toMatchObject({ queued: 1, retry: 1 })
      expect((await store.deliveries.byGuid('a'))?.event).toBe('push')
      await store.deliveries.markDone(ids.get('a/1')!, at(6))
      await store.deliveries.add([incoming('a/1')])
      expect(await store.deliveries.byGuid('a/1')).toMatchObject({ state: 'done', attempts: 2 })
    })

    it('queues a dead GUID again, with its attempts reset and to be sorted anew', async () => {
      const ids = await queue('a/1')
      await store.deliveries.markDead(ids.get('a/1')!, 'no such thing', at(1))
      expect(await store.deliveries.byGuid('a/1')).toMatchObject({ state: 'dead', reason: 'no such thing', attempts: 1 })
      await store.deliveries.add([incoming('a/1', { receivedAt: at(9) })])
      expect(await store.deliveries.byGuid('a/1')).toMatchObject({ state: 'queued', reason: null, attempts: 0, doneAt: null, lane: '' })
      expect(await store.deliveries.unsorted(10)).toHaveLength(1)
    })

    it('sorts once: a second lane for the same delivery changes nothing', async () => {
      const ids = await queue('a/1')
      await store.deliveries.sort([{ id: ids.get('a/1')!, lane: 'b', installationId: null }])
      expect(await store.deliveries.byGuid('a/1')).toMatchObject({ lane: 'a', installationId: BIG })
    })

    it('leases lanes with due deliveries, the longest waiting first, each to one holder', async () => {
      await queue('b/1', 'a/1', 'b/2', 'c/1')
      expect(await store.deliveries.claimLanes('one', 2, 1000, at(1))).toEqual(['b', 'a'])
      expect(await store.deliveries.claimLanes('two', 9, 1000, at(1))).toEqual(['c'])
      expect(await store.deliveries.claimLanes('two', 9, 1000, at(1))).toEqual([])
    })

    it('lets another take a lane once its lease is released or has expired, and only then', async () => {
      await queue('a/1', 'b/1')
      await store.deliveries.claimLanes('one', 9, 60_000, at(0))
      await store.deliveries.release('two', ['a', 'b'])
      expect(await store.deliveries.claimLanes('two', 9, 60_000, new Date(at(1).getTime() - 1))).toEqual([])
      await store.deliveries.release('one', ['a'])
      expect(await store.deliveries.claimLanes('two', 9, 60_000, at(0))).toEqual(['a'])
      expect(await store.deliveries.claimLanes('three', 9, 60_000, at(1))).toEqual(['a', 'b'])
    })

    it('extends the leases still held, and names them', async () => {
      await queue('a/1', 'b/1')
      await store.deliveries.claimLanes('one', 9, 60_000, at(0))
      expect((await store.deliveries.heartbeat('one', ['a', 'b'], 120_000, new Date(at(1).getTime() - 1))).sort()).toEqual(['a', 'b'])
      expect(await store.deliveries.claimLanes('two', 9, 1000, at(2))).toEqual([])
      expect(await store.deliveries.heartbeat('one', ['a'], 60_000, at(9))).toEqual(['a'])
      expect(await store.deliveries.claimLanes('two', 9, 60_000, at(9))).toEqual(['b'])
      expect(await store.deliveries.heartbeat('one', ['a', 'b'], 60_000, at(9))).toEqual(['a'])
      expect(await store.deliveries.heartbeat('two', ['a'], 60_000, at(0))).toEqual([])
    })

    it('holds a lane back behind an older delivery whose lane is not known', async () => {
      await store.deliveries.add([incoming('x')])
      await store.deliveries.add([incoming('y')])
      const [x, y] = await store.deliveries.unsorted(2)
      await store.deliveries.sort([{ id: y!.id, lane: 'a', installationId: null }])
      expect(await store.deliveries.claimLanes('one', 9, 1000, at(1))).toEqual([])
      await store.deliveries.sort([{ id: x!.id, lane: 'a', installationId: null }])
      expect(await store.deliveries.claimLanes('one', 9, 1000, at(1))).toEqual(['a'])
      expect((await store.deliveries.due('a', 9, at(1))).map((delivery) => delivery.guid)).toEqual(['x', 'y'])
    })

    it('gives a lane its deliveries in order, and none past one that waits', async () => {
      const ids = await queue('a/1', 'a/2', 'a/3')
      expect((await store.deliveries.due('a', 2, at(1))).map((delivery) => delivery.guid)).toEqual(['a/1', 'a/2'])
      await store.deliveries.markRetry(ids.get('a/1')!, 'GitHub answered 502', at(5))
      expect(await store.deliveries.due('a', 9, at(4))).toEqual([])
      expect(await store.deliveries.claimLanes('one', 9, 1000, at(4))).toEqual([])
      const due = await store.deliveries.due('a', 9, at(5))
      expect(due[0]).toMatchObject({ guid: 'a/1', state: 'retry', attempts: 1, reason: 'GitHub answered 502', nextAttemptAt: at(5) })
      expect(due).toHaveLength(3)
      await store.deliveries.markDead(ids.get('a/1')!, 'gave up', at(5))
      expect((await store.deliveries.due('a', 9, at(5))).map((delivery) => delivery.guid)).toEqual(['a/2', 'a/3'])
      await store.deliveries.markRetry(ids.get('a/3')!, 'later', at(9))
      expect((await store.deliveries.due('a', 9, at(5))).map((delivery) => delivery.guid)).toEqual(['a/2'])
    })

    it('gives the lane of an incident its turn before others, and those of checks after them', async () => {
      await store.deliveries.add([
        incoming('x', { event: 'pull_request' }),
        incoming('y', { event: 'push' }),
        incoming('z1', { event: 'push' }),
        incoming('z2', { event: 'issues' }),
        incoming('w', { event: 'causeway.backfill' }),
      ])
      const lanes = ['checks', 'pushes', 'incident', 'incident', 'past']
      const waiting = await store.deliveries.unsorted(9)
      await store.deliveries.sort(waiting.map(({ id }, index) => ({ id, lane: lanes[index]!, installationId: BIG })))
      expect(await store.deliveries.claimLanes('one', 9, 1000, at(1))).toEqual(['incident', 'pushes', 'checks'])
      expect((await store.deliveries.due('incident', 9, at(1))).map((delivery) => delivery.guid)).toEqual(['z1', 'z2'])
      expect(await store.deliveries.claimLanes('one', 9, 1000, at(1), 'later')).toEqual(['past'])
    })

    it('lets later deliveries of a lane wait for nobody and hold nobody up, under the same lease', async () => {
      const ids = await queue('a/1', 'a/2')
      await store.deliveries.markRetry(ids.get('a/1')!, 'still failing', at(9), { aside: true })
      expect((await store.deliveries.due('a', 9, at(1))).map((delivery) => delivery.guid)).toEqual(['a/2'])
      expect(await store.deliveries.claimLanes('one', 9, 60_000, at(1))).toEqual(['a'])
      expect(await store.deliveries.claimLanes('two', 9, 60_000, at(9), 'later')).toEqual(['a'])
      expect(await store.deliveries.claimLanes('two', 9, 60_000, at(9))).toEqual([])
      expect((await store.deliveries.due('a', 9, at(9), 'later')).map((delivery) => delivery.guid)).toEqual(['a/1'])
      expect(await store.deliveries.due('a', 9, at(8), 'later')).toEqual([])
    })

    it('brings forward what waits for the end of an outage, unless it was tried often', async () => {
      const ids = await queue('a/1', 'b/1', 'c/1', 'd/1', 'e/1')
      const id = (guid: string) => ids.get(guid)!
      await store.deliveries.markRetry(id('a/1'), 'GitHub answered 502', at(30), { isOutage: true })
      await store.deliveries.markRetry(id('b/1'), 'GitHub answered 502', at(30), { isOutage: true, aside: true })
      await store.deliveries.markRetry(id('c/1'), 'refused', at(30))
      for (const minute of [1, 2, 30]) await store.deliveries.markRetry(id('d/1'), 'always 502', at(minute), { isOutage: true })
      await store.deliveries.markDead(id('e/1'), 'bad', at(1))
      expect(await store.deliveries.bringForward(3, at(5))).toBe(2)
      expect(await store.deliveries.bringForward(3, at(5))).toBe(0)
      expect(await store.deliveries.claimLanes('one', 9, 1000, at(5))).toEqual(['a'])
      expect(await store.deliveries.claimLanes('one', 9, 1000, at(5), 'later')).toEqual(['b'])
      expect(await store.deliveries.byGuid('c/1')).toMatchObject({ nextAttemptAt: at(30), isOutage: false })
    })

    it('gives no lane of an installation that GitHub asked to wait', async () => {
      await queue('a/1')
      await store.rateLimits.hold(BIG, at(5), 'secondary rate limit')
      await store.rateLimits.hold(BIG, at(3), 'a shorter one')
      expect(await store.deliveries.claimLanes('one', 9, 1000, at(4))).toEqual([])
      expect(await store.rateLimits.heldUntil(BIG, at(4))).toEqual(at(5))
      expect(await store.rateLimits.held(at(4))).toEqual([{ installationId: BIG, until: at(5), reason: 'secondary rate limit' }])
      expect(await store.rateLimits.heldUntil(BIG, at(5))).toBeNull()
      expect(await store.deliveries.claimLanes('one', 9, 1000, at(5))).toEqual(['a'])
    })

    it('counts by state, with the age of the oldest that waits', async () => {
      expect(await store.deliveries.counts()).toEqual({ unsorted: 0, queued: 0, retry: 0, done: 0, dead: 0, oldestQueuedAt: null })
      const ids = await queue('a/1', 'a/2', 'a/3', 'a/4')
      await store.deliveries.add([incoming('new', { receivedAt: at(-3) })])
      await store.deliveries.markDone(ids.get('a/1')!, at(1))
      await store.deliveries.markDead(ids.get('a/2')!, 'bad', at(1))
      await store.deliveries.markRetry(ids.get('a/3')!, 'later', at(2))
      expect(await store.deliveries.counts()).toEqual({ unsorted: 1, queued: 2, retry: 1, done: 1, dead: 1, oldestQueuedAt: at(-3) })
    })

    it('finishes a delivery once: a late verdict of someone who lost the lease changes nothing', async () => {
      const ids = await queue('a/1')
      await store.deliveries.markDone(ids.get('a/1')!, at(1))
      await store.deliveries.markRetry(ids.get('a/1')!, 'late', at(9))
      expect(await store.deliveries.byGuid('a/1')).toMatchObject({ state: 'done', attempts: 1, reason: null, doneAt: at(1) })
    })

    it('queues what was done once more, and leaves alone what was not', async () => {
      const ids = await queue('a/1', 'b/1')
      await store.deliveries.markDone(ids.get('a/1')!, at(1))
      await store.deliveries.markDead(ids.get('b/1')!, 'bad', at(1))
      for (const id of ids.values()) await store.deliveries.again(id)
      expect(await store.deliveries.byGuid('a/1')).toMatchObject({ state: 'queued', doneAt: null, attempts: 1 })
      expect(await store.deliveries.byGuid('b/1')).toMatchObject({ state: 'dead', reason: 'bad' })
      expect((await store.deliveries.due('a', 9, at(2))).map((delivery) => delivery.guid)).toEqual(['a/1'])
    })

    it('cleans what text can not hold', async () => {
      const ids = await queue('a\0b/1')
      expect(await store.deliveries.byGuid('ab/1')).toMatchObject({ guid: 'ab/1' })
      await store.deliveries.markDead(ids.get('a\0b/1')!, 'bad\0 \ud800 😀', at(1))
      expect((await store.deliveries.byGuid('a\0b/1'))?.reason).toBe('bad \ufffd 😀')
    })

    it('never gives one lane to two of many claimers at once', async () => {
      await queue(...Array.from({ length: 40 }, (_, index) => `lane${index}/1`))
      const claimed = await Promise.all(
        Array.from({ length: 16 }, (_, index) => store.deliveries.claimLanes(`holder${index}`, 5, 60_000, at(1))),
      )
      const lanes = claimed.flat()
      expect(new Set(lanes).size).toBe(lanes.length)
      let more = await store.deliveries.claimLanes('rest', 40, 60_000, at(1))
      for (; more.length > 0; more = await store.deliveries.claimLanes('rest', 40, 60_000, at(1))) lanes.push(...more)
      expect(lanes.sort()).toEqual(Array.from({ length: 40 }, (_, index) => `lane${index}`).sort())
    })
  })
}
