import type { ApiChange, ApiDeployment, ApiIncident } from '../domain/api.ts'
import type { Work } from '../work.ts'
import { decodeCall } from './api-calls.ts'
import { PermanentFailure } from './next-attempt.ts'
import type { Handler } from './worker.ts'

export type DeliveryTargets = {
  /** Hands a webhook to the Probot app. Must reject when a handler does. */
  receive(event: { id: string; name: string; payload: object }): Promise<void>
  work(installationId: number): Promise<Work>
  recordDeployment(work: Work, call: ApiDeployment): Promise<void>
  recordChange(work: Work, call: ApiChange): Promise<void>
  openIncident(work: Work, call: ApiIncident): Promise<void>
}

/** Tells webhooks and API calls apart and gives each to what understands it. Rejects when that failed. */
export function handleDelivery(targets: DeliveryTargets): Handler {
  return async (delivery) => {
    if (!delivery.event.startsWith('api.'))
      return targets.receive({ id: delivery.guid, name: delivery.event, payload: readPayload(delivery.body) })
    if (delivery.installationId === null) throw new PermanentFailure('an API call without an installation')
    const call = decodeCall(delivery)
    const work = await targets.work(delivery.installationId)
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
