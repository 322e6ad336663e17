// Finds earlier incidents by shared words: one posting a word and incident, the same on both engines, so that both find
// the same ones. It only picks candidates; the pure re-ranker orders them.
import { and, desc, eq, gte, lt, sql, type SQL } from 'drizzle-orm'
import { audiencesFor } from './audience.ts'
import type { Database } from './database.ts'
import { hashText, hashTexts, packedFinder } from './hash.ts'
import type { IncidentStore } from './incident-stores.ts'
import { declareRead, tenantReader, type Given, type Parts } from './prepared.ts'
import { asDocument, DOCUMENTS } from './term-counts.ts'

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

type Scored = { id: number; score: number; length: number }

type Having = { audiences: Given<number[]>; hashes: Given<number[]>; before: Given<Date> }

const postings = ({ tables: { incidentTerms }, mine, oneOf }: Parts, audiences: Given<number[]>, hashes: Given<number[]>) =>
  and(mine(incidentTerms), oneOf(incidentTerms.audience, audiences), oneOf(incidentTerms.termHash, hashes))

/**
 * One row a term and audience, of its incidents' ids and lengths by turns: reading each posting as a row of its own takes
 * several times as long.
 */
function having(parts: Parts, { audiences, hashes, before }: Having, since?: SQL) {
  const { incidentTerms } = parts.tables
  const { incidentId, length, openedAt, termHash, audience } = incidentTerms
  return parts.q
    .select({ hash: termHash, incidents: sql<string>`string_agg(${incidentId} || ',' || ${length}, ',')` })
    .from(incidentTerms)
    .where(and(postings(parts, audiences, hashes), lt(openedAt, before), since))
    .groupBy(audience, termHash)
}

const allHaving = declareRead((parts, of: Having) => having(parts, of))

type Newest = Having & { inLargest: Given<number[]>; most: Given<number>; ever: Given<Date> }

/** Those since the `most`th newest where most of them lie; all, where it is fewer. */
const newestHaving = declareRead((parts, of: Newest) => {
  const { incidentTerms } = parts.tables
  const newest = parts.q
    .select({ openedAt: incidentTerms.openedAt })
    .from(incidentTerms)
    .where(and(postings(parts, of.inLargest, of.hashes), lt(incidentTerms.openedAt, of.before)))
    .orderBy(desc(incidentTerms.openedAt), desc(incidentTerms.incidentId))
    .limit(1)
    .offset(of.most)
  return having(parts, of, sql`${incidentTerms.openedAt} >= coalesce((${newest}), ${of.ever})`)
})

const countsOf = declareRead(({ q, tables, mine, oneOf }, of: Omit<Having, 'before'>) => {
  const { audience, termHash, documents } = tables.incidentTermCounts
  return q
    .select({ audience, hash: termHash, documents })
    .from(tables.incidentTermCounts)
    .where(and(mine(tables.incidentTermCounts), oneOf(audience, of.audiences), oneOf(termHash, of.hashes)))
})

const laterTerms = declareRead((parts, of: Having & { limit: Given<number> }) => {
  const { incidents, incidentTerms } = parts.tables
  return parts.q
    .select({ terms: incidents.terms })
    .from(incidentTerms)
    .innerJoin(incidents, eq(incidents.id, incidentTerms.incidentId))
    .where(and(postings(parts, of.audiences, of.hashes), gte(incidentTerms.openedAt, of.before)))
    .orderBy(desc(incidentTerms.openedAt))
    .limit(of.limit)
})

const termsOf = declareRead(({ q, tables: { incidents }, belongs, oneOf }, { ids }: { ids: Given<number[]> }) =>
  q
    .select({ id: incidents.id, terms: incidents.terms })
    .from(incidents)
    .where(and(belongs(incidents), oneOf(incidents.id, ids))),
)

export function createIncidentSearch(database: Database, installationId: number): IncidentStore['search'] {
  const read = tenantReader(database, installationId)

  return async ({ reader, terms, before, rarest, always = [], limit }) => {
    const asked = [...new Set([...terms, ...always.map(({ term }) => term)])]
    const audiences = await audiencesFor(read, reader)
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
    const counts = new Map<number, number>()
    const largest = new Map<number, { audience: number; documents: number }>()
    for (const { audience, hash, documents } of await read(countsOf, { audiences, hashes: asDocument(hashes) })) {
      counts.set(hash, (counts.get(hash) ?? 0) + documents)
      if (documents > (largest.get(hash)?.documents ?? 0)) largest.set(hash, { audience, documents })
    }
    const find = packedFinder(hashes)
    for (const { terms } of await read(laterTerms, { audiences, hashes: [DOCUMENTS], before, limit: LATER })) {
      for (const hash of asDocument(find(terms))) {
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
    largest: ReadonlyMap<number, { audience: number; documents: number }>,
    most: number,
  ): Promise<Map<number, Scored>> {
    const [few, many] = [[] as number[], [] as number[]]
    for (const hash of weights.keys()) ((largest.get(hash)?.documents ?? 0) > most ? many : few).push(hash)
    const found = await Promise.all([
      few.length === 0 ? [] : read(allHaving, { audiences, hashes: few, before }),
      ...many.map((hash) => {
        const inLargest = [largest.get(hash)!.audience]
        return read(newestHaving, { audiences, hashes: [hash], before, inLargest, most: most - 1, ever: new Date(0) })
      }),
    ])
    const scores = new Map<number, Scored>()
    for (const { hash, incidents } of found.flat()) {
      const weight = weights.get(hash)!
      const told = JSON.parse(`[${incidents}]`) as number[]
      for (let at = 0; at < told.length; at += 2) {
        const id = told[at]!
        const known = scores.get(id)
        if (known) known.score += weight
        else scores.set(id, { id, score: weight, length: told[at + 1]! })
      }
    }
    return scores
  }

  /**
   * The best of the shortlist, with the common terms that were not looked up, by score against length in terms. Terms are
   * read only of those that all of the common ones could bring among the best.
   */
  async function best(shortlist: Scored[], common: ReadonlyMap<number, number>, limit: number): Promise<number[]> {
    const most = [...common.values()].reduce((sum, weight) => sum + weight, 0)
    const least = shortlist.map((scored) => weighed(scored)).sort((a, b) => b - a)[limit - 1] ?? 0
    const close = shortlist.filter((scored) => weighed(scored, most) >= least)
    const added = common.size > 0 && close.length > 0 ? await weightsAmong(common, close) : null
    return close
      .map((scored) => ({ id: scored.id, score: weighed(scored, added?.get(scored.id)) }))
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, limit)
      .map(({ id }) => id)
  }

  /** By id, the summed weights of these terms that each incident has. */
  async function weightsAmong(weights: ReadonlyMap<number, number>, among: Scored[]): Promise<Map<number, number>> {
    const ids = among.map(({ id }) => id)
    const rows = await read(termsOf, { ids })
    const find = packedFinder([...weights.keys()])
    return new Map(rows.map(({ id, terms }) => [id, find(terms).reduce((sum, hash) => sum + weights.get(hash)!, 0)]))
  }
}

/** Highest first, ties by id. Only what may be among them is sorted: it is one of ten as a rule. */
function bestOf(scores: ReadonlyMap<number, Scored>, limit: number): Scored[] {
  const least =
    Float64Array.from(scores.values(), ({ score }) => score)
      .sort()
      .at(-limit) ?? 0
  const found: Scored[] = []
  for (const scored of scores.values()) if (scored.score >= least) found.push(scored)
  return found.sort((a, b) => b.score - a.score || a.id - b.id).slice(0, limit)
}

const weighed = ({ score, length }: Scored, added = 0): number => (score + added) / (LENGTH_PRIOR + length) ** LENGTH_POWER

function weightsOf(terms: readonly { term: string; weight: number }[]): Map<number, number> {
  return new Map(terms.map(({ term, weight }) => [hashText(term), weight]))
}

/** BM25's inverse document frequency. */
function weight(count: number, documentCount: number): number {
  return Math.round(WEIGHT_SCALE * Math.log(1 + (Math.max(documentCount, count) - count + 0.5) / (count + 0.5)))
}
