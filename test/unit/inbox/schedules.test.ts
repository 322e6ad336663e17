import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { startSchedules, type Task } from '../../../src/inbox/schedules.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { silentLog } from '../../support/silent-log.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function opened(): Promise<Store> {
  const store = await openStore(':memory:')
  stops.push(() => store.close())
  return store
}

function start(store: Store, holder: string, tasks: Task[], change: { now?: () => Date } = {}): void {
  const options = { tasks, schedules: store.schedules, holder, now: () => new Date(), log: silentLog, firstMs: 1, lookMs: 5, ...change }
  const running = startSchedules(options)
  stops.unshift(() => running.stop())
}

it('runs a task in one of several processes, and hands its mark on', async () => {
  const store = await opened()
  const seen: (string | null)[] = []
  const task: Task = { name: 'sweep', everyMs: 40, run: async (mark) => (seen.push(mark), `${seen.length}`) }
  for (const holder of ['a', 'b', 'c']) start(store, holder, [task])
  await delay(130)
  expect(seen.slice(0, 2)).toEqual([null, '1'])
  expect(seen.length).toBeLessThanOrEqual(4)
})

it('does at its start what was last done hours ago, not what another did just now', async () => {
  const store = await opened()
  const ran: string[] = []
  const clock = { at: new Date('2026-03-14T09:00:00Z') }
  const task = (by: string): Task => ({ name: 'sweep', everyMs: 3_600_000, run: async () => void ran.push(by) })
  start(store, 'first', [task('first')], { now: () => clock.at })
  await delay(20)
  clock.at = new Date('2026-03-14T09:00:30Z')
  start(store, 'second', [task('second')], { now: () => clock.at })
  await delay(20)
  expect(ran).toEqual(['first'])
  clock.at = new Date('2026-03-14T09:20:00Z')
  start(store, 'third', [task('third')], { now: () => clock.at })
  await delay(20)
  expect(ran).toEqual(['first', 'third'])
})

it('goes on with the next task, and with the next turn, after one that failed', async () => {
  const store = await opened()
  let tries = 0
  let others = 0
  const fails: Task = { name: 'fails', everyMs: 10, run: () => Promise.reject(new Error(`try ${++tries}`)) }
  start(store, 'a', [fails, { name: 'other', everyMs: 10, run: async () => void others++ }])
  await delay(80)
  expect(tries).toBeGreaterThan(1)
  expect(others).toBeGreaterThan(1)
  expect((await store.schedules.mark('fails'))?.mark).toBeNull()
})
