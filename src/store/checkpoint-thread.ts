// Runs in a thread of its own: copies what was committed from SQLite's log into the database file, beside the one who writes.
import { parentPort, workerData } from 'node:worker_threads'
import BetterSqlite from 'better-sqlite3'

export type CheckpointOrder = {
  file: string
  /** How many pages in the log are worth copying. */
  pages: number
}

const EVERY_MS = 100

const { file, pages } = workerData as CheckpointOrder
// Nothing is waited for: whoever holds the right to copy does the work.
const client = new BetterSqlite(file, { fileMustExist: true, timeout: 0 })

/** A full disk or a failing one is met by the writer, too, who tells; here it is tried again. */
function copy(): void {
  try {
    const [state] = client.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[]
    if (state && state.log - state.checkpointed >= pages) client.pragma('wal_checkpoint(PASSIVE)')
  } catch {
    return
  }
}

const timer = setInterval(copy, EVERY_MS)
parentPort?.once('message', () => {
  clearInterval(timer)
  client.close()
})
