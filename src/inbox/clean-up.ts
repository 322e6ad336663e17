// Lets go of what need not be kept any longer, a little at a time, so that webhooks get in between.
import { setTimeout as pause } from 'node:timers/promises'
import type { Store } from '../store/store.ts'
import type { Log } from '../work.ts'

/** Days; 0 keeps for ever (of payloads: drops them as soon as they are done). */
type Retention = { payloadDays: number; deadDays: number; changeDays: number; incidentDays: number }

export type CleanUp = {
  store: Pick<Store, 'deliveryLog' | 'retention'>
  retention: Retention
  now: () => Date
  log: Log
  pauseMs?: number
}

const DAY_MS = 86_400_000
/** Notes to ourselves are many and say nothing once done. */
const NOTES_KEPT_MS = 3_600_000
/** GitHub can deliver again for three days: so long, and some more, a GUID must be known. */
const SHORTEST_MEMORY_DAYS = 7
const ROWS = 500
const CHANGES = 50
const PAUSE_MS = 20

/** Resumable: what a crash leaves is done the next time. */
export async function cleanUp(options: CleanUp): Promise<void> {
  const { store, retention, now, log, pauseMs = PAUSE_MS } = options
  const ago = (days: number) => new Date(now().getTime() - days * DAY_MS)
  const untilNone = async (step: () => Promise<number>): Promise<number> => {
    let total = 0
    for (let done = await step(); done > 0; done = await step()) {
      total += done
      await pause(pauseMs)
    }
    return total
  }

  const cutoffs = {
    bodiesBefore: ago(retention.payloadDays),
    doneBefore: ago(Math.max(retention.payloadDays, SHORTEST_MEMORY_DAYS)),
    deadBefore: ago(Math.max(retention.deadDays, 1)),
    notesBefore: new Date(now().getTime() - NOTES_KEPT_MS),
  }
  const counts = {
    deliveries: await untilNone(() => store.deliveryLog.prune(cutoffs, ROWS)),
    changes: retention.changeDays > 0 ? await untilNone(() => store.retention.pruneChanges(ago(retention.changeDays), CHANGES)) : 0,
    deployments: retention.changeDays > 0 ? await untilNone(() => store.retention.pruneDeployments(ago(retention.changeDays), ROWS)) : 0,
    reviews: retention.changeDays > 0 ? await untilNone(() => store.retention.pruneReviews(ago(retention.changeDays), ROWS)) : 0,
    incidents: retention.incidentDays > 0 ? await untilNone(() => store.retention.pruneIncidents(ago(retention.incidentDays), CHANGES)) : 0,
  }
  if (Object.values(counts).some((count) => count > 0)) log.info(counts, 'Cleaned up what is no longer kept')
  for (const installation of await store.retention.leftBehind()) {
    const rows = await untilNone(() => store.retention.purge(installation, ROWS))
    await store.retention.forgetName(installation)
    log.info({ installation, rows }, 'The App was removed there: its data is deleted')
  }
}
