// The inbox as an operator sees it: looked through, given another try, and cleaned up in small steps.
import { and, desc, eq, getTableColumns, inArray, lt, sql, type SQL } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { DeliveryCutoffs, DeliveryLog } from './operations.ts'

export function createDeliveryLog(database: Database): DeliveryLog {
  const { queries } = database
  const { deliveries } = database.tables
  const { body: _body, ...listed } = getTableColumns(deliveries)
  const isNote = sql`${deliveries.event} like 'causeway.%'`

  async function requeue(ids: number[] | null, now: Date): Promise<number> {
    const wanted =
      ids === null ? eq(deliveries.state, 'dead') : and(inArray(deliveries.state, ['dead', 'retry']), database.oneOf(deliveries.id, ids))
    const changed = await queries
      .update(deliveries)
      .set({ state: 'queued', attempts: 0, reason: null, nextAttemptAt: null, doneAt: null, receivedAt: now })
      .where(wanted)
      .returning({ id: deliveries.id })
    return changed.length
  }

  /** `received_at` leads the index; nothing is done before it came. */
  async function remove(state: 'done' | 'dead', before: Date, limit: number, only?: SQL): Promise<number> {
    const old = queries
      .select({ id: deliveries.id })
      .from(deliveries)
      .where(and(eq(deliveries.state, state), lt(deliveries.receivedAt, before), lt(deliveries.doneAt, before), only))
      .limit(limit)
    const gone = await queries
      .delete(deliveries)
      .where(sql`${deliveries.id} in ${old}`)
      .returning({ id: deliveries.id })
    return gone.length
  }

  async function prune(cutoffs: DeliveryCutoffs, limit: number): Promise<number> {
    const full = queries
      .select({ id: deliveries.id })
      .from(deliveries)
      .where(
        and(
          eq(deliveries.state, 'done'),
          lt(deliveries.receivedAt, cutoffs.bodiesBefore),
          lt(deliveries.doneAt, cutoffs.bodiesBefore),
          sql`length(${deliveries.body}) > 0`,
        ),
      )
      .limit(limit)
    const removed =
      (await remove('done', cutoffs.notesBefore, limit, isNote)) +
      (await remove('done', cutoffs.doneBefore, limit)) +
      (await remove('dead', cutoffs.deadBefore, limit))
    const emptied = await queries
      .update(deliveries)
      .set({ body: new Uint8Array() })
      .where(sql`${deliveries.id} in ${full}`)
      .returning({ id: deliveries.id })
    return removed + emptied.length
  }

  return {
    list: ({ states, event, installationId, before, limit }) =>
      queries
        .select(listed)
        .from(deliveries)
        .where(
          and(
            inArray(deliveries.state, states),
            event === undefined ? undefined : eq(deliveries.event, event),
            installationId === undefined ? undefined : eq(deliveries.installationId, installationId),
            before === undefined ? undefined : lt(deliveries.id, before),
          ),
        )
        .orderBy(desc(deliveries.id))
        .limit(limit)
        .then((rows) => rows.map((row) => ({ ...row, lane: row.lane ?? '' }))),
    byId: async (id) => {
      const [row] = await queries.select().from(deliveries).where(eq(deliveries.id, id))
      return row ? { ...row, lane: row.lane ?? '' } : null
    },
    requeue,
    known: async (guids) => {
      if (guids.length === 0) return new Set()
      const rows = await queries.select({ guid: deliveries.guid }).from(deliveries).where(database.oneOf(deliveries.guid, guids))
      return new Set(rows.map((row) => row.guid))
    },
    countsByEvent: () =>
      queries
        .select({ event: deliveries.event, state: deliveries.state, count: sql<number>`count(*)`.mapWith(Number) })
        .from(deliveries)
        .groupBy(deliveries.event, deliveries.state),
    prune,
  }
}
