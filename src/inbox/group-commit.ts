export type GroupCommit<T> = {
  /** Resolves once the item is on disk; rejects with the reason when it is not. */
  add(item: T): Promise<void>
  /** Resolves when nothing is waiting or being written. */
  idle(): Promise<void>
  /** Whether more come in than could be worked off at the same time: what can wait should. */
  isBusy(): boolean
}

type Waiting<T> = { item: T; resolve: () => void; reject: (error: unknown) => void }

const MAX_BATCH = 500
/** While several come at once, this many are worth waiting for, but no longer than this. A lone one never waits. */
const GOOD_BATCH = 16
const GATHER_MS = 1
/** 500 a second: working one off takes some two milliseconds of the same thread. */
const FLOOD_COUNT = 250
const FLOOD_WINDOW_MS = 500
/** So many senders at once wait for each other's turn, however few a slow machine takes in: it is a flood for this long. */
const CROWDED_MS = 100

/**
 * Many concurrent writers, one durable transaction at a time: everything that arrived while the previous one ran goes
 * into the next, so that the cost of a flush to disk is shared.
 */
export function groupCommit<T>(write: (items: T[]) => Promise<void>, maxBatch = MAX_BATCH): GroupCommit<T> {
  let waiting: Waiting<T>[] = []
  let running: Promise<void> | null = null
  const recent = recentCount()
  let crowdedUntil = 0

  /** A synchronous store blocks the loop, so requests are read between batches: each turn of the loop reads some. */
  async function gather(previous: number): Promise<void> {
    const until = performance.now() + GATHER_MS
    do await new Promise((resolve) => setImmediate(resolve))
    while (previous > 1 && waiting.length < GOOD_BATCH && performance.now() < until)
  }

  async function drain(): Promise<void> {
    await gather(0)
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch)
      waiting = waiting.slice(maxBatch)
      if (batch.length >= GOOD_BATCH) crowdedUntil = performance.now() + CROWDED_MS
      try {
        await write(batch.map((one) => one.item))
        for (const one of batch) one.resolve()
      } catch (error) {
        for (const one of batch) one.reject(error)
      }
      await gather(batch.length)
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
    isBusy: () => recent.read() >= FLOOD_COUNT || performance.now() < crowdedUntil,
    idle: async () => {
      while (running) await running
    },
  }
}

/** How many came in this window or, if that were more, in the one before. */
function recentCount(): { add(): void; read(): number } {
  let startedAt = 0
  let current = 0
  let before = 0
  function turn(): void {
    const elapsed = performance.now() - startedAt
    if (elapsed < FLOOD_WINDOW_MS) return
    before = elapsed < 2 * FLOOD_WINDOW_MS ? current : 0
    current = 0
    startedAt += elapsed
  }
  return {
    add() {
      turn()
      current++
    },
    read() {
      turn()
      return Math.max(current, before)
    },
  }
}
