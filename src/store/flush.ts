// Writes what was committed to disk when somebody answers for it, outside the thread that goes on working.
import { closeSync, fdatasync, openSync } from 'node:fs'
import { promisify } from 'node:util'

const sync = promisify(fdatasync)

export type Flusher = {
  /** Resolves once all that was committed before is on disk; whoever asks while one is under way shares the next. */
  flush(): Promise<void>
  end(): Promise<void>
}

/**
 * Of SQLite's write-ahead log: the same call on the same file with which `synchronous = FULL` ends each commit, where
 * `NORMAL` leaves it to the next checkpoint. The log is there from the first commit until the last connection closes.
 */
export function flushLog(file: string): Flusher {
  let descriptor: number | null = null
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  async function run(): Promise<void> {
    descriptor ??= openSync(`${file}-wal`, 'r+')
    await sync(descriptor)
  }

  function begin(): Promise<void> {
    next = null
    const mine = run().finally(() => {
      if (running === mine) running = null
    })
    running = mine
    return mine
  }

  return {
    flush() {
      if (running === null) return begin()
      next ??= running.then(begin, begin)
      return next
    },
    async end() {
      await (next ?? running)?.catch(() => undefined)
      if (descriptor !== null) closeSync(descriptor)
      descriptor = null
    },
  }
}
