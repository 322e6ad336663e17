// The inbox on disk: deliveries in the order they came, and the lanes (one a repository) that a worker holds.
import { and, asc, eq, getTableColumns, gt, isNull, lt, lte, sql, type SQL } from 'drizzle-orm'
import { urgencyOf } from '../domain/delivery-urgency.ts'
import type { Delivery, DeliveryCounts, IncomingDelivery, Turn } from '../domain/delivery.ts'
import { ask, type Database, type Queries } from './database.ts'
import type { DeliveryStore } from './store.ts'

export function createDeliveryStore(database: Database): DeliveryStore {
  const { queries } = database
  const { deliveries, leases, rateLimits } = database.tables
  // Written out, since a planner uses a partial index only when it sees the index's own words.
  const isOpen = sql`${deliveries.state} in ('queued', 'retry')`
  const firstUnsorted = sql`(select min(u.id) from ${deliveries} u where u.lane is null)`
  const beforeUnsorted = sql`${deliveries.id} < coalesce(${firstUnsorted}, 9007199254740991)`
  // Without statistics SQLite takes the index by state and reads every open row for its lane: 40 ms with 15,000 of them.
  const open = database.engine === 'sqlite' ? sql`${deliveries} indexed by deliveries_open` : sql`${deliveries}`
  const heads = queries
    .select({
      lane: sql<string | null>`${deliveries.lane}`.as('head_lane'),
      liveId: sql<number>`min(case when ${deliveries.urgency} < 3 then ${deliveries.id} end)`.mapWith(Number).as('live_id'),
      laterId: sql<number>`min(case when ${deliveries.urgency} >= 3 then ${deliveries.id} end)`.mapWith(Number).as('later_id'),
      urgency: sql<number>`min(${deliveries.urgency})`.mapWith(Number).as('head_urgency'),
    })
    .from(open)
    .where(and(isOpen, sql`${deliveries.lane} is not null`))
    .groupBy(deliveries.lane)
    .as('heads')
  const isDue = (now: Date): SQL => sql`(${deliveries.nextAttemptAt} is null or ${lte(deliveries.nextAttemptAt, now)})`

  async function add(incoming: IncomingDelivery[]): Promise<void> {
    // One statement may not touch the same row twice; the first of two is the one that came first.
    const unique = [...new Map(incoming.toReversed().map((delivery) => [delivery.guid, delivery])).values()].reverse()
    const rows = unique.map((delivery) => ({ ...delivery, urgency: urgencyOf(delivery.event), state: 'queued' as const, attempts: 0 }))
    await database.atomically((q) => database.insertEach(q, 'deliveries', rows, insertOrRevive))
  }

  /** What was given up is queued again; anything else with the same GUID is left alone. */
  function insertOrRevive(q: Queries, rows: (typeof deliveries.$inferInsert)[]) {
    return q
      .insert(deliveries)
      .values(rows)
      .onConflictDoUpdate({
        target: deliveries.guid,
        set: {
          state: 'queued',
          attempts: 0,
          reason: null,
          nextAttemptAt: null,
          doneAt: null,
          lane: null,
          event: sql`excluded.event`,
          urgency: sql`excluded.urgency`,
          body: sql`excluded.body`,
          receivedAt: sql`excluded.received_at`,
          installationId: sql`excluded.installation_id`,
        },
        setWhere: sql`${deliveries.state} = 'dead'`,
      })
  }

  async function claimLanes(holder: string, limit: number, leaseMs: number, now: Date, turn: Turn = 'live'): Promise<string[]> {
    const expiresAt = new Date(now.getTime() + leaseMs)
    const free = queries
      .select({
        lane: sql<string>`${heads.lane}`.as('lane'),
        holder: sql<string>`${sql.param(holder, leases.holder)}`.as('holder'),
        expiresAt: sql<Date>`${database.momentOf(expiresAt)}`.as('expires_at'),
      })
      .from(heads)
      .innerJoin(deliveries, eq(deliveries.id, turn === 'live' ? heads.liveId : heads.laterId))
      .leftJoin(leases, eq(leases.lane, heads.lane))
      .leftJoin(rateLimits, eq(rateLimits.installationId, deliveries.installationId))
      .where(
        and(
          isDue(now),
          beforeUnsorted,
          sql`(${leases.lane} is null or ${lte(leases.expiresAt, now)})`,
          sql`(${rateLimits.until} is null or ${lte(rateLimits.until, now)})`,
        ),
      )
      // A lane is as urgent as the most urgent of what waits in it, which can't overtake what is before it.
      .orderBy(heads.urgency, deliveries.id)
      .limit(limit)
    // Two claimers may both see a lane as free: the second waits for the first one's row, then its condition fails.
    const claimed = await database.atomically(function* (q) {
      return yield* ask(
        q
          .insert(leases)
          .select(free)
          .onConflictDoUpdate({
            target: leases.lane,
            set: { holder: sql`excluded.holder`, expiresAt: sql`excluded.expires_at` },
            setWhere: lte(leases.expiresAt, now),
          })
          .returning({ lane: leases.lane }),
      )
    })
    return claimed.map((row) => row.lane)
  }

  async function due(lane: string, limit: number, now: Date, turn: Turn = 'live'): Promise<Delivery[]> {
    const isOfTurn = turn === 'live' ? sql`${deliveries.urgency} < 3` : and(sql`${deliveries.urgency} >= 3`, isDue(now))
    const rows = await queries
      .select(getTableColumns(deliveries))
      .from(deliveries)
      .where(and(eq(deliveries.lane, lane), isOpen, beforeUnsorted, isOfTurn))
      .orderBy(asc(deliveries.id))
      .limit(limit)
    const waiting = rows.findIndex((row) => row.nextAttemptAt !== null && row.nextAttemptAt > now)
    return (waiting === -1 ? rows : rows.slice(0, waiting)).map(toDelivery)
  }

  async function counts(): Promise<DeliveryCounts> {
    const byState = await queries
      .select({
        state: deliveries.state,
        count: sql<number>`count(*)`.mapWith(Number),
        oldestAt: sql<Date>`min(${deliveries.receivedAt})`.mapWith(deliveries.receivedAt),
      })
      .from(deliveries)
      .groupBy(deliveries.state)
    const unsorted = await queries
      .select({ count: sql<number>`count(*)`.mapWith(Number) })
      .from(deliveries)
      .where(isNull(deliveries.lane))
    const of = (state: Delivery['state']) => byState.find((row) => row.state === state)
    const waitingSince = [of('queued')?.oldestAt, of('retry')?.oldestAt].filter((at) => at !== undefined)
    return {
      unsorted: unsorted[0]?.count ?? 0,
      queued: of('queued')?.count ?? 0,
      retry: of('retry')?.count ?? 0,
      done: of('done')?.count ?? 0,
      dead: of('dead')?.count ?? 0,
      oldestQueuedAt: waitingSince.length === 0 ? null : new Date(Math.min(...waitingSince.map(Number))),
    }
  }

  /** `attempts` counts the tries that ended, in whatever way. */
  async function finish(id: number, result: Partial<typeof deliveries.$inferInsert>): Promise<void> {
    await queries
      .update(deliveries)
      .set({ ...result, attempts: sql`${deliveries.attempts} + 1` })
      .where(and(eq(deliveries.id, id), isOpen))
  }

  return {
    add,
    unsorted: async (limit) =>
      queries
        .select({ id: deliveries.id, event: deliveries.event, body: deliveries.body })
        .from(deliveries)
        .where(isNull(deliveries.lane))
        .orderBy(asc(deliveries.id))
        .limit(limit),
    sort: (lanes) =>
      database.atomically(function* (q) {
        for (const { id, lane, installationId } of lanes) {
          yield* ask(
            q
              .update(deliveries)
              .set({ lane, installationId })
              .where(and(eq(deliveries.id, id), isNull(deliveries.lane))),
          )
        }
      }),
    claimLanes,
    due,
    heartbeat: async (holder, lanes, leaseMs, now) => {
      const held = await queries
        .update(leases)
        .set({ expiresAt: new Date(now.getTime() + leaseMs) })
        .where(and(database.oneOf(leases.lane, lanes), eq(leases.holder, holder)))
        .returning({ lane: leases.lane })
      return held.map((row) => row.lane)
    },
    release: async (holder, lanes) => {
      await queries.delete(leases).where(and(database.oneOf(leases.lane, lanes), eq(leases.holder, holder)))
    },
    markDone: (id, at) => finish(id, { state: 'done', reason: null, nextAttemptAt: null, doneAt: at }),
    markRetry: (id, reason, nextAttemptAt, { aside = false, isOutage = false } = {}) =>
      finish(id, { state: 'retry', reason, nextAttemptAt, isOutage, ...(aside ? { urgency: 3 } : {}) }),
    bringForward: async (triedBelow, now) => {
      const isWaiting = and(eq(deliveries.state, 'retry'), deliveries.isOutage, gt(deliveries.nextAttemptAt, now))
      const brought = await queries
        .update(deliveries)
        .set({ nextAttemptAt: now })
        .where(and(isWaiting, lt(deliveries.attempts, triedBelow)))
        .returning({ id: deliveries.id })
      return brought.length
    },
    again: async (id) => {
      const isDone = and(eq(deliveries.id, id), eq(deliveries.state, 'done'))
      await queries.update(deliveries).set({ state: 'queued', doneAt: null }).where(isDone)
    },
    markDead: (id, reason, at) => finish(id, { state: 'dead', reason, nextAttemptAt: null, doneAt: at }),
    counts,
    byGuid: async (guid) => {
      const rows = await queries.select().from(deliveries).where(eq(deliveries.guid, guid))
      return rows[0] ? toDelivery(rows[0]) : null
    },
  }
}

type DeliveryRow = Omit<Delivery, 'lane'> & { lane: string | null }

/** A delivery that is not sorted yet has the empty lane. */
function toDelivery(row: DeliveryRow): Delivery {
  return { ...row, lane: row.lane ?? '' }
}
