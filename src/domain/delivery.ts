/** A webhook (or API call) as received, before anything but its signature was looked at. */
export type IncomingDelivery = {
  /** `X-GitHub-Delivery`, or an idempotency key of the API. It only deduplicates: the signature does not cover it. */
  guid: string
  /** `X-GitHub-Event`, or `api.deployment`, `api.change`, `api.incident`. */
  event: string
  body: Uint8Array
  receivedAt: Date
  /** Known at once for the API (its token names it); null for webhooks until they are sorted. */
  installationId: number | null
}

export type DeliveryState = 'queued' | 'retry' | 'done' | 'dead'

export type Delivery = IncomingDelivery & {
  id: number
  lane: string
  state: DeliveryState
  attempts: number
  reason: string | null
  nextAttemptAt: Date | null
  doneAt: Date | null
}

export type DeliveryCounts = { unsorted: number; queued: number; retry: number; done: number; dead: number; oldestQueuedAt: Date | null }
