export type GroupCommit<T> = {
  /** Resolves once the item is on disk; rejects with the reason when it is not. */
  add(item: T): Promise<void>
  /** Resolves when nothing is waiting or being written. */
  idle(): Promise<void>
  /** Whether items pour in just now: what can wait should. */
  isBusy(): boolean
}

type Waiting<T> = { item: T; resolve: () => void; reject: (error: unknown) => void }

const MAX_BATCH = 500
/** While several come at once, this many are worth waiting for, but no longer than this. A lone one never waits. */
const GOOD_BATCH = 16
const GATHER_MS = 1
/** 200 a second. */
const BUSY_COUNT = 20
const BUSY_WINDOW_MS = 100

/**
 * Many concurrent writers, one durable transaction at a time: everything that arrived while the previous one ran goes
 * into the next, so that the cost of a flush to disk is shared.
 */
export function groupCommit<T>(write: (items: T[]) => Promise<void>, maxBatch = MAX_BATCH): GroupCommit<T> {
  let waiting: Waiting<T>[] = []
  let running: Promise<void> | null = null
  const recent = rateCounter()

  /** A synchronous store blocks the loop, so requests are read between batches: each turn of the loop reads some. */
  async function gather(previous: number): Promise<void> {
    const until = performance.now() + GATHER_MS
    do await new Promise((resolve) => setImmediate(resolve))
    while (previous > 1 && waiting.length < GOOD_BATCH && performance.now() < until)
  }

  async function drain(): Promise<void> {
    let previous = recent.count()
    await gather(previous)
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch)
      waiting = waiting.slice(maxBatch)
      try {
        await write(batch.map((one) => one.item))
        for (const one of batch) one.resolve()
      } catch (error) {
        for (const one of batch) one.reject(error)
      }
      previous = batch.length
      await gather(previous)
    }
    running = null
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        recent.add()
        waiting.push({ item, resolve, reject })
        running ??= drain()
      }),
    isBusy: () => recent.count() >= BUSY_COUNT,
    idle: async () => {
      while (running) await running
    },
  }
}

/** How many came in this window or, if that were more, in the one before. */
function rateCounter() {
  let startedAt = 0
  let current = 0
  let before = 0
  function turn(): void {
    const windows = Math.floor((performance.now() - startedAt) / BUSY_WINDOW_MS)
    if (windows === 0) return
    before = windows === 1 ? current : 0
    current = 0
    startedAt = performance.now()
  }
  return {
    add: () => {
      turn()
      current++
    },
    count: () => {
      turn()
      return Math.max(current, before)
    },
  }
}
