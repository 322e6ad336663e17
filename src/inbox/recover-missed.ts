import type { HookDeliveries } from '../github/github.ts'
import type { DeliveryStore } from '../store/store.ts'
import type { Log } from '../work.ts'

export type Recovery = {
  hooks: HookDeliveries
  deliveries: Pick<DeliveryStore, 'byGuid'>
  now: () => Date
  log: Log
}

/** GitHub keeps them about that long. */
const KEPT_MS = 3 * 24 * 3_600_000
/** What was refused this often will be refused again. */
const MOST_ATTEMPTS = 5
/** Each is one request to GitHub; the rest waits for the next sweep. */
const MOST_AT_ONCE = 200

/**
 * GitHub never sends a failed webhook again by itself: asks it to, for those that nobody took in while this process was
 * down. Returns how many were asked for. Several processes doing so at once do no harm, since a GUID is stored once.
 */
export async function recoverMissed({ hooks, deliveries, now, log }: Recovery): Promise<number> {
  const failed = await hooks.failedSince(new Date(now().getTime() - KEPT_MS))
  const attempts = new Map<string, typeof failed>()
  for (const one of failed) attempts.set(one.guid, [...(attempts.get(one.guid) ?? []), one])
  let asked = 0
  // Oldest first, as they happened.
  for (const tries of [...attempts.values()].reverse()) {
    const [latest] = tries
    if (!latest || tries.length >= MOST_ATTEMPTS || (await deliveries.byGuid(latest.guid))) continue
    if (asked === MOST_AT_ONCE) {
      log.warn({ asked }, 'more webhooks were missed than are asked for at once; the rest follows with the next sweep')
      break
    }
    await hooks.redeliver(latest.id)
    asked++
    log.info(
      { delivery: latest.guid, event: latest.event, deliveredAt: latest.deliveredAt },
      'Missed webhook: GitHub was asked to send it again',
    )
  }
  return asked
}

const FIRST_SWEEP_MS = 10_000
const SWEEP_EVERY_MS = 3_600_000

/** Sweeps soon after the start and then every hour, until stopped. */
export function startRecovery(recovery: Recovery, firstMs = FIRST_SWEEP_MS, everyMs = SWEEP_EVERY_MS): { stop(): void } {
  let timer = setTimeout(sweep, firstMs)
  timer.unref()
  let isStopped = false
  function sweep(): void {
    recoverMissed(recovery)
      .catch((error: unknown) => recovery.log.warn({ err: error }, 'Missed webhooks could not be looked for; the next sweep tries again'))
      .finally(() => {
        if (isStopped) return
        timer = setTimeout(sweep, everyMs)
        timer.unref()
      })
  }
  return {
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
