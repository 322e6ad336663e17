// What is done every hour (or minute), by one of all processes.
import { closeGap } from './backfill/close-gap.ts'
import { resumeBackfills } from './backfill/resume-backfills.ts'
import type { BackfillNote } from './domain/backfill.ts'
import type { HookDeliveries } from './github/github.ts'
import { backfillDelivery } from './inbox/backfill-call.ts'
import { cleanUp } from './inbox/clean-up.ts'
import { lookAgain } from './inbox/look-again.ts'
import { remindOverdue } from './inbox/remind-overdue.ts'
import { recoverMissed } from './inbox/recover-missed.ts'
import type { Task } from './inbox/schedules.ts'
import type { Settings } from './settings/environment.ts'
import type { Store } from './store/store.ts'
import type { Log } from './work.ts'

const HOUR_MS = 3_600_000
/** A job may be waiting for it. */
const LOOK_AGAIN_MS = 60_000

type Parts = {
  store: Store
  /** Absent where GitHub can't be asked. */
  hooks?: HookDeliveries
  settings: Pick<Settings, 'retention' | 'redeliveriesPerMinute' | 'backfill'>
  now: () => Date
  log: Log
}

export function scheduledTasks({ store, hooks, settings, now, log }: Parts): Task[] {
  // A note that was lost, or dropped while the installation was suspended, is asked for under another name.
  const enqueue = (installationId: number, note: BackfillNote) =>
    store.deliveries.add([backfillDelivery(installationId, note, now(), `:${now().toISOString()}`)])
  const fillGap = async (since: Date) => {
    if (settings.backfill)
      log.info({ since, repositories: await closeGap(store, { since, now: now(), enqueue }) }, 'Reading what was missed')
    else log.warn({ since }, 'CAUSEWAY_BACKFILL_DAYS is 0: what was missed is not read')
  }
  const recovery = hooks && {
    hooks,
    deliveryLog: store.deliveryLog,
    closeGap: fillGap,
    perMinute: settings.redeliveriesPerMinute,
    now,
    log,
  }
  return [
    {
      name: 'look-again',
      everyMs: LOOK_AGAIN_MS,
      run: () => lookAgain({ store, add: (delivery) => store.deliveries.add([delivery]), now }),
    },
    {
      name: 'overdue-follow-ups',
      everyMs: HOUR_MS,
      run: () => remindOverdue({ store, add: (delivery) => store.deliveries.add([delivery]), now }),
    },
    ...(recovery ? [{ name: 'missed-deliveries', everyMs: HOUR_MS, run: (mark: string | null) => recoverMissed(recovery, mark) }] : []),
    { name: 'backfills', everyMs: HOUR_MS, run: async () => void (await resumeBackfills(store, { now: now(), enqueue })) },
    { name: 'clean-up', everyMs: HOUR_MS, run: () => cleanUp({ store, retention: settings.retention, now, log }) },
  ]
}
