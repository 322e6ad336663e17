import { Worker } from 'node:worker_threads'
import type { CheckpointOrder } from './checkpoint-thread.ts'

/** Only what it was compiled to is beside the built file. */
const THREAD = new URL(import.meta.url.replace(/checkpoints(\.[jt]s)$/, 'checkpoint-thread$1'))

/**
 * Copies `file`'s log into it whenever `pages` of it wait, in a thread of its own, so that no writer does it within a
 * commit. Ends with the process; a thread that fails leaves the work to the writers, whose own limit is higher.
 */
export function checkpointApart(file: string, pages: number): { end(): Promise<void> } {
  const order: CheckpointOrder = { file, pages }
  const thread = new Worker(THREAD, { workerData: order, resourceLimits: { maxOldGenerationSizeMb: 32 } })
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
  thread.on('error', () => undefined)
  thread.unref()
  return {
    end() {
      thread.ref()
      thread.postMessage('end')
      return ended
    },
  }
}
