// How the words of a report meet the words of each candidate: BM25 for each field and for all of them together.
// Entered with prepared candidates in order; leaves columns; knows nothing of weights or sentences.
import type { RepositoryPast } from '../domain/ranking.ts'
import type { CandidatePool } from './pool.ts'
import type { CountedPostings } from './postings.ts'
import {
  FIELD_BITS,
  FIELD_MASK,
  FIELDS,
  FIELDS_OF_LIST,
  type HashSlots,
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
  /** Where it stands in each list of the pool's terms, or −1. */
  slots: readonly number[]
  /** The candidates that hold it anywhere, each once. */
  places: Uint32Array
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
  const { candidates } = pool
  const documents = Math.max(past.documentCount, candidates.length)
  const holders = holdersIn(pool)
  const found = chooseTerms(query, past, candidates.length).map(({ term, count }): QueryTerm => {
    const hash = termHash(term)
    const slots = pool.lists.map((list) => slotOf(list, hash))
    const places = holders(slots)
    const inPool = places.length
    const known = past.documentFrequency.get(term) ?? 0
    const frequency = Math.min(documents, Math.max(known, inPool))
    const idf = Math.log1p((documents - frequency + 0.5) / (frequency + 0.5))
    return { term, idf, weight: 1 + Math.log(count), inPool, isNew: known <= inPool, slots, places }
  })
  let wanted: HashSlots | null = null
  const mass = found.reduce((sum, { idf, weight }) => sum + idf * weight, 0)
  return {
    terms: found,
    ...score(pool, found, mass),
    richness: Math.min(1, Math.log1p(mass) / Math.log1p(RICH_IDF_MASS)),
    shared: (index) => sharedTerms(candidates[index]!, found, (wanted ??= slotsOf(found.map(({ term }) => termHash(term))))),
  }
}

/** Places of the candidates that hold a term, given its slots, each once. */
function holdersIn({ candidates, lists }: CandidatePool): (slots: readonly number[]) => Uint32Array {
  const seenBy = new Uint32Array(candidates.length)
  const places = new Uint32Array(candidates.length)
  let asked = 0
  return (slots) => {
    asked++
    let count = 0
    for (const [list, slot] of slots.entries()) {
      if (slot === -1) continue
      const { starts, places: all } = lists[list]!
      for (let posting = starts[slot]!; posting < starts[slot + 1]!; posting++) {
        const place = all[posting]!
        if (seenBy[place] === asked) continue
        seenBy[place] = asked
        places[count++] = place
      }
    }
    return places.slice(0, count)
  }
}

function sharedTerms(
  candidate: PreparedCandidate,
  queryTerms: readonly QueryTerm[],
  wanted: HashSlots,
): { term: string; idf: number; packed: number }[] {
  const packed = new Map<number, number>()
  matchTerms(wanted, candidate, (slot, counts) => packed.set(slot, (packed.get(slot) ?? 0) | counts))
  return [...packed]
    .map(([slot, counts]) => ({ term: queryTerms[slot]!.term, idf: queryTerms[slot]!.idf, packed: counts }))
    .sort((a, b) => b.idf - a.idf || (a.term < b.term ? -1 : 1))
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
function score(pool: CandidatePool, terms: readonly QueryTerm[], mass: number): Scores {
  const total = pool.candidates.length
  const column = (): Float64Array => new Float64Array(total)
  const fields = FIELDS.map((_, field) => fieldColumns(pool, terms, field))
  const [all, held, rarest, alone, introduced, weighed] = [column(), column(), column(), column(), column(), column()]
  const combined = column()
  for (const { idf, weight, inPool, isNew, slots, places } of terms) {
    if (isNew) addToFirst(introduced, pool.mergedMs, places, idf)
    const worth = idf * weight
    const pointing = idf * Math.log((total + 1) / (inPool + 0.5))
    for (const [field, columns] of fields.entries()) {
      const list = Math.floor(field / FIELDS_OF_LIST)
      if (slots[list] !== -1) addField(columns, pool.lists[list]!, slots[list]!, idf, worth, combined)
    }
    for (let at = 0; at < places.length; at++) {
      const index = places[at]!
      all[index]! += (worth * combined[index]! * (SATURATION + 1)) / (combined[index]! + SATURATION)
      combined[index] = 0
      held[index]! += worth
      weighed[index]! += pointing
      if (idf > rarest[index]!) rarest[index] = idf
      if (inPool === 1) alone[index]! += idf
    }
  }
  if (mass > 0) for (let index = 0; index < total; index++) held[index]! /= mass
  return {
    fields: fields.map(({ scores }) => scores),
    all,
    coverage: held,
    rarest,
    rarestIn: fields.map((field) => field.rarest),
    untold: fields.map(({ untold }) => untold),
    told: fields.map(({ told, untold }) => toldShares(told, untold)),
    alone,
    introduced,
    standout: logShares(weighed),
  }
}

/** What the terms found in one field add up to, candidate by candidate; `norms` is how much its length is held against a count. */
type FieldColumns = {
  field: number
  scores: Float64Array
  told: Float64Array
  rarest: Float64Array
  untold: Float64Array
  norms: Float64Array
}

function fieldColumns(pool: CandidatePool, terms: readonly QueryTerm[], field: number): FieldColumns {
  const total = pool.candidates.length
  const untold = untoldLengths(pool, terms, field)
  const norms = new Float64Array(total)
  const penalty = LENGTH_PENALTY[field]!
  const mean = pool.meanLengths[field]!
  for (let index = 0; index < total; index++) norms[index] = 1 - penalty + (penalty * untold[index]!) / mean
  return { field, scores: new Float64Array(total), told: new Float64Array(total), rarest: new Float64Array(total), untold, norms }
}

/** Adds one term to one field's columns, and to what it counts over all fields. */
function addField(
  { field, scores, told, rarest, norms }: FieldColumns,
  { starts, places, counts }: CountedPostings,
  slot: number,
  idf: number,
  worth: number,
  combined: Float64Array,
): void {
  const shift = (field % FIELDS_OF_LIST) * FIELD_BITS
  const weight = FIELD_WEIGHT[field]!
  const end = starts[slot + 1]!
  for (let posting = starts[slot]!; posting < end; posting++) {
    const count = (counts[posting]! >>> shift) & FIELD_MASK
    if (count === 0) continue
    const index = places[posting]!
    const normalized = count / norms[index]!
    scores[index]! += (worth * normalized * (SATURATION + 1)) / (normalized + SATURATION)
    combined[index]! += weight * normalized
    told[index]! += idf
    if (idf > rarest[index]!) rarest[index] = idf
  }
}

function toldShares(told: Float64Array, untold: Float64Array): Float64Array {
  for (let index = 0; index < told.length; index++) {
    if (told[index]! > 0) told[index]! /= told[index]! + UNTOLD_IDF * untold[index]! + UNTOLD_BASE
  }
  return told
}

/** To whichever of these landed first; to each of them where several did. */
function addToFirst(column: Float64Array, mergedMs: Float64Array, places: Uint32Array, worth: number): void {
  let first = Infinity
  for (const place of places) first = Math.min(first, mergedMs[place]!)
  for (const place of places) if (mergedMs[place] === first) column[place]! += worth
}

/** Only words that do not match make a field long: so one more matching word never lowers a score. */
function untoldLengths({ lengths, lists }: CandidatePool, terms: readonly QueryTerm[], field: number): Float64Array {
  const untold = lengths[field]!.slice()
  const list = Math.floor(field / FIELDS_OF_LIST)
  const shift = (field % FIELDS_OF_LIST) * FIELD_BITS
  const { starts, places, counts } = lists[list]!
  for (const { slots } of terms) {
    const slot = slots[list]!
    if (slot === -1) continue
    const end = starts[slot + 1]!
    for (let posting = starts[slot]!; posting < end; posting++) untold[places[posting]!]! -= (counts[posting]! >>> shift) & FIELD_MASK
  }
  for (let index = 0; index < untold.length; index++) if (untold[index]! < 0) untold[index] = 0
  return untold
}

function logShares(weighed: Float64Array): Float64Array {
  let best = 0
  for (let index = 0; index < weighed.length; index++) best = Math.max(best, weighed[index]!)
  const shares = new Float64Array(weighed.length)
  let sum = 0
  for (let index = 0; index < shares.length; index++) sum += shares[index] = Math.exp((weighed[index]! - best) / STANDOUT_SCALE)
  for (let index = 0; index < shares.length; index++) shares[index] = Math.log(shares[index]! / sum + LEAST_SHARE)
  return shares
}
