export type GroupCommit<T> = {
  /** Resolves once the item is on disk; rejects with the reason when it is not. */
  add(item: T): Promise<void>
  /** Resolves when nothing is waiting or being written. */
  idle(): Promise<void>
  /** Whether items come in faster than one by one just now: what can wait should. */
  isBusy(): boolean
}

/** So many in one transaction mean that they had to queue. */
const BUSY_BATCH = 5
const BUSY_MS = 100

type Waiting<T> = { item: T; resolve: () => void; reject: (error: unknown) => void }

/**
 * Many concurrent writers, one durable transaction at a time: everything that arrived while the previous one ran goes
 * into the next, so that the cost of a flush to disk is shared.
 */
export function groupCommit<T>(write: (items: T[]) => Promise<void>, maxBatch = 500): GroupCommit<T> {
  let waiting: Waiting<T>[] = []
  let running: Promise<void> | null = null
  let busyUntil = 0

  async function drain(): Promise<void> {
    // A synchronous store blocks the loop, so requests are read between batches: wait until all that are readable have been.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch)
      waiting = waiting.slice(maxBatch)
      if (batch.length >= BUSY_BATCH) busyUntil = performance.now() + BUSY_MS
      try {
        await write(batch.map((one) => one.item))
        for (const one of batch) one.resolve()
      } catch (error) {
        for (const one of batch) one.reject(error)
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    running = null
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        running ??= drain()
      }),
    isBusy: () => performance.now() < busyUntil,
    idle: async () => {
      while (running) await running
    },
  }
}
