// Earlier changes, newest thousands at a time: rows for the latest, and spans of some hundreds packed into one row each
// for those before. Reading six thousand rows took an answer longer than all else together.
import { and, asc, desc, eq, gt, isNull, lt, lte, sql } from 'drizzle-orm'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'
import type { ChangeStore } from './store.ts'

type InRepository = { repositoryId: Given<number> }

const EVER = new Date(-8_640_000_000_000)

const latest = declareRead((parts, of: InRepository & { after: Given<Date>; before: Given<Date>; limit: Given<number> }) => {
  const { changes } = parts.tables
  const { id, mergedAt, mergeSha, title, gist } = changes
  return parts.q
    .select({ id, mergedAt, mergeSha, title, gist })
    .from(changes)
    .where(
      and(
        parts.mine(changes),
        eq(changes.repositoryId, of.repositoryId),
        gt(mergedAt, of.after),
        lt(mergedAt, of.before),
        isNull(changes.sameAsChangeId),
      ),
    )
    .orderBy(desc(mergedAt), desc(id))
    .limit(of.limit)
})

const keptSpans = declareRead((parts, of: InRepository & { before: Given<Date>; limit: Given<number> }) => {
  const { earlierSpans } = parts.tables
  const { afterAt, lastAt, packed } = earlierSpans
  return parts.q
    .select({ afterAt, lastAt, packed })
    .from(earlierSpans)
    .where(and(parts.mine(earlierSpans), eq(earlierSpans.repositoryId, of.repositoryId), lt(lastAt, of.before)))
    .orderBy(desc(lastAt))
    .limit(of.limit)
})

export type EarlierStore = Pick<ChangeStore, 'earlier' | 'spans' | 'keepSpan' | 'dropSpans'>

export function createEarlierStore(database: Database, installationId: number): EarlierStore {
  const { changes, earlierSpans } = database.tables
  const read = tenantReader(database, installationId)

  return {
    earlier: async (repositoryId, { after, before }, limit) =>
      [...(await read(latest, { repositoryId, after: after ?? EVER, before, limit }))].reverse(),
    spans: async (repositoryId, before, limit) => [...(await read(keptSpans, { repositoryId, before, limit }))].reverse(),
    keepSpan: (repositoryId, { afterAt, lastAt }, pack) =>
      database.atomically(function* (q) {
        yield* lockChanges(database, q, repositoryId)
        const ofRepository = and(eq(earlierSpans.installationId, installationId), eq(earlierSpans.repositoryId, repositoryId))
        const [known] = yield* ask(
          q
            .select({
              from: sql`min(${earlierSpans.afterAt})`.mapWith(earlierSpans.afterAt),
              to: sql`max(${earlierSpans.lastAt})`.mapWith(earlierSpans.lastAt),
            })
            .from(earlierSpans)
            .where(ofRepository),
        )
        // Spans lie one after the other without a gap: what landed in between is in one of them.
        const isNext = !known?.to || known.to.getTime() === afterAt.getTime() || known.from.getTime() === lastAt.getTime()
        if (!isNext) return
        const { mergedAt, mergeSha, title, gist } = changes
        const rows = yield* ask(
          q
            .select({ mergeSha, title, gist })
            .from(changes)
            .where(
              and(
                eq(changes.installationId, installationId),
                eq(changes.repositoryId, repositoryId),
                gt(mergedAt, afterAt),
                lte(mergedAt, lastAt),
                isNull(changes.sameAsChangeId),
              ),
            )
            .orderBy(asc(mergedAt), asc(changes.id)),
        )
        const packed = rows.length === 0 ? null : pack(rows)
        if (packed !== null) yield* ask(q.insert(earlierSpans).values({ installationId, repositoryId, afterAt, lastAt, packed }))
      }),
    dropSpans: async (repositoryId) => {
      await database.queries
        .delete(earlierSpans)
        .where(and(eq(earlierSpans.installationId, installationId), eq(earlierSpans.repositoryId, repositoryId)))
    },
  }
}

/** Whoever writes changes of a repository, or packs them, waits for the others. */
export function lockChanges(database: Database, q: Queries, repositoryId: number): UnitOfWork<void> {
  return database.lock(q, `changes ${repositoryId}`)
}

/**
 * Of changes that were written: the spans that hold them go, and those before, which would be left with a gap. Without any
 * effect on what landed after the last span, as nearly all that is written did.
 */
export function* outdateSpans(
  database: Database,
  q: Queries,
  of: { installationId: number; repositoryId: number },
  ...mergedAt: Date[]
): UnitOfWork<void> {
  const { earlierSpans } = database.tables
  const ofRepository = and(eq(earlierSpans.installationId, of.installationId), eq(earlierSpans.repositoryId, of.repositoryId))
  for (const at of new Map(mergedAt.map((each) => [each.getTime(), each])).values()) {
    const last = q
      .select({ at: sql`max(${earlierSpans.lastAt})` })
      .from(earlierSpans)
      .where(ofRepository)
    yield* ask(q.delete(earlierSpans).where(and(ofRepository, lt(earlierSpans.afterAt, at), sql`${database.momentOf(at)} <= (${last})`)))
  }
}
