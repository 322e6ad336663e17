// Finds earlier incidents by shared words: one posting a word and incident, the same on both engines, so that both find
// the same ones. It only picks candidates; the pure re-ranker orders them.
import { and, asc, desc, eq, gte, isNull, lt, sql } from 'drizzle-orm'
import type { Reader } from '../domain/repository.ts'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { HASH_BYTES, hashText, hashTexts, packedAmong, packHashes, unpackHashes } from './hash.ts'
import { quotableBy } from './quotable.ts'
import type { IncidentStore } from './store.ts'

/** Weights are summed as whole numbers: sums of fractions differ with the order in which an engine adds them. */
const WEIGHT_SCALE = 1_000
/** So many times the limit are found by matched weight alone; the best of them after weighing their length are the answer. */
const SHORTLIST = 8
/** A word that more than a tenth of the incidents have adds to a score, but nobody is found by it alone. */
const COMMON_SHARE = 0.1
const LEAST_COMMON = 500
/** Among so many of the newest a common word is counted. */
const NEWEST = 2_000
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
    const { repositoryIds, documentCount } = await documentsFor(reader, before)
    const mostRare = Math.max(LEAST_COMMON, Math.floor(COMMON_SHARE * documentCount))
    const countOf = await countTerms(repositoryIds, hashTexts(asked), before, documentCount, mostRare)
    const documentFrequency = new Map(
      asked.map((term): [string, number] => [term, countOf.get(hashText(term)) ?? 0]).filter(([, found]) => found > 0),
    )
    const count = (term: string): number => documentFrequency.get(term) ?? 0
    const known = [...new Set(terms)].filter((term) => documentFrequency.has(term))
    const rare = known.sort((a, b) => count(a) - count(b) || (a < b ? -1 : 1)).slice(0, rarest)
    const chosen = [
      ...rare.map((term) => ({ term, weight: weight(count(term), documentCount) })),
      ...always.map((each) => ({ term: each.term, weight: Math.round(each.weight * weight(count(each.term), documentCount)) })),
    ].filter(({ term }) => documentFrequency.has(term))
    if (chosen.length === 0) return { ids: [], documentCount, documentFrequency }
    const narrow = chosen.filter(({ term }) => count(term) <= mostRare)
    const looked = narrow.length > 0 ? narrow : chosen
    const shortlist = await shortlistOf(repositoryIds, before, weightsOf(looked), SHORTLIST * limit)
    const rest = weightsOf(chosen.filter((each) => !looked.includes(each)))
    return { ids: await best(shortlist, rest, limit), documentCount, documentFrequency }
  }

  /** Where they may be from, and how many there are. Asked once a repository, not once a posting. */
  async function documentsFor(reader: Reader, before: Date): Promise<{ repositoryIds: number[]; documentCount: number }> {
    const counted = await queries
      .select({ repositoryId: incidents.repositoryId, count: sql<number>`count(*)`.mapWith(Number) })
      .from(incidents)
      .where(and(eq(incidents.installationId, installationId), lt(incidents.openedAt, before), isNull(incidents.retractedAt)))
      .groupBy(incidents.repositoryId)
    const listed = sql<number>`listed.value`
    const quotable = await queries
      .select({ id: listed.mapWith(Number) })
      .from(database.listed(counted.map(({ repositoryId }) => repositoryId)))
      .where(quotableBy(database, installationId, reader, listed))
    const repositoryIds = quotable.map(({ id }) => id).sort((a, b) => a - b)
    const readable = new Set(repositoryIds)
    const documentCount = counted.reduce((sum, each) => sum + (readable.has(each.repositoryId) ? each.count : 0), 0)
    return { repositoryIds, documentCount }
  }

  const isBefore = (repositoryIds: number[], before: Date) =>
    and(
      eq(incidents.installationId, installationId),
      database.oneOf(incidents.repositoryId, repositoryIds),
      lt(incidents.openedAt, before),
      isNull(incidents.retractedAt),
    )

  /**
   * How many incidents have each term: exactly up to `mostRare`, beyond it as often as among the newest thousands.
   * Counting the postings of common words to the end took three quarters of a search.
   */
  async function countTerms(
    repositoryIds: number[],
    hashes: number[],
    before: Date,
    documentCount: number,
    mostRare: number,
  ): Promise<Map<number, number>> {
    const counts = await countPostings(repositoryIds, hashes, before, new Date(0), mostRare + 1)
    const common = hashes.filter((each) => (counts.get(each) ?? 0) > mostRare)
    if (common.length === 0) return counts
    const [oldest] = await queries
      .select({ openedAt: incidents.openedAt })
      .from(incidents)
      .where(isBefore(repositoryIds, before))
      .orderBy(desc(incidents.openedAt))
      .limit(1)
      .offset(Math.min(documentCount, NEWEST) - 1)
    const recent = await countPostings(repositoryIds, common, before, oldest?.openedAt ?? new Date(0), NEWEST)
    for (const each of common) {
      const share = (recent.get(each) ?? 0) / Math.min(documentCount, NEWEST)
      counts.set(each, Math.min(documentCount, Math.max(mostRare + 1, Math.round(share * documentCount))))
    }
    return counts
  }

  /** Counts at most `most` a term. */
  async function countPostings(repositoryIds: number[], hashes: number[], before: Date, from: Date, most: number) {
    const counted = sql<number>`(select count(*) from (select 1 from ${incidentTerms} where ${and(
      eq(incidentTerms.installationId, installationId),
      eq(incidentTerms.termHash, sql`listed.value`),
      database.oneOf(incidentTerms.repositoryId, repositoryIds),
      lt(incidentTerms.openedAt, before),
      gte(incidentTerms.openedAt, from),
    )} limit ${most}) as counted)`
    const rows = await queries
      .select({ hash: sql<number>`listed.value`.mapWith(Number), count: counted.mapWith(Number) })
      .from(database.listed(hashes))
    return new Map(rows.map(({ hash, count }) => [hash, count]))
  }

  /** Those that share most of the weighted terms. */
  async function shortlistOf(repositoryIds: number[], before: Date, weights: ReadonlyMap<number, number>, limit: number) {
    const cases = [...weights].map(([hash, value]) => sql`when ${hash} then cast(${value} as integer)`)
    const score = sql`sum(case ${incidentTerms.termHash} ${sql.join(cases, sql` `)} else 0 end)`
    return queries
      .select({ id: incidentTerms.incidentId, score: sql<number>`${score}`.mapWith(Number) })
      .from(incidentTerms)
      .where(
        and(
          eq(incidentTerms.installationId, installationId),
          database.oneOf(incidentTerms.repositoryId, repositoryIds),
          lt(incidentTerms.openedAt, before),
          database.oneOf(incidentTerms.termHash, [...weights.keys()]),
        ),
      )
      .groupBy(incidentTerms.incidentId)
      .orderBy(desc(score), asc(incidentTerms.incidentId))
      .limit(limit)
  }

  /** The best of the shortlist, with the common terms that were not looked up, by score against length in terms. */
  async function best(shortlist: { id: number; score: number }[], common: ReadonlyMap<number, number>, limit: number): Promise<number[]> {
    const rows = await queries
      .select({ id: incidents.id, terms: incidents.terms })
      .from(incidents)
      .where(
        and(
          eq(incidents.installationId, installationId),
          database.oneOf(
            incidents.id,
            shortlist.map(({ id }) => id),
          ),
        ),
      )
    const termsOf = new Map(rows.map(({ id, terms }) => [id, terms]))
    const hashes = [...common.keys()].sort((a, b) => a - b)
    const weighed = shortlist.map(({ id, score }) => {
      const terms = termsOf.get(id) ?? new Uint8Array()
      let sum = score
      for (const hash of packedAmong(terms, hashes)) sum += common.get(hash) ?? 0
      return { id, score: sum / (LENGTH_PRIOR + terms.length / HASH_BYTES) ** LENGTH_POWER }
    })
    return weighed
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, limit)
      .map(({ id }) => id)
  }

  return { index, indexTerms, search }
}

function weightsOf(terms: readonly { term: string; weight: number }[]): Map<number, number> {
  return new Map(terms.map(({ term, weight }) => [hashText(term), weight]))
}

/** BM25's inverse document frequency. */
function weight(count: number, documentCount: number): number {
  return Math.round(WEIGHT_SCALE * Math.log(1 + (Math.max(documentCount, count) - count + 0.5) / (count + 0.5)))
}
