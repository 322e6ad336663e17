import type { BackfillNote } from '../domain/backfill.ts'
import type { ApiChange, ApiDeployment, ApiIncident } from '../domain/api.ts'
import type { FollowUp, Work } from '../work.ts'
import { decodeCall } from './api-calls.ts'
import { BACKFILL_EVENT, decodeBackfill } from './backfill-call.ts'
import { decodeFollowUp, FOLLOW_UP_EVENT } from './follow-up-call.ts'
import { PermanentFailure, Postponed } from './next-attempt.ts'
import { decodeRefresh, REFRESH_EVENT, type Refresh } from './refresh-call.ts'
import type { Handler } from './worker.ts'

export type DeliveryTargets = {
  /** Hands a webhook to the Probot app. Must reject when a handler does. */
  receive(event: { id: string; name: string; payload: object }): Promise<void>
  /** Null while the installation is suspended, or when it is gone. */
  work(installationId: number): Promise<Work | null>
  recordDeployment(work: Work, call: ApiDeployment): Promise<void>
  recordChange(work: Work, call: ApiChange): Promise<void>
  openIncident(work: Work, call: ApiIncident): Promise<void>
  refresh(work: Work, refresh: Refresh): Promise<void>
  followUp(work: Work, what: FollowUp): Promise<void>
  /** One step of reading the past; `failures` is how often it failed before. */
  backfill(work: Work, note: BackfillNote, failures: number): Promise<void>
  /** Until when what can wait should; null when it need not. */
  restUntil?(installationId: number): Date | null
}

const OURS = new Set([REFRESH_EVENT, FOLLOW_UP_EVENT, BACKFILL_EVENT])

/** Tells webhooks and API calls apart and gives each to what understands it. Rejects when that failed. */
export function handleDelivery(targets: DeliveryTargets): Handler {
  return async (delivery) => {
    const isOurs = OURS.has(delivery.event)
    if (!isOurs && !delivery.event.startsWith('api.'))
      return targets.receive({ id: delivery.guid, name: delivery.event, payload: readPayload(delivery.body) })
    if (delivery.installationId === null) throw new PermanentFailure('an API call without an installation')
    const work = await targets.work(delivery.installationId)
    if (isOurs && !work) return
    if (work && delivery.event === REFRESH_EVENT) return targets.refresh(work, decodeRefresh(delivery.body))
    if (work && delivery.event === BACKFILL_EVENT) {
      const until = targets.restUntil?.(delivery.installationId)
      if (until) throw new Postponed("the rest of this hour's requests is kept for incidents", until)
      return targets.backfill(work, decodeBackfill(delivery.body), delivery.attempts)
    }
    if (work && delivery.event === FOLLOW_UP_EVENT) return targets.followUp(work, decodeFollowUp(delivery.body))
    if (!work) throw new PermanentFailure('the App is suspended or no longer installed there: put that right, then send the call again')
    const call = decodeCall(delivery)
    switch (call.event) {
      case 'api.deployment':
        return targets.recordDeployment(work, call.payload)
      case 'api.change':
        return targets.recordChange(work, call.payload)
      case 'api.incident':
        return targets.openIncident(work, call.payload)
    }
  }
}

function readPayload(body: Uint8Array): object {
  let payload: unknown
  try {
    payload = JSON.parse(new TextDecoder().decode(body))
  } catch {
    throw new PermanentFailure('not JSON')
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw new PermanentFailure('not a JSON object')
  return payload
}
