// How the words of a report meet the words of each candidate: BM25 for each field and for all of them together.
// Entered with prepared candidates in order; leaves columns; knows nothing of weights or sentences.
import type { RepositoryPast } from '../domain/ranking.ts'
import { countIn, FIELDS, type HashSlots, type PreparedCandidate, type PreparedQuery, slotsOf, termHash } from './prepare.ts'

type QueryTerm = {
  term: string
  /** Inverse document frequency over the repository's past and the pool. */
  idf: number
  /** How much it counts in this report: grows slowly with repeats. */
  weight: number
  /** In how many candidates of the pool it stands. */
  inPool: number
}

export type TextMatches = {
  terms: readonly QueryTerm[]
  /** BM25 of the report against each field, in the order of FIELDS. */
  fields: readonly Float64Array[]
  /** BM25F over all fields. */
  all: Float64Array
  /** Share of the report's idf mass that the candidate holds, 0 to 1. */
  coverage: Float64Array
  /** Highest idf of a shared term. */
  rarest: Float64Array
  /** The same in each field, in the order of FIELDS. */
  rarestIn: readonly Float64Array[]
  /** Number of terms of each field that the report doesn't hold, in the order of FIELDS. */
  untold: readonly Float64Array[]
  /** How much of each field the report speaks of, 0 to 1, in the order of FIELDS. */
  told: readonly Float64Array[]
  /** Summed idf of the shared terms that no other candidate holds. */
  alone: Float64Array
  /** log of the candidate's share when the pool is judged by words alone: rare ones that few candidates hold count most. */
  standout: Float64Array
  /** 0 (says nothing) to 1 (says a lot): how much the report gives to compare. */
  richness: number
  /** Shared terms of one candidate, weightiest first, with the fields that hold them. */
  shared(index: number): { term: string; idf: number; packed: number }[]
}

/** Longer reports are compared by their weightiest terms only: the tail adds time, not answers. */
const MAX_QUERY_TERMS = 80
/** Shared terms of a candidate for which there is room at first. */
const ROOM_FOR_HITS = 24
const SATURATION = 1.2
/** How strongly each field's length is held against it, and its weight in BM25F, in the order of FIELDS. */
const LENGTH_PENALTY = [0.4, 0.75, 0.6, 0.5, 0.5]
const FIELD_WEIGHT = [3, 1, 2, 1.5, 1.5]
/** What a word of a field that the report doesn't hold weighs: that of a middling one, whose true idf nobody has counted. */
const UNTOLD_IDF = 4
const UNTOLD_BASE = 3
/** Difference of weighted words that makes a candidate e times as likely. */
const STANDOUT_SCALE = 8
const LEAST_SHARE = 1e-4
/** A report of this summed idf has said enough to be ranked by its words alone. */
const RICH_IDF_MASS = 120

export function matchTexts(query: PreparedQuery, candidates: readonly PreparedCandidate[], past: RepositoryPast): TextMatches {
  const chosen = chooseTerms(query, past, candidates.length)
  const hits = findHits(candidates, slotsOf(chosen.map(({ term }) => termHash(term))))
  const documents = Math.max(past.documentCount, candidates.length)
  const queryTerms = chosen.map(({ term, count }, at): QueryTerm => {
    const inPool = hits.inPool[at]!
    const frequency = Math.min(documents, Math.max(past.documentFrequency.get(term) ?? 0, inPool))
    return { term, idf: Math.log1p((documents - frequency + 0.5) / (frequency + 0.5)), weight: 1 + Math.log(count), inPool }
  })
  const mass = queryTerms.reduce((sum, { idf, weight }) => sum + idf * weight, 0)
  return {
    terms: queryTerms,
    ...score(candidates, queryTerms, hits, mass),
    richness: Math.min(1, Math.log1p(mass) / Math.log1p(RICH_IDF_MASS)),
    shared: (index) =>
      Array.from(hits.slots.subarray(hits.starts[index], hits.starts[index + 1]), (slot, at) => {
        const { term, idf } = queryTerms[slot]!
        return { term, idf, packed: hits.packed[hits.starts[index]! + at]! }
      }).sort((a, b) => b.idf - a.idf || (a.term < b.term ? -1 : 1)),
  }
}

/** Which terms each candidate holds: those of candidate n stand from `starts[n]` to `starts[n + 1]`, by slot. */
type Hits = { starts: Uint32Array; slots: Uint16Array; packed: Int32Array; inPool: Uint32Array }

function findHits(candidates: readonly PreparedCandidate[], wanted: HashSlots): Hits {
  const { hashes, cells, mask } = wanted
  const count = hashes.length
  const starts = new Uint32Array(candidates.length + 1)
  const inPool = new Uint32Array(count)
  // Collected by slot first, so that each candidate's terms are added up in the report's order.
  const row = new Int32Array(count)
  let room = candidates.length * ROOM_FOR_HITS
  let slots = new Uint16Array(room)
  let packed = new Int32Array(room)
  let total = 0
  for (let index = 0; index < candidates.length; index++) {
    const { termHashes, termCounts } = candidates[index]!
    let found = 0
    for (let at = 0; at < termHashes.length; at++) {
      const hash = termHashes[at]!
      let cell = hash & mask
      let slot = cells[cell]!
      while (slot !== 0 && hashes[slot - 1] !== hash) {
        cell = (cell + 1) & mask
        slot = cells[cell]!
      }
      if (slot === 0) continue
      row[slot - 1] = termCounts[at]!
      found++
    }
    if (total + found > room) {
      room *= 2
      slots = widened(slots, new Uint16Array(room + count))
      packed = widened(packed, new Int32Array(room + count))
    }
    for (let slot = 0; found > 0; slot++) {
      if (row[slot] === 0) continue
      slots[total] = slot
      packed[total++] = row[slot]!
      inPool[slot]!++
      row[slot] = 0
      found--
    }
    starts[index + 1] = total
  }
  return { starts, slots, packed, inPool }
}

function widened<List extends Uint16Array | Int32Array>(list: List, wider: List): List {
  wider.set(list)
  return wider
}

function chooseTerms(query: PreparedQuery, past: RepositoryPast, poolSize: number): { term: string; count: number }[] {
  const all = [...query.counts].map(([term, count]) => ({ term, count }))
  if (all.length <= MAX_QUERY_TERMS) return all
  const documents = Math.max(past.documentCount, poolSize, 1)
  const worth = new Map(
    all.map(({ term, count }) => {
      const frequency = past.documentFrequency.get(term) ?? 0
      // A term that no past change holds rarely stands in a candidate either: it comes after the known ones.
      return [term, (frequency === 0 ? 0.5 : Math.log1p(documents / frequency)) * (1 + Math.log(count))] as const
    }),
  )
  return all.sort((a, b) => worth.get(b.term)! - worth.get(a.term)! || (a.term < b.term ? -1 : 1)).slice(0, MAX_QUERY_TERMS)
}

function score(
  candidates: readonly PreparedCandidate[],
  queryTerms: readonly QueryTerm[],
  { starts, slots, packed, inPool }: Hits,
  mass: number,
): Pick<TextMatches, 'fields' | 'all' | 'coverage' | 'rarest' | 'rarestIn' | 'untold' | 'told' | 'alone' | 'standout'> {
  const total = candidates.length
  const fields = FIELDS.map(() => new Float64Array(total))
  const all = new Float64Array(total)
  const coverage = new Float64Array(total)
  const rarest = new Float64Array(total)
  const rarestIn = FIELDS.map(() => new Float64Array(total))
  const untold = FIELDS.map((_, field) => Float64Array.from(candidates, ({ lengths }) => lengths[field]!))
  const told = FIELDS.map(() => new Float64Array(total))
  const alone = new Float64Array(total)
  const weighed = new Float64Array(total)
  const averages = averageLengths(candidates)
  const norms = new Float64Array(FIELDS.length)
  const idfs = Float64Array.from(queryTerms, ({ idf }) => idf)
  const pointing = Float64Array.from(queryTerms, ({ idf }, slot) => idf * Math.log((total + 1) / (inPool[slot]! + 0.5)))
  const worths = Float64Array.from(queryTerms, ({ idf, weight }) => idf * weight)
  for (let index = 0; index < total; index++) {
    const start = starts[index]!
    const end = starts[index + 1]!
    if (start === end) continue
    const { lengths } = candidates[index]!
    for (let field = 0; field < FIELDS.length; field++) {
      // Only words that do not match make a field long: so one more matching word never lowers a score.
      let length = lengths[field]!
      for (let at = start; at < end; at++) length -= countIn(packed[at]!, field)
      const penalty = LENGTH_PENALTY[field]!
      untold[field]![index] = Math.max(0, length)
      norms[field] = 1 - penalty + (penalty * Math.max(0, length)) / averages[field]!
    }
    let combinedScore = 0
    let held = 0
    let highest = 0
    for (let at = start; at < end; at++) {
      const counts = packed[at]!
      const slot = slots[at]!
      const worth = worths[slot]!
      const idf = idfs[slot]!
      weighed[index]! += pointing[slot]!
      if (inPool[slot] === 1) alone[index]! += idf
      let combined = 0
      for (let field = 0; field < FIELDS.length; field++) {
        const count = countIn(counts, field)
        if (count === 0) continue
        const normalized = count / norms[field]!
        fields[field]![index]! += (worth * normalized * (SATURATION + 1)) / (normalized + SATURATION)
        combined += FIELD_WEIGHT[field]! * normalized
        told[field]![index]! += idf
        if (idf > rarestIn[field]![index]!) rarestIn[field]![index] = idf
      }
      combinedScore += (worth * combined * (SATURATION + 1)) / (combined + SATURATION)
      held += worth
      highest = Math.max(highest, idf)
    }
    all[index] = combinedScore
    if (mass > 0) coverage[index] = held / mass
    rarest[index] = highest
    for (let field = 0; field < FIELDS.length; field++) {
      const spoken = told[field]![index]!
      if (spoken > 0) told[field]![index] = spoken / (spoken + UNTOLD_IDF * untold[field]![index]! + UNTOLD_BASE)
    }
  }
  return { fields, all, coverage, rarest, rarestIn, untold, told, alone, standout: logShares(weighed) }
}

function logShares(weighed: Float64Array): Float64Array {
  let best = 0
  for (let index = 0; index < weighed.length; index++) best = Math.max(best, weighed[index]!)
  let sum = 0
  for (let index = 0; index < weighed.length; index++) sum += Math.exp((weighed[index]! - best) / STANDOUT_SCALE)
  return weighed.map((each) => Math.log(Math.exp((each - best) / STANDOUT_SCALE) / sum + LEAST_SHARE))
}

function averageLengths(candidates: readonly PreparedCandidate[]): Float64Array {
  const sums = new Float64Array(FIELDS.length)
  for (let index = 0; index < candidates.length; index++) {
    const { lengths } = candidates[index]!
    for (let field = 0; field < FIELDS.length; field++) sums[field]! += lengths[field]!
  }
  return sums.map((sum) => Math.max(1, sum / Math.max(1, candidates.length)))
}
