// What any ranking has to beat: chance, latest first, words alone, words with age.
import type { Accuracy } from './metrics.ts'
import { countIn, FIELDS, matchTerms, type PreparedCandidate, type PreparedQuery, slotsOf, termHash } from './prepare.ts'

const SATURATION = 1.2
const LENGTH_PENALTY = 0.75
const HALF_LIFE_MS = 2 * 86_400_000
/** Title, body and paths as one document: what a search engine would be given. */
const FIELD_COUNT = FIELDS.indexOf('paths') + 1

/** What choosing blindly gives on average: `culprits` of `pool` are right. */
export function randomAccuracy(pool: number, culprits: number): Accuracy {
  const missedWithin = (places: number): number => {
    let missed = 1
    for (let place = 0; place < Math.min(places, pool); place++) missed *= Math.max(0, (pool - culprits - place) / (pool - place))
    return missed
  }
  let mrr = 0
  for (let place = 1; place <= pool; place++) mrr += (missedWithin(place - 1) - missedWithin(place)) / place
  return { top1: 1 - missedWithin(1), top5: 1 - missedWithin(5), top10: 1 - missedWithin(10), mrr }
}

export type BaselineName = 'recency' | 'bm25' | 'bm25decay'

/** Ids in each baseline's order, best first; ties by landing (latest first), then id. */
export function baselineOrders(query: PreparedQuery, pool: readonly PreparedCandidate[]): Record<BaselineName, string[]> {
  const scores = wordScores(query, pool)
  const ages = pool.map(({ candidate }) => Math.max(0, query.atMs - (candidate.liveAt ?? candidate.mergedAt).getTime()))
  const orderBy = (score: (index: number) => number): string[] =>
    [...pool.keys()]
      .map((index) => ({ id: pool[index]!.candidate.id, score: score(index), age: ages[index]! }))
      .sort((a, b) => b.score - a.score || a.age - b.age || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id)
  return {
    recency: orderBy((index) => -ages[index]!),
    bm25: orderBy((index) => scores[index]!),
    bm25decay: orderBy((index) => (scores[index]! + 1) * 0.5 ** (ages[index]! / HALF_LIFE_MS)),
  }
}

function wordScores(query: PreparedQuery, pool: readonly PreparedCandidate[]): Float64Array {
  const lengths = pool.map((change) => change.lengths.slice(0, FIELD_COUNT).reduce((sum, length) => sum + length, 0))
  const average = Math.max(1, lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, pool.length))
  const scores = new Float64Array(pool.length)
  const wanted = slotsOf([...query.counts.keys()].map(termHash))
  const counts = Array.from({ length: wanted.hashes.length }, () => new Float64Array(pool.length))
  for (const [index, change] of pool.entries()) {
    matchTerms(wanted, change, (slot, packed) => {
      for (let field = 0; field < FIELD_COUNT; field++) counts[slot]![index]! += countIn(packed, field)
    })
  }
  for (const found of counts) {
    const frequency = found.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
    if (frequency === 0) continue
    const idf = Math.log1p((pool.length - frequency + 0.5) / (frequency + 0.5))
    for (let index = 0; index < pool.length; index++) {
      const count = found[index]!
      if (count === 0) continue
      const norm = SATURATION * (1 - LENGTH_PENALTY + (LENGTH_PENALTY * lengths[index]!) / average)
      scores[index]! += (idf * count * (SATURATION + 1)) / (count + norm)
    }
  }
  return scores
}
