// Finds earlier incidents by shared words: one posting a word and incident, the same on both engines, so that both find
// the same ones. It only picks candidates; the pure re-ranker orders them.
import { and, asc, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { HASH_BYTES, hashText, hashTexts, packHashes, unpackHashes } from './hash.ts'
import { quotableBy } from './quotable.ts'
import type { IncidentStore } from './store.ts'

/** Weights are summed as whole numbers: sums of fractions differ with the order in which an engine adds them. */
const WEIGHT_SCALE = 1_000
/** So many times the limit are found by matched weight alone; the best of them after weighing their length are the answer. */
const SHORTLIST = 4
/** A long report matches more by chance; the power is mild, and a handful of words more or less makes no difference. */
const LENGTH_PRIOR = 20
const LENGTH_POWER = 0.25

type Indexed = { id: number; repositoryId: number; openedAt: Date; retractedAt: Date | null; terms: Uint8Array }

type IncidentSearch = Pick<IncidentStore, 'indexTerms' | 'search'> & {
  /** Makes the postings of an incident anew, which were made for `before`; a retracted one has none. */
  index(q: Queries, incident: Indexed, before?: Indexed): UnitOfWork<void>
}

export function createIncidentSearch(database: Database, installationId: number): IncidentSearch {
  const { queries, tables } = database
  const { incidents, incidentTerms } = tables
  const one = (id: number) => and(eq(incidents.installationId, installationId), eq(incidents.id, id))

  function* index(q: Queries, incident: Indexed, before = incident): UnitOfWork<void> {
    const hashes = unpackHashes(incident.terms)
    yield* remove(q, before)
    if (incident.retractedAt !== null || hashes.length === 0) return
    const rows = sql`select cast(${installationId} as bigint), cast(${incident.repositoryId} as bigint), value, ${database.momentOf(incident.openedAt)},
      cast(${incident.id} as bigint) from ${database.listed(hashes)} where true`
    yield* ask(q.insert(incidentTerms).select(rows).onConflictDoNothing())
  }

  function* remove(q: Queries, incident: Indexed): UnitOfWork<void> {
    const hashes = unpackHashes(incident.terms)
    if (hashes.length === 0) return
    yield* ask(
      q
        .delete(incidentTerms)
        .where(
          and(
            eq(incidentTerms.installationId, installationId),
            database.oneOf(incidentTerms.termHash, hashes),
            eq(incidentTerms.openedAt, incident.openedAt),
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
      const packed = packHashes(hashTexts(terms))
      if (Buffer.compare(packed, known.terms) === 0) return
      yield* ask(q.update(incidents).set({ terms: packed }).where(one(id)))
      yield* index(q, { ...known, terms: packed }, known)
    })

  const search: IncidentStore['search'] = async ({ reader, terms, before, rarest, always = [], limit }) => {
    const asked = [...new Set([...terms, ...always.map(({ term }) => term)])]
    const postings = and(
      eq(incidentTerms.installationId, installationId),
      quotableBy(database, installationId, reader, incidentTerms.repositoryId),
      lt(incidentTerms.openedAt, before),
    )
    const [documents] = await queries
      .select({ count: sql<number>`count(*)`.mapWith(Number) })
      .from(incidents)
      .where(
        and(
          eq(incidents.installationId, installationId),
          quotableBy(database, installationId, reader, incidents.repositoryId),
          lt(incidents.openedAt, before),
          isNull(incidents.retractedAt),
        ),
      )
    const documentCount = documents?.count ?? 0
    const counted = await queries
      .select({ hash: incidentTerms.termHash, count: sql<number>`count(*)`.mapWith(Number) })
      .from(incidentTerms)
      .where(and(postings, database.oneOf(incidentTerms.termHash, hashTexts(asked))))
      .groupBy(incidentTerms.termHash)
    const countOf = new Map(counted.map((row) => [row.hash, row.count]))
    const documentFrequency = new Map(
      asked.map((term): [string, number] => [term, countOf.get(hashText(term)) ?? 0]).filter(([, count]) => count > 0),
    )
    const known = (term: string): boolean => documentFrequency.has(term)
    const count = (term: string): number => documentFrequency.get(term) ?? 0
    const rare = [...new Set(terms)].filter(known).sort((a, b) => count(a) - count(b) || (a < b ? -1 : 1))
    const chosen = new Map<number, number>()
    for (const term of rare.slice(0, rarest)) chosen.set(hashText(term), weight(count(term), documentCount))
    for (const each of always.filter(({ term }) => known(term)))
      chosen.set(hashText(each.term), Math.round(each.weight * weight(count(each.term), documentCount)))
    if (chosen.size === 0) return { ids: [], documentCount, documentFrequency }
    const weights = [...chosen].map(([hash, value]) => sql`when ${hash} then cast(${value} as integer)`)
    const score = sql`sum(case ${incidentTerms.termHash} ${sql.join(weights, sql` `)} else 0 end)`
    const rows = await queries
      .select({ id: incidentTerms.incidentId, score: sql<number>`${score}`.mapWith(Number) })
      .from(incidentTerms)
      .where(and(postings, database.oneOf(incidentTerms.termHash, [...chosen.keys()])))
      .groupBy(incidentTerms.incidentId)
      .orderBy(desc(score), asc(incidentTerms.incidentId))
      .limit(SHORTLIST * limit)
    return { ids: await shortest(rows, limit), documentCount, documentFrequency }
  }

  /** The best of the shortlist by score against length, in terms. */
  async function shortest(shortlist: { id: number; score: number }[], limit: number): Promise<number[]> {
    const ids = shortlist.map(({ id }) => id)
    const rows = await queries
      .select({ id: incidents.id, bytes: sql<number>`length(${incidents.terms})`.mapWith(Number) })
      .from(incidents)
      .where(and(eq(incidents.installationId, installationId), database.oneOf(incidents.id, ids)))
    const lengthOf = new Map(rows.map(({ id, bytes }) => [id, bytes / HASH_BYTES]))
    const weighed = shortlist.map(({ id, score }) => ({ id, score: score / (LENGTH_PRIOR + (lengthOf.get(id) ?? 0)) ** LENGTH_POWER }))
    return weighed
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, limit)
      .map(({ id }) => id)
  }

  return { index, indexTerms, search }
}

/** BM25's inverse document frequency. */
function weight(count: number, documentCount: number): number {
  return Math.round(WEIGHT_SCALE * Math.log(1 + (Math.max(documentCount, count) - count + 0.5) / (count + 0.5)))
}
