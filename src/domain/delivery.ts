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

/**
 * How soon a delivery's lane gets its turn: 0 what an answer to an incident hangs on, 1 what is recorded, 2 checks of pull
 * requests. From 3 on it waits for no other and holds none up: the past, and what keeps failing.
 */
export type Urgency = 0 | 1 | 2 | 3

/** Live deliveries of a lane run in order; later ones run between them, as long as no live one is due. */
export type Turn = 'live' | 'later'

export type Delivery = IncomingDelivery & {
  id: number
  lane: string
  urgency: Urgency
  state: DeliveryState
  attempts: number
  reason: string | null
  nextAttemptAt: Date | null
  /** Whether the last try failed for an outage, of GitHub or the database. */
  isOutage: boolean
  doneAt: Date | null
}

export type DeliveryCounts = { unsorted: number; queued: number; retry: number; done: number; dead: number; oldestQueuedAt: Date | null }
