// A fake GitHub, the real process and its database, joined for one test: what happened is known once the inbox is empty.
import { setTimeout as wait } from 'node:timers/promises'
import { startAppProcess, type AppProcess } from '../../demo/app-process.ts'
import type { FakeGitHub } from '../../demo/github/fake-github.ts'
import type { DeliveryCounts } from '../../src/domain/delivery.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'

const SETTLE_TIMEOUT_MS = 30_000
const LOOK_EVERY_MS = 15

export type JoinedApp = {
  /** The process that runs now; `restart` puts another in its place. */
  process(): AppProcess
  restart(): Promise<void>
  /** A second pair of eyes on the process's database. */
  store: Store
  /** Until every webhook was answered and everything in the inbox is done; fails, with the log, when that takes too long. */
  settled(): Promise<DeliveryCounts>
  close(): Promise<void>
}

/** Starts the process on this database and points the fake's webhooks at it. */
export async function joinApp(fake: FakeGitHub, databaseUrl: string, environment: Record<string, string> = {}): Promise<JoinedApp> {
  const store = await openStore(databaseUrl)
  const start = async (): Promise<AppProcess> => {
    // A lease that outlives a killed process makes the next one wait: a second is the shortest there is. No test cuts the
    // power, and what a killed process has committed is the system's, written through to the disk or not.
    const started = await startAppProcess({
      gitHub: fake,
      databaseUrl,
      environment: { CAUSEWAY_WORKER_LEASE_SECONDS: '1', CAUSEWAY_SQLITE_SYNCHRONOUS: 'normal', ...environment },
    })
    fake.world.setWebhookUrl(started.webhookUrl)
    return started
  }
  let running = await start().catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  return {
    process: () => running,
    restart: async () => {
      await running.kill()
      running = await start()
    },
    store,
    settled: async () => {
      const until = Date.now() + SETTLE_TIMEOUT_MS
      for (let quiet = 0; ;) {
        await fake.world.settled()
        const counts = await store.deliveries.counts()
        const sent = fake.world.deliveries().length
        quiet = waiting(counts) === 0 ? quiet + 1 : 0
        // An answer makes GitHub send a webhook of its own: twice empty, with nothing sent in between, is empty.
        if (quiet > 1 && sent === fake.world.deliveries().length) return counts
        if (Date.now() > until) {
          throw new Error(
            `The inbox is not empty after ${SETTLE_TIMEOUT_MS} ms: ${JSON.stringify(counts)}\n${running.log.slice(-40).join('\n')}`,
          )
        }
        await wait(LOOK_EVERY_MS)
      }
    },
    close: async () => {
      fake.world.setWebhookUrl(null)
      await running.stop()
      await store.close()
    },
  }
}

export function waiting(counts: DeliveryCounts): number {
  return counts.unsorted + counts.queued + counts.retry
}
