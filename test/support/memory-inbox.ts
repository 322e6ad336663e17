import { urgencyOf } from '../../src/domain/delivery-urgency.ts'
import type { Delivery, IncomingDelivery, Turn } from '../../src/domain/delivery.ts'
import type { DeliveryStore, TokenStore } from '../../src/store/store.ts'

export type MemoryInbox = DeliveryStore & {
  /** Everything stored, in order. */
  all(): Delivery[]
  /** The next calls of these methods fail with this error. */
  failNext(method: keyof DeliveryStore, error: Error): void
  batches: number[]
  /** As if another process had taken an expired lease. */
  takeOver(lane: string, holder: string): void
}

/** What the store's contract says about deliveries, for tests of what stands on it. */
export function memoryInbox(): MemoryInbox {
  const rows: (Delivery & { isSorted: boolean })[] = []
  const leases = new Map<string, { holder: string; until: number }>()
  const failures = new Map<string, Error>()
  const batches: number[] = []

  function step(method: string): void {
    const error = failures.get(method)
    failures.delete(method)
    if (error) throw error
  }
  const row = (id: number) => {
    const found = rows.find((one) => one.id === id)
    if (!found) throw new Error(`no delivery ${id}`)
    return found
  }
  const isOpen = (one: Delivery) => one.state === 'queued' || one.state === 'retry'
  const isDue = (one: Delivery, now: Date) => isOpen(one) && (one.nextAttemptAt === null || one.nextAttemptAt <= now)
  const isOf = (turn: Turn, one: Delivery) => one.urgency >= 3 === (turn === 'later')
  const oldestOf = (lane: string, turn: Turn) => rows.find((one) => one.isSorted && one.lane === lane && isOpen(one) && isOf(turn, one))
  const oldestUnsorted = () => rows.find((one) => !one.isSorted)?.id ?? Infinity

  return {
    batches,
    takeOver: (lane, holder) => void leases.set(lane, { holder, until: Infinity }),
    all: () => rows,
    failNext: (method, error) => void failures.set(method, error),
    add: async (deliveries: IncomingDelivery[]) => {
      step('add')
      batches.push(deliveries.length)
      for (const one of deliveries) {
        const known = rows.find((other) => other.guid === one.guid)
        if (known?.state === 'dead') Object.assign(known, { state: 'queued', reason: null, nextAttemptAt: null, attempts: 0 })
        if (known) continue
        rows.push({
          ...one,
          id: rows.length + 1,
          lane: '',
          urgency: urgencyOf(one.event),
          state: 'queued',
          attempts: 0,
          reason: null,
          nextAttemptAt: null,
          isOutage: false,
          doneAt: null,
          isSorted: false,
        })
      }
    },
    unsorted: async (limit) => {
      step('unsorted')
      return rows.filter((one) => !one.isSorted).slice(0, limit)
    },
    sort: async (lanes) => {
      step('sort')
      for (const { id, lane, installationId } of lanes) Object.assign(row(id), { lane, installationId, isSorted: true })
    },
    claimLanes: async (holder, limit, leaseMs, now, turn = 'live') => {
      step('claimLanes')
      const lanes = new Set<string>()
      for (const one of rows) {
        const lease = leases.get(one.lane)
        const isFree = !lease || lease.until <= now.getTime()
        if (
          lanes.size < limit &&
          one.isSorted &&
          isFree &&
          oldestOf(one.lane, turn) === one &&
          isDue(one, now) &&
          one.id < oldestUnsorted()
        )
          lanes.add(one.lane)
      }
      for (const lane of lanes) leases.set(lane, { holder, until: now.getTime() + leaseMs })
      return [...lanes]
    },
    due: async (lane, limit, now, turn = 'live') => {
      step('due')
      const oldest = oldestOf(lane, turn)
      if (!oldest || !isDue(oldest, now)) return []
      return rows.filter((one) => one.isSorted && one.lane === lane && isDue(one, now) && isOf(turn, one)).slice(0, limit)
    },
    heartbeat: async (holder, lanes, leaseMs, now) => {
      step('heartbeat')
      const held = lanes.filter((lane) => leases.get(lane)?.holder === holder)
      for (const lane of held) leases.set(lane, { holder, until: now.getTime() + leaseMs })
      return held
    },
    release: async (holder, lanes) => {
      step('release')
      for (const lane of lanes) if (leases.get(lane)?.holder === holder) leases.delete(lane)
    },
    markDone: async (id, at) => {
      step('markDone')
      Object.assign(row(id), { state: 'done', doneAt: at, reason: null })
    },
    markRetry: async (id, reason, nextAttemptAt, { aside = false, isOutage = false } = {}) => {
      step('markRetry')
      Object.assign(row(id), { state: 'retry', reason, nextAttemptAt, isOutage, attempts: row(id).attempts + 1 })
      if (aside) row(id).urgency = 3
    },
    bringForward: async (triedBelow, now) => {
      step('bringForward')
      const brought = rows.filter(
        (one) =>
          one.state === 'retry' && one.isOutage && one.attempts < triedBelow && one.nextAttemptAt !== null && one.nextAttemptAt > now,
      )
      for (const one of brought) one.nextAttemptAt = now
      return brought.length
    },
    again: async (id) => {
      step('again')
      if (row(id).state === 'done') Object.assign(row(id), { state: 'queued', doneAt: null })
    },
    markDead: async (id, reason, at) => {
      step('markDead')
      Object.assign(row(id), { state: 'dead', reason, doneAt: at, attempts: row(id).attempts + 1 })
    },
    counts: async () => {
      step('counts')
      const count = (state: string) => rows.filter((one) => one.isSorted && one.state === state).length
      return {
        unsorted: rows.filter((one) => !one.isSorted).length,
        queued: count('queued'),
        retry: count('retry'),
        done: count('done'),
        dead: count('dead'),
        oldestQueuedAt: rows.find(isOpen)?.receivedAt ?? null,
      }
    },
    byGuid: async (guid) => rows.find((one) => one.guid === guid) ?? null,
  }
}

export function memoryTokens(): TokenStore {
  const tokens: {
    id: number
    hash: string
    installationId: number
    scope: 'read' | 'write'
    label: string
    createdAt: Date
    revokedAt: Date | null
  }[] = []
  return {
    create: async (token) => tokens.push({ ...token, id: tokens.length + 1, revokedAt: null }),
    byHash: async (hash) => tokens.find((token) => token.hash === hash) ?? null,
    list: async () => tokens,
    revoke: async (id, at) => {
      const token = tokens.find((one) => one.id === id && one.revokedAt === null)
      if (token) token.revokedAt = at
      return token !== undefined
    },
    any: async () => tokens.some((token) => token.revokedAt === null),
  }
}
