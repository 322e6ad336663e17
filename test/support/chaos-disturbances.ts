// What goes wrong during chaos, each until its time is over: calls to GitHub, processes, the database.
import { setTimeout as wait } from 'node:timers/promises'
import type { FakeGitHub } from '../../demo/github/fake-github.ts'
import type { Fault } from '../../demo/github/faults.ts'
import type { Fleet } from './chaos-fleet.ts'

export type Span = { startedAt: number; endsAt: number; random: () => number }

type Range = readonly [least: number, most: number]

const KILL_EVERY_MS: Range = [2_000, 5_000]
/** Between outages a call fails now and then; in an outage every one does. */
const OUTAGE_EVERY_MS: Range = [8_000, 16_000]
const OUTAGE_MS: Range = [1_000, 4_000]

/** One call in nine meets one of these, and of the new comments one in three besides. */
const NOW_AND_THEN: Fault[] = [
  { path: /./, when: 'before', kind: '500', probability: 0.02 },
  { path: /./, when: 'before', kind: '502', probability: 0.01 },
  { path: /./, when: 'after', kind: '502', probability: 0.02 },
  { path: /./, when: 'before', kind: 'drop', probability: 0.01 },
  { path: /./, when: 'after', kind: 'drop', probability: 0.01 },
  { path: /./, when: 'before', kind: 'slow', probability: 0.03, delayMs: 300 },
  { path: /./, when: 'before', kind: 'secondary-rate-limit', probability: 0.01, retryAfterSeconds: 1 },
  { method: 'POST', path: /\/issues\/\d+\/comments$/, when: 'after', kind: '502', probability: 0.3 },
]
const OUTAGE: Fault[] = [{ path: /./, when: 'before', kind: '502' }]

/** Resolves with how many calls were struck. */
export async function failCalls(fake: FakeGitHub, { random, endsAt }: Span): Promise<number> {
  const struck: { count: number }[] = []
  const arm = (faults: readonly Fault[]): void => {
    fake.faults.clear()
    for (const fault of faults) struck.push(fake.faults.add({ ...fault, seed: Math.floor(random() * 1e9) }))
  }
  const pause = async ([least, most]: Range) => wait(Math.max(0, Math.min(least + random() * (most - least), endsAt - Date.now())))
  while (Date.now() < endsAt) {
    arm(NOW_AND_THEN)
    await pause(OUTAGE_EVERY_MS)
    arm(OUTAGE)
    await pause(OUTAGE_MS)
  }
  fake.faults.clear()
  return struck.reduce((sum, { count }) => sum + count, 0)
}

export async function killProcesses(fleet: Fleet, { random, endsAt }: Span): Promise<void> {
  const [least, most] = KILL_EVERY_MS
  for (;;) {
    const pause = least + random() * (most - least)
    if (Date.now() + pause >= endsAt) return
    await wait(pause)
    await fleet.killOne(random)
  }
}

/** Evenly over the time. Resolves with how often. */
export async function restartDatabase(restart: () => Promise<void>, times: number, { startedAt, endsAt }: Span): Promise<number> {
  for (let time = 1; time <= times; time++) {
    await wait(Math.max(0, startedAt + ((endsAt - startedAt) * time) / (times + 1) - Date.now()))
    await restart()
  }
  return times
}
