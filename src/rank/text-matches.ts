// How the words of a report meet the words of each candidate: BM25 for each field and for all of them together.
// Entered with prepared candidates in order; leaves columns; knows nothing of weights or sentences.
import type { RepositoryPast } from '../domain/ranking.ts'
import { countIn, FIELDS, matchTerms, type PreparedCandidate, type PreparedQuery, slotsOf, termHash } from './prepare.ts'

export type QueryTerm = {
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
/** A report of this summed idf has said enough to be ranked by its words alone. */
const RICH_IDF_MASS = 120

export function matchTexts(query: PreparedQuery, candidates: readonly PreparedCandidate[], past: RepositoryPast): TextMatches {
  const chosen = chooseTerms(query, past, candidates.length)
  const total = candidates.length
  const packed = new Int32Array(total * chosen.length)
  const inPool = new Int32Array(chosen.length)
  const wanted = slotsOf(chosen.map(({ term }) => termHash(term)))
  for (let index = 0; index < total; index++) {
    const row = index * chosen.length
    matchTerms(wanted, candidates[index]!, (slot, counts) => {
      packed[row + slot] = counts
      inPool[slot]!++
    })
  }
  const documents = Math.max(past.documentCount, total)
  const queryTerms = chosen.map(({ term, count }, at): QueryTerm => {
    const frequency = Math.min(documents, Math.max(past.documentFrequency.get(term) ?? 0, inPool[at]!))
    return { term, idf: Math.log1p((documents - frequency + 0.5) / (frequency + 0.5)), weight: 1 + Math.log(count), inPool: inPool[at]! }
  })
  const mass = queryTerms.reduce((sum, { idf, weight }) => sum + idf * weight, 0)
  const scores = score(candidates, queryTerms, packed, mass)
  return {
    terms: queryTerms,
    ...scores,
    richness: Math.min(1, Math.log1p(mass) / Math.log1p(RICH_IDF_MASS)),
    shared: (index) =>
      queryTerms
        .map(({ term, idf }, at) => ({ term, idf, packed: packed[index * queryTerms.length + at]! }))
        .filter((match) => match.packed !== 0)
        .sort((a, b) => b.idf - a.idf || (a.term < b.term ? -1 : 1)),
  }
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

function score(candidates: readonly PreparedCandidate[], queryTerms: readonly QueryTerm[], packed: Int32Array, mass: number) {
  const total = candidates.length
  const fields = FIELDS.map(() => new Float64Array(total))
  const all = new Float64Array(total)
  const coverage = new Float64Array(total)
  const rarest = new Float64Array(total)
  const averages = FIELDS.map((_, field) =>
    Math.max(1, candidates.reduce((sum, { lengths }) => sum + lengths[field]!, 0) / Math.max(1, total)),
  )
  const norms = new Float64Array(FIELDS.length)
  const held = new Int32Array(queryTerms.length)
  for (let index = 0; index < total; index++) {
    const row = index * queryTerms.length
    let holds = 0
    for (let at = 0; at < queryTerms.length; at++) if (packed[row + at] !== 0) held[holds++] = at
    if (holds === 0) continue
    const { lengths } = candidates[index]!
    for (let field = 0; field < FIELDS.length; field++) {
      // Only words that do not match make a field long: so one more matching word never lowers a score.
      let length = lengths[field]!
      for (let at = 0; at < holds; at++) length -= countIn(packed[row + held[at]!]!, field)
      const penalty = LENGTH_PENALTY[field]!
      norms[field] = 1 - penalty + (penalty * Math.max(0, length)) / averages[field]!
    }
    for (let at = 0; at < holds; at++) {
      const counts = packed[row + held[at]!]!
      const { idf, weight } = queryTerms[held[at]!]!
      let combined = 0
      for (let field = 0; field < FIELDS.length; field++) {
        const count = countIn(counts, field)
        if (count === 0) continue
        const normalized = count / norms[field]!
        fields[field]![index]! += (idf * weight * normalized * (SATURATION + 1)) / (normalized + SATURATION)
        combined += FIELD_WEIGHT[field]! * normalized
      }
      all[index]! += (idf * weight * combined * (SATURATION + 1)) / (combined + SATURATION)
      coverage[index]! += mass > 0 ? (idf * weight) / mass : 0
      rarest[index] = Math.max(rarest[index]!, idf)
    }
  }
  return { fields, all, coverage, rarest }
}
