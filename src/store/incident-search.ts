// Finds earlier incidents by shared words: one posting a word and incident, the same on both engines, so that both find
// the same ones. It only picks candidates; the pure re-ranker orders them.
import { and, asc, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { hashText, hashTexts, packHashes, unpackHashes } from './hash.ts'
import type { IncidentStore } from './store.ts'

/** Weights are summed as whole numbers: sums of fractions differ with the order in which an engine adds them. */
const WEIGHT_SCALE = 1_000

type Indexed = { id: number; repositoryId: number; openedAt: Date; retractedAt: Date | null; terms: Uint8Array }

type IncidentSearch = Pick<IncidentStore, 'indexTerms' | 'search'> & {
  /** Makes the postings of an incident anew; a retracted one has none. */
  index(q: Queries, incident: Indexed): UnitOfWork<void>
}

export function createIncidentSearch(database: Database, installationId: number): IncidentSearch {
  const { queries, tables } = database
  const { incidents, incidentTerms } = tables
  const one = (id: number) => and(eq(incidents.installationId, installationId), eq(incidents.id, id))

  function* index(q: Queries, incident: Indexed): UnitOfWork<void> {
    const hashes = unpackHashes(incident.terms)
    yield* remove(q, incident, hashes)
    if (incident.retractedAt !== null || hashes.length === 0) return
    const rows = sql`select cast(${installationId} as bigint), cast(${incident.repositoryId} as bigint), value, ${database.momentOf(incident.openedAt)},
      cast(${incident.id} as bigint) from ${database.listed(hashes)} where true`
    yield* ask(q.insert(incidentTerms).select(rows).onConflictDoNothing())
  }

  function* remove(q: Queries, incident: Indexed, hashes: number[]): UnitOfWork<void> {
    if (hashes.length === 0) return
    yield* ask(
      q
        .delete(incidentTerms)
        .where(
          and(
            eq(incidentTerms.installationId, installationId),
            eq(incidentTerms.repositoryId, incident.repositoryId),
            database.oneOf(incidentTerms.termHash, hashes),
            eq(incidentTerms.incidentId, incident.id),
          ),
        ),
    )
  }

  const indexTerms: IncidentStore['indexTerms'] = (id, terms) =>
    database.atomically(function* (q) {
      yield* database.lock(q, `incident terms ${id}`)
      const indexed = {
        id: incidents.id,
        repositoryId: incidents.repositoryId,
        openedAt: incidents.openedAt,
        retractedAt: incidents.retractedAt,
        terms: incidents.terms,
      }
      const [known] = yield* ask(q.select(indexed).from(incidents).where(one(id)))
      if (!known) return
      yield* remove(q, known, unpackHashes(known.terms))
      const packed = packHashes(hashTexts(terms))
      yield* ask(q.update(incidents).set({ terms: packed }).where(one(id)))
      yield* index(q, { ...known, terms: packed })
    })

  const search: IncidentStore['search'] = async ({ repositoryIds, terms, before, rarest, limit }) => {
    const postings = and(
      eq(incidentTerms.installationId, installationId),
      database.oneOf(incidentTerms.repositoryId, repositoryIds),
      lt(incidentTerms.openedAt, before),
    )
    const [documents] = await queries
      .select({ count: sql<number>`count(*)`.mapWith(Number) })
      .from(incidents)
      .where(
        and(
          eq(incidents.installationId, installationId),
          database.oneOf(incidents.repositoryId, repositoryIds),
          lt(incidents.openedAt, before),
          isNull(incidents.retractedAt),
        ),
      )
    const documentCount = documents?.count ?? 0
    const counted = await queries
      .select({ hash: incidentTerms.termHash, count: sql<number>`count(*)`.mapWith(Number) })
      .from(incidentTerms)
      .where(and(postings, database.oneOf(incidentTerms.termHash, hashTexts(terms))))
      .groupBy(incidentTerms.termHash)
    const countOf = new Map(counted.map((row) => [row.hash, row.count]))
    const known = [...new Set(terms)].map((term) => ({ term, hash: hashText(term), count: countOf.get(hashText(term)) ?? 0 }))
    const documentFrequency = new Map(known.filter(({ count }) => count > 0).map(({ term, count }) => [term, count]))
    const chosen = known
      .filter(({ count }) => count > 0)
      .sort((a, b) => a.count - b.count || (a.term < b.term ? -1 : 1))
      .slice(0, rarest)
    if (chosen.length === 0) return { ids: [], documentCount, documentFrequency }
    const weights = chosen.map(({ hash, count }) => sql`when ${hash} then cast(${weight(count, documentCount)} as integer)`)
    const score = sql`sum(case ${incidentTerms.termHash} ${sql.join(weights, sql` `)} else 0 end)`
    const rows = await queries
      .select({ id: incidentTerms.incidentId })
      .from(incidentTerms)
      .where(
        and(
          postings,
          database.oneOf(
            incidentTerms.termHash,
            chosen.map(({ hash }) => hash),
          ),
        ),
      )
      .groupBy(incidentTerms.incidentId)
      .orderBy(desc(score), asc(incidentTerms.incidentId))
      .limit(limit)
    return { ids: rows.map((row) => row.id), documentCount, documentFrequency }
  }

  return { index, indexTerms, search }
}

/** BM25's inverse document frequency. */
function weight(count: number, documentCount: number): number {
  return Math.round(WEIGHT_SCALE * Math.log(1 + (Math.max(documentCount, count) - count + 0.5) / (count + 0.5)))
}
