// What is done now and then by one process for all of them. The store decides whose turn it is.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { ScheduleStore } from '../store/operations.ts'
import type { Log } from '../work.ts'

export type Task = {
  name: string
  everyMs: number
  /** `mark` is what the last turn returned. A turn that throws leaves it as it was. */
  run(mark: string | null): Promise<string | void>
}

export type ScheduleOptions = {
  tasks: Task[]
  schedules: ScheduleStore
  holder: string
  now: () => Date
  log: Log
  /** From the start to the first look. */
  firstMs?: number
  lookMs?: number
}

const FIRST_LOOK_MS = 10_000
const LOOK_EVERY_MS = 60_000
/** A process that died in the middle is followed by another after that long. */
const LEASE_MS = 5 * 60_000
/** After a start everything is done once, unless another process has just done it. */
const JUST_DONE_MS = 60_000

/** Names this process among all others, and the ones before it, in leases. */
export const processName = (): string => `${hostname()}:${process.pid}:${randomUUID()}`

export function startSchedules(options: ScheduleOptions): { stop(): Promise<void> } {
  const { schedules, holder, now, log } = options
  const lookMs = options.lookMs ?? LOOK_EVERY_MS
  let isStopped = false
  let isFirst = true
  let looking: Promise<void> = Promise.resolve()
  let timer = setTimeout(look, options.firstMs ?? FIRST_LOOK_MS)
  timer.unref()

  function look(): void {
    looking = lookOnce().finally(() => {
      isFirst = false
      if (isStopped) return
      timer = setTimeout(look, lookMs)
      timer.unref()
    })
  }

  async function lookOnce(): Promise<void> {
    for (const task of options.tasks) {
      if (isStopped) return
      await runOne(task).catch((error: unknown) =>
        log.warn({ task: task.name, err: error }, 'A scheduled task failed; its next turn tries again'),
      )
    }
  }

  async function runOne(task: Task): Promise<void> {
    const everyMs = isFirst ? Math.min(task.everyMs, JUST_DONE_MS) : task.everyMs
    const turn = await schedules.claim(task.name, holder, { now: now(), leaseMs: LEASE_MS, everyMs })
    if (!turn) return
    const heart = setInterval(() => {
      schedules.renew(task.name, holder, new Date(now().getTime() + LEASE_MS)).catch(() => undefined)
    }, LEASE_MS / 5)
    heart.unref()
    let mark: string | void = undefined
    try {
      mark = await task.run(turn.mark)
    } finally {
      clearInterval(heart)
      await schedules.finish(task.name, holder, now(), mark ?? undefined)
    }
  }

  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await Promise.race([looking, new Promise((resolve) => setTimeout(resolve, STOP_MS).unref())])
    },
  }
}

/** Whatever runs then can be broken off anywhere. */
const STOP_MS = 2000
