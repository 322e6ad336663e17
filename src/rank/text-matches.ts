// How the words of a report meet the words of each candidate: BM25 for each field and for all of them together.
// Entered with prepared candidates in order; leaves columns; knows nothing of weights or sentences.
import type { RepositoryPast } from '../domain/ranking.ts'
import type { CandidatePool } from './pool.ts'
import {
  FIELD_BITS,
  FIELD_MASK,
  FIELDS,
  matchTerms,
  type PreparedCandidate,
  type PreparedQuery,
  slotOf,
  slotsOf,
  termHash,
} from './prepare.ts'

type QueryTerm = {
  term: string
  /** Inverse document frequency over the repository's past and the pool. */
  idf: number
  /** How much it counts in this report: grows slowly with repeats. */
  weight: number
  /** In how many candidates of the pool it stands. */
  inPool: number
  /** No change before the pool held it. */
  isNew: boolean
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
  /** Summed idf of the shared terms that no change before it held. */
  introduced: Float64Array
  /** log of the candidate's share when the pool is judged by words alone: rare ones that few candidates hold count most. */
  standout: Float64Array
  /** 0 (says nothing) to 1 (says a lot): how much the report gives to compare. */
  richness: number
  /** Shared terms of one candidate, weightiest first, with the fields that hold them. */
  shared(index: number): { term: string; idf: number; packed: number }[]
}

/** Longer reports are compared by their weightiest terms only: the tail adds time, not answers. */
const MAX_QUERY_TERMS = 80
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

export function matchTexts(query: PreparedQuery, pool: CandidatePool, past: RepositoryPast): TextMatches {
  const { terms, candidates } = pool
  const chosen = chooseTerms(query, past, candidates.length)
  const slots = Int32Array.from(chosen, ({ term }) => slotOf(terms, termHash(term)))
  const documents = Math.max(past.documentCount, candidates.length)
  const queryTerms = chosen.map(({ term, count }, at): QueryTerm => {
    const slot = slots[at]!
    const inPool = slot === -1 ? 0 : terms.starts[slot + 1]! - terms.starts[slot]!
    const known = past.documentFrequency.get(term) ?? 0
    const frequency = Math.min(documents, Math.max(known, inPool))
    const idf = Math.log1p((documents - frequency + 0.5) / (frequency + 0.5))
    return { term, idf, weight: 1 + Math.log(count), inPool, isNew: known <= inPool }
  })
  const mass = queryTerms.reduce((sum, { idf, weight }) => sum + idf * weight, 0)
  return {
    terms: queryTerms,
    ...score(pool, queryTerms, slots, mass),
    richness: Math.min(1, Math.log1p(mass) / Math.log1p(RICH_IDF_MASS)),
    shared: (index) => sharedTerms(candidates[index]!, queryTerms),
  }
}

function sharedTerms(candidate: PreparedCandidate, queryTerms: readonly QueryTerm[]): { term: string; idf: number; packed: number }[] {
  const shared: { term: string; idf: number; packed: number }[] = []
  const wanted = slotsOf(queryTerms.map(({ term }) => termHash(term)))
  matchTerms(wanted, candidate, (slot, packed) => {
    const { term, idf } = queryTerms[slot]!
    shared.push({ term, idf, packed })
  })
  return shared.sort((a, b) => b.idf - a.idf || (a.term < b.term ? -1 : 1))
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

type Scores = Omit<TextMatches, 'terms' | 'richness' | 'shared'>

/** Term by term, in the report's order, so that each candidate's sums are always added up the same way. */
function score(
  { candidates, terms, lengths, meanLengths }: CandidatePool,
  queryTerms: readonly QueryTerm[],
  slots: Int32Array,
  mass: number,
): Scores {
  const total = candidates.length
  const column = (): Float64Array => new Float64Array(total)
  const fields = FIELDS.map(column)
  const rarestIn = FIELDS.map(column)
  const told = FIELDS.map(column)
  const [all, held, rarest, alone, introduced, weighed] = [column(), column(), column(), column(), column(), column()]
  const untold = untoldLengths(lengths, terms, slots)
  const norms = untold.map((unsaid, field) => {
    const penalty = LENGTH_PENALTY[field]!
    return unsaid.map((length) => 1 - penalty + (penalty * length) / meanLengths[field]!)
  })
  for (let at = 0; at < slots.length; at++) {
    const slot = slots[at]!
    if (slot === -1) continue
    const { idf, weight, inPool, isNew } = queryTerms[at]!
    if (isNew) addToFirst(introduced, candidates, terms.places.subarray(terms.starts[slot], terms.starts[slot + 1]), idf)
    const worth = idf * weight
    const pointing = idf * Math.log((total + 1) / (inPool + 0.5))
    for (let posting = terms.starts[slot]!; posting < terms.starts[slot + 1]!; posting++) {
      const index = terms.places[posting]!
      const packed = terms.counts[posting]!
      let combined = 0
      for (let field = 0, rest = packed; rest !== 0; field++, rest >>>= FIELD_BITS) {
        const count = rest & FIELD_MASK
        if (count === 0) continue
        const normalized = count / norms[field]![index]!
        fields[field]![index]! += (worth * normalized * (SATURATION + 1)) / (normalized + SATURATION)
        combined += FIELD_WEIGHT[field]! * normalized
        told[field]![index]! += idf
        if (idf > rarestIn[field]![index]!) rarestIn[field]![index] = idf
      }
      all[index]! += (worth * combined * (SATURATION + 1)) / (combined + SATURATION)
      held[index]! += worth
      weighed[index]! += pointing
      if (idf > rarest[index]!) rarest[index] = idf
      if (inPool === 1) alone[index]! += idf
    }
  }
  for (let field = 0; field < FIELDS.length; field++) {
    const [spoken, unsaid] = [told[field]!, untold[field]!]
    for (let index = 0; index < total; index++) {
      if (spoken[index]! > 0) spoken[index]! /= spoken[index]! + UNTOLD_IDF * unsaid[index]! + UNTOLD_BASE
    }
  }
  const coverage = mass > 0 ? held.map((share) => share / mass) : held
  return { fields, all, coverage, rarest, rarestIn, untold, told, alone, introduced, standout: logShares(weighed) }
}

/** To whichever of these landed first; to each of them where several did. */
function addToFirst(column: Float64Array, candidates: readonly PreparedCandidate[], places: Uint32Array, worth: number): void {
  let first = Infinity
  for (const place of places) first = Math.min(first, candidates[place]!.candidate.mergedAt.getTime())
  for (const place of places) if (candidates[place]!.candidate.mergedAt.getTime() === first) column[place]! += worth
}

/** Only words that do not match make a field long: so one more matching word never lowers a score. */
function untoldLengths(
  lengths: readonly Float64Array[],
  { starts, places, counts }: CandidatePool['terms'],
  slots: Int32Array,
): Float64Array[] {
  const untold = lengths.map((column) => column.slice())
  for (const slot of slots) {
    if (slot === -1) continue
    for (let posting = starts[slot]!; posting < starts[slot + 1]!; posting++) {
      const index = places[posting]!
      for (let field = 0, rest = counts[posting]!; rest !== 0; field++, rest >>>= FIELD_BITS) untold[field]![index]! -= rest & FIELD_MASK
    }
  }
  for (const column of untold) for (let index = 0; index < column.length; index++) if (column[index]! < 0) column[index] = 0
  return untold
}

function logShares(weighed: Float64Array): Float64Array {
  let best = 0
  for (let index = 0; index < weighed.length; index++) best = Math.max(best, weighed[index]!)
  let sum = 0
  for (let index = 0; index < weighed.length; index++) sum += Math.exp((weighed[index]! - best) / STANDOUT_SCALE)
  return weighed.map((each) => Math.log(Math.exp((each - best) / STANDOUT_SCALE) / sum + LEAST_SHARE))
}
