// GitHub never sends a webhook again by itself: this asks it to, for all that nobody took in. Enters: how far back everything
// is known to have come in. Leaves: the point up to which that holds now.
import { setTimeout as pause } from 'node:timers/promises'
import { RateLimited, type HookAttempt, type HookDeliveries } from '../github/github.ts'
import type { Store } from '../store/store.ts'
import type { Log } from '../work.ts'

export type Recovery = {
  hooks: HookDeliveries
  deliveryLog: Pick<Store['deliveryLog'], 'known'>
  /** Reads from elsewhere what happened since then: GitHub no longer lists the webhooks of all of it. */
  closeGap: (since: Date) => Promise<void>
  /** GitHub counts five points for asking, of 900 a minute: 180. */
  perMinute: number
  now: () => Date
  log: Log
}

const MINUTE = 60_000
/** GitHub keeps them about that long. */
const KEPT_MS = 3 * 24 * 60 * MINUTE
/** What was listed late by GitHub itself is looked at twice. */
const OVERLAP_MS = 10 * MINUTE
/** What was refused this often will be refused again. */
const MOST_ATTEMPTS = 5
/** So many may go at once, before they are spread over the minute: with the usual 150 the first minute sees no more than 180. */
const BURST = 30
const LOOKED_UP_AT_ONCE = 500

/** `mark` is what the last call returned; null at the first. Rejects, so that the mark stays, when GitHub can't be asked. */
export async function recoverMissed(recovery: Recovery, mark: string | null): Promise<string> {
  const { hooks, now, log } = recovery
  const startedAt = now()
  const last = mark === null ? null : new Date(mark)
  const oldest = startedAt.getTime() - KEPT_MS
  if (last && last.getTime() < oldest) {
    log.warn(
      { since: last },
      'Nothing was listening for longer than GitHub keeps webhooks: what happened meanwhile is read from the repositories',
    )
    await recovery.closeGap(new Date(last.getTime() - OVERLAP_MS))
  }
  const since = new Date(Math.max(oldest, (last?.getTime() ?? 0) - OVERLAP_MS))
  const missed = await unknownOnes(recovery, await hooks.attemptsSince(since))
  let asked = 0
  for (const attempt of missed) {
    if (asked >= BURST) await pause(MINUTE / recovery.perMinute)
    await ask(recovery, attempt)
    asked++
  }
  if (asked > 0) log.info({ asked, since }, 'Missed webhooks: GitHub was asked to send them again')
  return startedAt.toISOString()
}

/** The latest attempt of each that never came in, oldest first; whether GitHub thinks it did is not asked. */
async function unknownOnes({ deliveryLog }: Recovery, attempts: HookAttempt[]): Promise<HookAttempt[]> {
  const byGuid = Map.groupBy(attempts, (attempt) => attempt.guid)
  const guids = [...byGuid.keys()]
  const known = new Set<string>()
  for (let start = 0; start < guids.length; start += LOOKED_UP_AT_ONCE) {
    for (const guid of await deliveryLog.known(guids.slice(start, start + LOOKED_UP_AT_ONCE))) known.add(guid)
  }
  return [...byGuid.values()].reverse().flatMap((tries) => {
    const [latest] = tries
    const isWanted = latest && latest.event !== 'ping' && !known.has(latest.guid) && tries.length < MOST_ATTEMPTS
    return isWanted ? [latest] : []
  })
}

async function ask({ hooks, now, log }: Recovery, { id, guid, event, deliveredAt }: HookAttempt): Promise<void> {
  for (;;) {
    try {
      await hooks.redeliver(id)
      return log.debug({ delivery: guid, event, deliveredAt }, 'Missed webhook: GitHub was asked to send it again')
    } catch (error) {
      if (!(error instanceof RateLimited)) throw error
      log.info({ until: error.retryAt }, 'GitHub asks to wait before more missed webhooks are asked for')
      await pause(Math.max(0, error.retryAt.getTime() - now().getTime()))
    }
  }
}
