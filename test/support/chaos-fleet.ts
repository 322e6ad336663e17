// Processes of the real App on one database, any of which may be killed at any moment and is started again.
import { setTimeout as wait } from 'node:timers/promises'
import { startAppProcess, type AppProcess } from '../../demo/app-process.ts'
import type { FakeGitHub } from '../../demo/github/fake-github.ts'

export type Fleet = {
  size: number
  kills(): number
  /** How many ended though nobody killed them. */
  crashes(): number
  /** Points the next delivery at one of them, dead or alive: a balancer notices late. */
  aim(random: () => number): void
  killOne(random: () => number): Promise<void>
  /** Starts again whatever does not run. */
  revive(): Promise<void>
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 200

export async function startFleet(fake: FakeGitHub, databaseUrl: string, size: number): Promise<Fleet> {
  // A killed process's lease makes the next one wait.
  const environment = { CAUSEWAY_WORKER_LEASE_SECONDS: '1' }
  let kills = 0
  let crashes = 0
  const start = async (): Promise<AppProcess> => {
    const started = await startAppProcess({ gitHub: fake, databaseUrl, environment })
    started.child.once('exit', (code) => {
      if (code !== null && code !== 0) crashes += 1
    })
    return started
  }
  const running = await Promise.all(Array.from({ length: size }, start))
  const isDead = ({ child }: AppProcess): boolean => child.exitCode !== null || child.signalCode !== null
  async function restart(index: number): Promise<void> {
    // While the database is away a start fails, and says so.
    for (;;) {
      const started = await start().catch(() => null)
      if (started) return void (running[index] = started)
      await wait(LOOK_EVERY_MS)
    }
  }
  const fleet: Fleet = {
    size,
    kills: () => kills,
    crashes: () => crashes,
    aim: (random) => fake.world.setWebhookUrl(running[Math.floor(random() * size)]?.webhookUrl ?? null),
    killOne: async (random) => {
      const index = Math.floor(random() * size)
      kills += 1
      await running[index]?.kill()
      await restart(index)
    },
    revive: async () => {
      for (const [index, one] of running.entries()) if (isDead(one)) await restart(index)
    },
    stop: async () => {
      fake.world.setWebhookUrl(null)
      await Promise.all(running.map((one) => one.stop()))
    },
  }
  fleet.aim(() => 0)
  return fleet
}
