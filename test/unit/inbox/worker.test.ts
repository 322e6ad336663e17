import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Delivery } from '../../../src/domain/delivery.ts'
import { RateLimited, WritesSpaced } from '../../../src/github/github.ts'
import { PermanentFailure } from '../../../src/inbox/next-attempt.ts'
import { startWorker, type Handler, type Worker, type WorkerOptions } from '../../../src/inbox/worker.ts'
import { memoryInbox, type MemoryInbox } from '../../support/memory-inbox.ts'
import { silentLog } from '../../support/silent-log.ts'

const workers: Worker[] = []
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
})

function start(deliveries: MemoryInbox, handle: Handler, change: Partial<WorkerOptions> = {}): Worker {
  const worker = startWorker({ deliveries, handle, log: silentLog, concurrency: 8, leaseMs: 5000, pollMs: 20, stopMs: 200, ...change })
  workers.push(worker)
  return worker
}

function incoming(guid: string, repositoryId: number, receivedAt = new Date()) {
  const body = new TextEncoder().encode(JSON.stringify({ repository: { id: repositoryId }, installation: { id: 1 } }))
  return { guid, event: 'push', body, receivedAt, installationId: null }
}

async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 5000
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error('this never came true')
    await delay(2)
  }
}

const allAre = (inbox: MemoryInbox, state: Delivery['state']) => () => inbox.all().every((one) => one.state === state)

describe('the worker', () => {
  it('runs what it is given, in order within a repository, repositories side by side', async () => {
    const inbox = memoryInbox()
    const order: string[] = []
    let together = 0
    let most = 0
    await inbox.add([incoming('a1', 1), incoming('b1', 2), incoming('a2', 1), incoming('b2', 2), incoming('a3', 1)])
    start(inbox, async (delivery) => {
      most = Math.max(most, ++together)
      await delay(delivery.guid === 'a1' ? 30 : 5)
      together--
      order.push(delivery.guid)
    })
    await until(allAre(inbox, 'done'))
    expect(order.filter((guid) => guid.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
    expect(order.filter((guid) => guid.startsWith('b'))).toEqual(['b1', 'b2'])
    expect(most).toBe(2)
  })

  it('runs no more lanes at once than it may', async () => {
    const inbox = memoryInbox()
    let together = 0
    let most = 0
    await inbox.add(Array.from({ length: 12 }, (_, n) => incoming(`g${n}`, n + 1)))
    start(
      inbox,
      async () => {
        most = Math.max(most, ++together)
        await delay(5)
        together--
      },
      { concurrency: 3 },
    )
    await until(allAre(inbox, 'done'))
    expect(most).toBe(3)
  })

  it('tries at once what waits for an outage that is over elsewhere', async () => {
    const inbox = memoryInbox()
    let isDown = true
    await inbox.add([incoming('a', 1), incoming('b', 2), incoming('refused', 3)])
    const handle: Handler = async ({ guid }) => {
      if (guid === 'refused') throw Object.assign(new Error('HTTP 422'), { status: 422 })
      if (isDown) throw Object.assign(new Error('HTTP 502'), { status: 502 })
    }
    const worker = start(inbox, handle)
    const [a, b, refused] = [0, 1, 2].map((index) => () => inbox.all()[index]!)
    await until(() => inbox.all().every((one) => one.state === 'retry'))
    isDown = false
    const far = new Date(Date.now() + 60_000)
    b!().nextAttemptAt = far
    refused!().nextAttemptAt = far
    a!().nextAttemptAt = new Date()
    worker.wake()
    await until(() => b!().state === 'done')
    expect(refused!()).toMatchObject({ state: 'retry', attempts: 1, nextAttemptAt: far })
  })

  it('lets a repository go on without what keeps failing, and tries that between the others', async () => {
    const inbox = memoryInbox()
    const clock = { at: Date.now() }
    const order: string[] = []
    await inbox.add([incoming('bad', 1), incoming('good', 1)])
    const handle: Handler = async ({ guid, attempts }) => {
      if (guid === 'bad' && attempts < 9) throw Object.assign(new Error('HTTP 502'), { status: 502 })
      order.push(guid)
    }
    start(inbox, handle, { now: () => new Date(clock.at), random: () => 0, pollMs: 2 })
    await until(() => {
      clock.at += 1000
      return inbox.all().every((one) => one.state === 'done')
    })
    expect(order).toEqual(['good', 'bad'])
    expect(inbox.all().map((one) => one.urgency)).toEqual([3, 1])
  })

  it('reads the past beside the present in a quarter of its places, and one step at a time', async () => {
    const inbox = memoryInbox()
    let past = 0
    let most = 0
    await inbox.add(Array.from({ length: 6 }, (_, n) => ({ ...incoming(`p${n}`, n + 1), event: 'causeway.backfill' })))
    await inbox.add([incoming('live', 9)])
    start(inbox, async ({ event }) => {
      if (event === 'push') return
      most = Math.max(most, ++past)
      await delay(10)
      past--
    })
    await until(allAre(inbox, 'done'))
    expect(most).toBe(2)
  })

  it('tells every process of a limit, and how each try ended', async () => {
    const inbox = memoryInbox()
    const held: [number, Date][] = []
    const tried: string[] = []
    const retryAt = new Date(Date.now() + 60_000)
    await inbox.add([incoming('limited', 1), incoming('fine', 2), incoming('spaced', 3)])
    start(
      inbox,
      async ({ guid }) => {
        if (guid === 'limited') throw new AggregateError([new RateLimited('secondary rate limit', retryAt)])
        if (guid === 'spaced') throw new AggregateError([new WritesSpaced(retryAt, true)])
      },
      { rateLimits: { hold: async (id, at) => void held.push([id, at]) }, observe: ({ outcome }) => void tried.push(outcome) },
    )
    await until(() => tried.length === 3)
    // Our own spacing is of some writes only: the rest of the installation goes on.
    expect(held).toEqual([[1, retryAt]])
    expect(tried.sort()).toEqual(['done', 'retry', 'retry'])
  })

  it('wakes at once for what this process took in', async () => {
    const inbox = memoryInbox()
    const worker = start(inbox, async () => undefined, { pollMs: 10_000 })
    await delay(20)
    await inbox.add([incoming('a', 1)])
    worker.wake()
    const from = performance.now()
    await until(allAre(inbox, 'done'))
    expect(performance.now() - from).toBeLessThan(500)
  })

  it('finds by itself what another process took in', async () => {
    const inbox = memoryInbox()
    start(inbox, async () => undefined)
    await delay(10)
    await inbox.add([incoming('a', 1)])
    await until(allAre(inbox, 'done'))
    expect(inbox.all()).toHaveLength(1)
  })

  it('does not look more often than it must while there is nothing to do', async () => {
    const inbox = memoryInbox()
    let looks = 0
    const counting: MemoryInbox = {
      ...inbox,
      unsorted: (limit) => {
        looks++
        return inbox.unsorted(limit)
      },
    }
    start(counting, async () => undefined, { pollMs: 50 })
    await delay(220)
    expect(looks).toBeGreaterThan(1)
    expect(looks).toBeLessThanOrEqual(6)
  })

  it('tries a failed one again later, and keeps what stands behind it waiting', async () => {
    const inbox = memoryInbox()
    const order: string[] = []
    await inbox.add([incoming('a1', 1), incoming('a2', 1), incoming('b1', 2)])
    let failures = 1
    start(
      inbox,
      async (delivery) => {
        if (delivery.guid === 'a1' && failures-- > 0) throw Object.assign(new Error('bad gateway'), { status: 502 })
        order.push(delivery.guid)
      },
      { random: () => 0 },
    )
    await until(() => order.includes('b1'))
    expect(inbox.all()[0]).toMatchObject({ state: 'retry', attempts: 1, reason: 'Error: bad gateway' })
    await until(allAre(inbox, 'done'))
    expect(order).toEqual(['b1', 'a1', 'a2'])
  })

  it('lets others have their turn between deliveries, though nothing in it ever waits', async () => {
    const inbox = memoryInbox()
    await inbox.add(Array.from({ length: 200 }, (_, n) => incoming(`g${n}`, 1)))
    const worker = start(inbox, async () => undefined)
    let turns = 0
    while (!inbox.all().every((one) => one.state === 'done')) {
      await new Promise((resolve) => setImmediate(resolve))
      turns++
    }
    expect(turns).toBeGreaterThanOrEqual(200)
    await worker.stop()
  })

  it('gives way to a flood of deliveries, but never for ever', async () => {
    const inbox = memoryInbox()
    let isIntakeBusy = true
    await inbox.add([incoming('a1', 1), incoming('b1', 2)])
    const from = performance.now()
    const doneAt: number[] = []
    start(inbox, async () => void doneAt.push(performance.now() - from), { isIntakeBusy: () => isIntakeBusy, pollMs: 5000 })
    await until(() => doneAt.length === 2)
    expect(Math.min(...doneAt)).toBeGreaterThan(900)
    isIntakeBusy = false
    const calmFrom = performance.now()
    await inbox.add([incoming('a2', 1)])
    workers[0]?.wake()
    await until(allAre(inbox, 'done'))
    expect(performance.now() - calmFrom).toBeLessThan(500)
  })

  it('waits until the moment that GitHub names', async () => {
    const inbox = memoryInbox()
    const retryAt = new Date(Date.now() + 60_000)
    await inbox.add([incoming('a1', 1)])
    start(inbox, () => Promise.reject(new AggregateError([new RateLimited('secondary rate limit', retryAt)])), { random: () => 0 })
    await until(allAre(inbox, 'retry'))
    expect(inbox.all()[0]?.nextAttemptAt).toEqual(retryAt)
  })

  it('gives up what can not succeed, keeps the reason, and goes on', async () => {
    const inbox = memoryInbox()
    await inbox.add([incoming('a1', 1), incoming('a2', 1)])
    start(inbox, async (delivery) => {
      if (delivery.guid === 'a1') throw new PermanentFailure('not JSON')
    })
    await until(() => inbox.all()[1]?.state === 'done')
    expect(inbox.all()[0]).toMatchObject({ state: 'dead', reason: 'PermanentFailure: not JSON' })
  })

  it('gives up after many attempts at a mistake of ours, and goes on', async () => {
    const inbox = memoryInbox()
    await inbox.add([incoming('a1', 1), incoming('a2', 1)])
    let now = Date.now()
    const clock = () => new Date((now += 60_000))
    start(
      inbox,
      async (delivery) => {
        if (delivery.guid === 'a1') throw new TypeError('x is undefined')
      },
      { now: clock, leaseMs: 3_600_000, pollMs: 5 },
    )
    await until(() => inbox.all()[1]?.state === 'done')
    expect(inbox.all()[0]).toMatchObject({ state: 'dead', attempts: 8, reason: expect.stringContaining('given up after 8') as string })
  })

  it('sorts hostile bodies aside without holding up the others', async () => {
    const inbox = memoryInbox()
    await inbox.add([{ ...incoming('bad', 1), body: new Uint8Array([0xff, 0x00]) }, incoming('good', 1)])
    start(inbox, async () => undefined)
    await until(allAre(inbox, 'done'))
    expect(inbox.all().map((one) => one.lane)).toEqual(['other', 'repository:1'])
  })

  it('goes on after the database was away', async () => {
    const inbox = memoryInbox()
    await inbox.add([incoming('a1', 1), incoming('a2', 2)])
    inbox.failNext('unsorted', new Error('connection lost'))
    inbox.failNext('claimLanes', new Error('connection lost'))
    inbox.failNext('due', new Error('connection lost'))
    inbox.failNext('markDone', new Error('connection lost'))
    const worker = start(inbox, async () => undefined)
    await until(allAre(inbox, 'done'))
    await until(() => !worker.health().isFailing)
  })

  it('handles again what was done when its mark was lost: at least once, never not at all', async () => {
    const inbox = memoryInbox()
    const seen: string[] = []
    await inbox.add([incoming('a1', 1)])
    inbox.failNext('markDone', new Error('killed'))
    start(inbox, async (delivery) => void seen.push(delivery.guid))
    await until(allAre(inbox, 'done'))
    expect(seen).toEqual(['a1', 'a1'])
  })

  it('two workers never run one repository at once', async () => {
    const inbox = memoryInbox()
    const order: string[] = []
    const busy = new Set<string>()
    let clashes = 0
    const handle: Handler = async (delivery) => {
      if (busy.has(delivery.lane)) clashes++
      busy.add(delivery.lane)
      await delay(2)
      busy.delete(delivery.lane)
      order.push(delivery.guid)
    }
    await inbox.add(Array.from({ length: 60 }, (_, n) => incoming(`g${n}`, (n % 3) + 1)))
    start(inbox, handle)
    start(inbox, handle)
    await until(allAre(inbox, 'done'))
    expect(clashes).toBe(0)
    for (const lane of [0, 1, 2]) {
      const numbers = order.map((guid) => Number(guid.slice(1))).filter((n) => n % 3 === lane)
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    }
  })

  it('takes up what a dead process held once its lease has ended', async () => {
    const inbox = memoryInbox()
    await inbox.add([incoming('a1', 1)])
    await inbox.sort([{ id: 1, lane: 'repository:1', installationId: 1 }])
    expect(await inbox.claimLanes('dead process', 1, 100, new Date())).toEqual(['repository:1'])
    start(inbox, async () => undefined)
    await delay(50)
    expect(inbox.all()[0]?.state).toBe('queued')
    await until(allAre(inbox, 'done'))
  })

  it('renews its lease while a long delivery runs', async () => {
    const inbox = memoryInbox()
    let runs = 0
    await inbox.add([incoming('a1', 1)])
    const handle: Handler = async () => {
      runs++
      await delay(600)
    }
    start(inbox, handle, { leaseMs: 300 })
    start(inbox, handle, { leaseMs: 300 })
    await until(allAre(inbox, 'done'))
    expect(runs).toBe(1)
  })

  it('has a delivery handled once more when its lane was lost meanwhile, whatever came of it here', async () => {
    const inbox = memoryInbox()
    await inbox.add([incoming('a1', 1)])
    let fail: (error: Error) => void = () => undefined
    start(inbox, () => new Promise((_, reject) => (fail = reject)), { leaseMs: 300, pollMs: 5000 })
    await until(() => inbox.all()[0]?.lane === 'repository:1')
    await delay(20)
    inbox.takeOver('repository:1', 'other')
    await delay(150)
    await inbox.markDone(1, new Date())
    fail(new Error('late'))
    await until(() => inbox.all()[0]?.state === 'queued')
    expect(inbox.all()[0]).toMatchObject({ attempts: 0, reason: null })
  })

  it('keeps a lane whose lease ran out while nobody took it', async () => {
    const inbox = memoryInbox()
    let asleepMs = 0
    let runs = 0
    await inbox.add([incoming('a1', 1)])
    const handle: Handler = async () => {
      runs++
      asleepMs = 60_000
    }
    start(inbox, handle, { leaseMs: 5000, now: () => new Date(Date.now() + asleepMs) })
    await until(allAre(inbox, 'done'))
    await delay(30)
    expect(runs).toBe(1)
  })

  it('lets nothing be asked of GitHub under a lease that ran out while the process slept, and does it again', async () => {
    const inbox = memoryInbox()
    const held: boolean[] = []
    let asleepMs = 0
    let isHeldNow = async () => false
    await inbox.add([incoming('a1', 1)])
    const handle: Handler = async () => {
      held.push(await isHeldNow())
      if (held.length > 1) return
      asleepMs = 60_000
      inbox.takeOver('repository:1', 'other')
      held.push(await isHeldNow())
      await inbox.release('other', ['repository:1'])
      throw new Error('nothing was asked')
    }
    const underLease: WorkerOptions['underLease'] = (isHeld, run) => {
      isHeldNow = isHeld
      return run()
    }
    start(inbox, handle, { leaseMs: 5000, now: () => new Date(Date.now() + asleepMs), underLease })
    await until(allAre(inbox, 'done'))
    expect(held).toEqual([true, false, true])
    expect(inbox.all()[0]).toMatchObject({ attempts: 0, reason: null })
  })
})

describe('stopping the worker', () => {
  it('finishes what runs and begins nothing new', async () => {
    const inbox = memoryInbox()
    const begun: string[] = []
    await inbox.add([incoming('a1', 1), incoming('a2', 1)])
    const worker = start(inbox, async (delivery) => {
      begun.push(delivery.guid)
      await delay(60)
    })
    await until(() => begun.length === 1)
    await worker.stop()
    expect(begun).toEqual(['a1'])
    expect(inbox.all().map((one) => one.state)).toEqual(['done', 'queued'])
    expect(await inbox.claimLanes('next process', 5, 1000, new Date())).toEqual(['repository:1'])
  })

  it('hands back what does not end in time, so that others need not wait for the lease', async () => {
    const inbox = memoryInbox()
    await inbox.add([incoming('a1', 1)])
    const worker = start(inbox, () => new Promise(() => undefined), { stopMs: 50, leaseMs: 600_000 })
    await until(() => worker.health().running === 1)
    const from = performance.now()
    await worker.stop()
    expect(performance.now() - from).toBeLessThan(1000)
    expect(await inbox.claimLanes('next process', 5, 1000, new Date())).toEqual(['repository:1'])
  })

  it('may be asked twice', async () => {
    const worker = start(memoryInbox(), async () => undefined)
    await Promise.all([worker.stop(), worker.stop()])
    await worker.stop()
  })
})
