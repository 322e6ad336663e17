// Takes deliveries out of the inbox: sorts new ones into lanes, leases lanes, and runs each lane's deliveries in order.
// What a delivery means is the handler's business; this only knows done, try again, and dead.
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { Delivery, Turn } from '../domain/delivery.ts'
import { RateLimited, WritesSpaced } from '../github/github.ts'
import type { DeliveryStore, Store } from '../store/store.ts'
import type { Log } from '../work.ts'
import { laneOf } from './lane.ts'
import { processName } from './schedules.ts'
import { causesOf, nextAttempt } from './next-attempt.ts'

export type Handler = (delivery: Delivery) => Promise<void>

export type WorkerOptions = {
  deliveries: DeliveryStore
  /** Where every process learns that GitHub asked an installation to wait. */
  rateLimits?: Pick<Store['rateLimits'], 'hold'>
  /** Runs a handler where its calls can ask whether its lane is still held, and for what; by default it just runs. */
  underLease?: (isHeld: () => Promise<boolean>, run: () => Promise<void>, delivery: Delivery) => Promise<void>
  /** Hears how each try ended. */
  observe?: (tried: Tried) => void
  handle: Handler
  log: Log
  /** Lanes run at once. */
  concurrency: number
  leaseMs: number
  /** How often to look for what other processes left; what this process takes in wakes it at once. */
  pollMs: number
  /** How long `stop` waits for running deliveries. */
  stopMs: number
  /** Whether deliveries are pouring in: they are taken in first, and worked off a little slower. */
  isIntakeBusy?: () => boolean
  now?: () => Date
  random?: () => number
  holder?: string
}

type Tried = { event: string; outcome: 'done' | 'retry' | 'dead'; ms: number }

export type Worker = {
  /** Something was put into the inbox. */
  wake(): void
  /** Finishes what is running, or hands its lanes back after `stopMs`. Idempotent. */
  stop(): Promise<void>
  /** When the loop last looked into the inbox, and whether it could. */
  health(): { lastTurnAt: Date; isFailing: boolean; running: number }
}

/** Bodies may be 25 MB each: few at a time, and a lane steps back after a batch so that others get their turn. */
const SORT_BATCH = 50
const SORT_BATCH_IN_FLOOD = 10
const LANE_BATCH = 20
/** Some ten minutes into an outage a delivery keeps its own pace, so that one which always meets 5xx is not tried with each. */
const YOUNG_ATTEMPTS = 10
/** A handler that never settles must not hold its lane for ever. */
const LONGEST_HANDLING_MS = 10 * 60_000
/** Intake and worker share a thread: in a flood each step waits this long at most, so the worker slows but never starves. */
const LONGEST_GIVING_WAY_MS = 500

export function startWorker(options: WorkerOptions): Worker {
  const { deliveries, log, leaseMs } = options
  const now = options.now ?? (() => new Date())
  const random = options.random ?? Math.random
  const underLease = options.underLease ?? ((_, run) => run())
  const holder = options.holder ?? processName()
  const running = new Map<string, Promise<void>>()
  /** Until when each lane is ours. A process that was stopped for a while wakes up in the middle of a handler. */
  const heldUntil = new Map<string, number>()
  const runningLater = new Set<string>()
  // The past is read beside the present, never instead of it.
  const mostLater = Math.max(1, Math.floor(options.concurrency / 4))
  const lost = new Set<string>()
  let stopping: Promise<void> | null = null
  let isWoken = false
  let rouse: (() => void) | null = null
  let lastTurnAt = now()
  let isFailing = false

  /** A lease that ran out and that nobody took can be renewed: a busy machine makes a process sleep for a second, too. */
  async function isHeld(lane: string): Promise<boolean> {
    const isCurrent = () => now().getTime() < (heldUntil.get(lane) ?? 0)
    if (!lost.has(lane) && !isCurrent()) await renewLeases()
    return !lost.has(lane) && isCurrent()
  }

  function wake(): void {
    isWoken = true
    rouse?.()
  }

  async function sleep(): Promise<void> {
    if (isWoken) return
    const timer = setTimeout(wake, options.pollMs)
    await new Promise<void>((resolve) => (rouse = resolve))
    rouse = null
    clearTimeout(timer)
  }

  /**
   * Lets the process do something else. Without it nobody would: a synchronous store settles its promises at once, so a
   * whole backlog would be worked off before the next request is read.
   */
  async function giveWay(): Promise<void> {
    await nextTurn()
    const until = performance.now() + LONGEST_GIVING_WAY_MS
    while (!stopping && options.isIntakeBusy?.() && performance.now() < until) await delay(25)
  }

  async function sortNew(): Promise<boolean> {
    const limit = options.isIntakeBusy?.() ? SORT_BATCH_IN_FLOOD : SORT_BATCH
    const unsorted = await deliveries.unsorted(limit)
    if (unsorted.length > 0) await deliveries.sort(unsorted.map(({ id, event, body }) => ({ id, ...laneOf(event, body) })))
    return unsorted.length === limit
  }

  async function claim(): Promise<void> {
    await claimTurn('live', options.concurrency - running.size)
    if (options.isIntakeBusy?.()) return
    await claimTurn('later', Math.min(options.concurrency - running.size, mostLater - runningLater.size))
  }

  async function claimTurn(turn: Turn, free: number): Promise<void> {
    if (free <= 0) return
    const claimedAt = now()
    for (const lane of await deliveries.claimLanes(holder, free, leaseMs, claimedAt, turn)) {
      if (running.has(lane)) {
        // It ran out while a handler of ours went on, and may have been another's meanwhile.
        lost.add(lane)
        continue
      }
      lost.delete(lane)
      heldUntil.set(lane, claimedAt.getTime() + leaseMs)
      if (turn === 'later') runningLater.add(lane)
      running.set(lane, runLane(lane, turn))
    }
  }

  async function runLane(lane: string, turn: Turn): Promise<void> {
    try {
      for (const delivery of await deliveries.due(lane, turn === 'later' ? 1 : LANE_BATCH, now(), turn)) {
        await giveWay()
        if (stopping || !(await isHeld(lane))) break
        if (!(await attempt(delivery, lane))) break
      }
    } catch (error) {
      log.error({ err: error, lane }, 'The inbox could not be read or written; the lane is tried again')
      // Released below or, if that fails too, free again when the lease ends. Meanwhile: no busy loop.
      await delay(options.pollMs)
    } finally {
      if (!lost.delete(lane)) await deliveries.release(holder, [lane]).catch(() => undefined)
      running.delete(lane)
      runningLater.delete(lane)
      wake()
    }
  }

  /** True when the lane may go on. */
  async function attempt(delivery: Delivery, lane: string): Promise<boolean> {
    const facts = { delivery: delivery.guid, event: delivery.event, lane }
    const startedAt = now()
    try {
      const run = () => within(LONGEST_HANDLING_MS, options.handle(delivery))
      await underLease(() => isHeld(lane), run, delivery)
    } catch (error) {
      // Whoever holds the lane now decides: our failure must not overwrite its success.
      if (!(await isHeld(lane))) return leaveToOthers(delivery)
      await holdForLimits(delivery, error)
      const waitedMs = now().getTime() - delivery.receivedAt.getTime()
      const next = nextAttempt(delivery.attempts + 1, error, now(), random(), waitedMs)
      observe(delivery, next.kind, startedAt)
      if (next.kind === 'dead') {
        log.error({ ...facts, err: error, reason: next.reason }, 'Delivery given up')
        await deliveries.markDead(delivery.id, next.reason, now())
        return true
      }
      const told = { ...facts, reason: next.reason, attempt: delivery.attempts + 1, nextAttemptAt: next.at }
      if (causesOf(error).every((cause) => cause instanceof WritesSpaced)) log.debug(told, 'Delivery waits for its turn to write')
      else log.warn(told, 'Delivery failed; to be tried again')
      await deliveries.markRetry(delivery.id, next.reason, next.at, next)
      return next.aside
    }
    if (!(await isHeld(lane))) return leaveToOthers(delivery)
    await deliveries.markDone(delivery.id, now())
    // The outage that it met is over: others need not wait out their time.
    if (delivery.isOutage) await deliveries.bringForward(YOUNG_ATTEMPTS, now())
    observe(delivery, 'done', startedAt)
    log.debug({ ...facts, ms: now().getTime() - startedAt.getTime() }, 'Delivery done')
    return true
  }

  /** What we wrote late may have overwritten what is newer: handled once more, from all that is stored, it is right again. */
  async function leaveToOthers({ id, guid, lane }: Delivery): Promise<false> {
    log.warn({ delivery: guid, lane }, 'The lease of this repository ended meanwhile: its delivery is left to another turn')
    await deliveries.again(id)
    return false
  }

  function observe({ event }: Delivery, outcome: Tried['outcome'], startedAt: Date): void {
    options.observe?.({ event, outcome, ms: now().getTime() - startedAt.getTime() })
  }

  /** A limit is of the whole installation, whichever process met it. */
  async function holdForLimits({ installationId }: Delivery, error: unknown): Promise<void> {
    if (installationId === null) return
    for (const cause of causesOf(error)) {
      if (cause instanceof RateLimited && !(cause instanceof WritesSpaced))
        await options.rateLimits?.hold(installationId, cause.retryAt, cause.message)
    }
  }

  async function renewLeases(): Promise<void> {
    const lanes = [...running.keys()]
    if (lanes.length === 0) return
    try {
      const askedAt = now()
      const held = new Set(await deliveries.heartbeat(holder, lanes, leaseMs, askedAt))
      for (const lane of lanes) {
        if (held.has(lane)) heldUntil.set(lane, askedAt.getTime() + leaseMs)
        else if (running.has(lane)) lost.add(lane)
      }
    } catch (error) {
      // They run out by themselves.
      log.warn({ err: error }, 'Leases could not be renewed')
    }
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      await giveWay()
      isWoken = false
      try {
        const isMore = await sortNew()
        await claim()
        if (isFailing) log.info({}, 'The inbox can be read again')
        isFailing = false
        if (isMore) isWoken = true
      } catch (error) {
        if (!isFailing) log.error({ err: error }, 'The inbox can not be read; trying again every second')
        isFailing = true
        await delay(options.pollMs)
      }
      lastTurnAt = now()
      await sleep()
    }
  }

  async function finish(): Promise<void> {
    wake()
    await Promise.race([Promise.all([looping, ...running.values()]), delay(options.stopMs, undefined, { ref: false })])
    clearInterval(heart)
    const lanes = [...running.keys()]
    if (lanes.length === 0) return
    log.warn({ lanes }, 'Stopping before these were finished; another process or the next start takes them up')
    for (const lane of lanes) lost.add(lane)
    await deliveries.release(holder, lanes).catch((error: unknown) => log.error({ err: error }, 'Leases could not be handed back'))
  }

  const heart = setInterval(() => void renewLeases(), Math.max(100, leaseMs / 3))
  const looping = loop()
  return {
    wake,
    // `stopping` is set before anything runs, so that the loop and the lanes see it at their next step.
    stop: () => (stopping ??= Promise.resolve().then(finish)),
    health: () => ({ lastTurnAt, isFailing, running: running.size }),
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const abort = new AbortController()
  const late = delay(ms, undefined, { signal: abort.signal, ref: false }).then(() => {
    throw new Error(`not finished after ${ms / 60_000} minutes`)
  })
  late.catch(() => undefined)
  try {
    await Promise.race([work, late])
  } finally {
    abort.abort()
  }
}
