// Finds earlier incidents by shared words: one posting a word and incident, the same on both engines, so that both find
// the same ones. It only picks candidates; the pure re-ranker orders them.
import { and, desc, eq, gte, lt, sql, type SQL } from 'drizzle-orm'
import { audiencesFor } from './audience.ts'
import { belongsTo, type Database } from './database.ts'
import { HASH_BYTES, hashText, hashTexts, packedAmong, unpackHashes } from './hash.ts'
import { DOCUMENTS } from './incident-postings.ts'
import type { IncidentStore } from './incident-stores.ts'

/** Weights are summed as whole numbers: sums of fractions differ with the order in which they are added. */
const WEIGHT_SCALE = 1_000
/** So many times the limit are found by matched weight alone; the best of them after weighing their length are the answer. */
const SHORTLIST = 8
/** A word that more than a tenth of the incidents have adds to a score, but nobody is found by it alone. */
const COMMON_SHARE = 0.1
const LEAST_COMMON = 500
/** So many times the limit are found by one word, the newest of those that have it: the work does not grow for ever. */
const FOUND_BY_ONE = 10
/** A long report matches more by chance; the power is mild, and a handful of words more or less makes no difference. */
const LENGTH_PRIOR = 20
const LENGTH_POWER = 0.25
/** The counts are of all incidents; so many that came later are taken off again, which is all of them as a rule. */
const LATER = 2_000

type Scored = { id: number; score: number }

export function createIncidentSearch(database: Database, installationId: number): IncidentStore['search'] {
  const { queries, tables } = database
  const { incidents, incidentTerms, incidentTermCounts } = tables

  const postings = (audiences: number[], hashes: number[]) =>
    and(
      eq(incidentTerms.installationId, installationId),
      database.oneOf(incidentTerms.audience, audiences),
      database.oneOf(incidentTerms.termHash, hashes),
    )

  return async ({ reader, terms, before, rarest, always = [], limit }) => {
    const asked = [...new Set([...terms, ...always.map(({ term }) => term)])]
    const audiences = await audiencesFor(database, installationId, reader)
    const { counts, largest } = await countTerms(audiences, hashTexts(asked), before)
    const documentCount = counts.get(DOCUMENTS) ?? 0
    const documentFrequency = new Map(
      asked.map((term): [string, number] => [term, counts.get(hashText(term)) ?? 0]).filter(([, found]) => found > 0),
    )
    const count = (term: string): number => documentFrequency.get(term) ?? 0
    const known = [...new Set(terms)].filter((term) => documentFrequency.has(term))
    const rare = known.sort((a, b) => count(a) - count(b) || (a < b ? -1 : 1)).slice(0, rarest)
    const chosen = [
      ...rare.map((term) => ({ term, weight: weight(count(term), documentCount) })),
      ...always.map((each) => ({ term: each.term, weight: Math.round(each.weight * weight(count(each.term), documentCount)) })),
    ].filter(({ term }) => documentFrequency.has(term))
    if (chosen.length === 0) return { ids: [], documentCount, documentFrequency }
    const mostRare = Math.max(LEAST_COMMON, Math.floor(COMMON_SHARE * documentCount))
    const narrow = chosen.filter(({ term }) => count(term) <= mostRare)
    const looked = narrow.length > 0 ? narrow : chosen
    const scores = await scoresOf(audiences, before, weightsOf(looked), largest, FOUND_BY_ONE * limit)
    const rest = weightsOf(chosen.filter((each) => !looked.includes(each)))
    return { ids: await best(bestOf(scores, SHORTLIST * limit), rest, limit), documentCount, documentFrequency }
  }

  /** How many earlier incidents have each term, and where most of them lie. */
  async function countTerms(audiences: number[], hashes: number[], before: Date) {
    const rows = await queries
      .select({ audience: incidentTermCounts.audience, hash: incidentTermCounts.termHash, incidents: incidentTermCounts.incidents })
      .from(incidentTermCounts)
      .where(
        and(
          eq(incidentTermCounts.installationId, installationId),
          database.oneOf(incidentTermCounts.audience, audiences),
          database.oneOf(incidentTermCounts.termHash, [DOCUMENTS, ...hashes]),
        ),
      )
    const counts = new Map<number, number>()
    const largest = new Map<number, { audience: number; incidents: number }>()
    for (const { audience, hash, incidents } of rows) {
      counts.set(hash, (counts.get(hash) ?? 0) + incidents)
      if (incidents > (largest.get(hash)?.incidents ?? 0)) largest.set(hash, { audience, incidents })
    }
    const later = await queries
      .select({ terms: incidents.terms })
      .from(incidentTerms)
      .innerJoin(incidents, eq(incidents.id, incidentTerms.incidentId))
      .where(and(postings(audiences, [DOCUMENTS]), gte(incidentTerms.openedAt, before)))
      .orderBy(desc(incidentTerms.openedAt))
      .limit(LATER)
    for (const { terms } of later) {
      for (const hash of [DOCUMENTS, ...unpackHashes(terms)]) {
        const known = counts.get(hash)
        if (known !== undefined) counts.set(hash, known - 1)
      }
    }
    return { counts, largest }
  }

  /** The summed weight of each incident that has one of the terms. Of a term that more than `most` have, the newest so many. */
  async function scoresOf(
    audiences: number[],
    before: Date,
    weights: ReadonlyMap<number, number>,
    largest: ReadonlyMap<number, { audience: number; incidents: number }>,
    most: number,
  ): Promise<Map<number, number>> {
    const [few, many] = [[] as number[], [] as number[]]
    for (const hash of weights.keys()) ((largest.get(hash)?.incidents ?? 0) > most ? many : few).push(hash)
    const found = [
      await having(audiences, few, lt(incidentTerms.openedAt, before)),
      ...(await Promise.all(
        many.map((hash) => {
          const newest = queries
            .select({ openedAt: incidentTerms.openedAt })
            .from(incidentTerms)
            .where(and(postings([largest.get(hash)!.audience], [hash]), lt(incidentTerms.openedAt, before)))
            .orderBy(desc(incidentTerms.openedAt), desc(incidentTerms.incidentId))
            .limit(1)
            .offset(most - 1)
          // Fewer than counted, where some came later: then all of them.
          const since = sql`${incidentTerms.openedAt} >= coalesce((${newest}), ${database.momentOf(new Date(0))})`
          return having(audiences, [hash], and(lt(incidentTerms.openedAt, before), since))
        }),
      )),
    ]
    const scores = new Map<number, number>()
    for (const { hash, ids } of found.flat()) {
      const weight = weights.get(hash)!
      for (const id of ids) scores.set(id, (scores.get(id) ?? 0) + weight)
    }
    return scores
  }

  /** One row a term and audience: reading each posting as a row of its own takes several times as long. */
  async function having(audiences: number[], hashes: number[], when: SQL | undefined): Promise<{ hash: number; ids: number[] }[]> {
    if (hashes.length === 0) return []
    const rows = await queries
      .select({ hash: incidentTerms.termHash, ids: sql<string>`string_agg(cast(${incidentTerms.incidentId} as text), ',')` })
      .from(incidentTerms)
      .where(and(postings(audiences, hashes), when))
      .groupBy(incidentTerms.audience, incidentTerms.termHash)
    return rows.map(({ hash, ids }) => ({ hash, ids: JSON.parse(`[${ids}]`) as number[] }))
  }

  /** The best of the shortlist, with the common terms that were not looked up, by score against length in terms. */
  async function best(shortlist: Scored[], common: ReadonlyMap<number, number>, limit: number): Promise<number[]> {
    const wanted = shortlist.map(({ id }) => id)
    const rows = await queries
      .select({ id: incidents.id, terms: incidents.terms })
      .from(incidents)
      .where(and(belongsTo(incidents.installationId, installationId), database.oneOf(incidents.id, wanted)))
    const termsOf = new Map(rows.map(({ id, terms }) => [id, terms]))
    const hashes = [...common.keys()].sort((a, b) => a - b)
    const weighed = shortlist.flatMap(({ id, score }) => {
      const terms = termsOf.get(id)
      if (!terms) return []
      let sum = score
      for (const hash of packedAmong(terms, hashes)) sum += common.get(hash) ?? 0
      return [{ id, score: sum / (LENGTH_PRIOR + terms.length / HASH_BYTES) ** LENGTH_POWER }]
    })
    return weighed
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, limit)
      .map(({ id }) => id)
  }
}

/** Highest first, ties by id. Only what may be among them is sorted: it is one of ten as a rule. */
function bestOf(scores: ReadonlyMap<number, number>, limit: number): Scored[] {
  const least = Float64Array.from(scores.values()).sort().at(-limit) ?? 0
  const found: Scored[] = []
  for (const [id, score] of scores) if (score >= least) found.push({ id, score })
  return found.sort((a, b) => b.score - a.score || a.id - b.id).slice(0, limit)
}

function weightsOf(terms: readonly { term: string; weight: number }[]): Map<number, number> {
  return new Map(terms.map(({ term, weight }) => [hashText(term), weight]))
}

/** BM25's inverse document frequency. */
function weight(count: number, documentCount: number): number {
  return Math.round(WEIGHT_SCALE * Math.log(1 + (Math.max(documentCount, count) - count + 0.5) / (count + 0.5)))
}
