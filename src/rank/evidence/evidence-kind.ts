// The contract of one kind of evidence: numbers for all candidates at once, and the sentence that says them.
// A new kind is one file beside this one plus a line in ../features.ts; its weights come from the model file.
import type { EvidenceKind, RepositoryPast } from '../../domain/ranking.ts'
import type { CandidatePool } from '../pool.ts'
import type { PreparedCandidate, PreparedQuery } from '../prepare.ts'
import type { TextMatches } from '../text-matches.ts'

/** Everything known when a ranking is made. Candidates are in order of id, so sums never depend on input order. */
export type RankingContext = {
  query: PreparedQuery
  pool: CandidatePool
  /** Those of the pool. */
  candidates: readonly PreparedCandidate[]
  past: RepositoryPast
  matches: TextMatches
  timeline: Timeline
}

/** When each candidate took effect, and its place in that order. */
export type Timeline = {
  /** Milliseconds from going live (else landing) to the incident; at least 0. */
  agesMs: Float64Array
  /** 0 for the latest; equal times share a place. */
  places: Float64Array
}

/** One number for each candidate, in the order of `RankingContext.candidates`. */
export type Column = Float64Array

export type EvidenceModule = {
  kind: EvidenceKind
  /** Names of the columns that `measure` returns, in order, each starting with the kind. */
  features: readonly string[]
  measure(context: RankingContext): Column[]
  /**
   * What to say about one candidate when this kind moved its probability; null when there is nothing to point at.
   * Raw text, no markup. `strength` is the contribution to the log-odds against the pool's average.
   */
  sentence(context: RankingContext, index: number, strength: number): string | null
}

/** Something that no report changes: worked out once a pool, however many reports are asked of it. */
export function oncePerPool<T>(compute: (pool: CandidatePool) => T): (context: Pick<RankingContext, 'pool'>) => T {
  const known = new WeakMap<CandidatePool, { value: T }>()
  return ({ pool }) => {
    let kept = known.get(pool)
    if (kept === undefined) known.set(pool, (kept = { value: compute(pool) }))
    return kept.value
  }
}

/** A column computed candidate by candidate. */
export function columnOf(
  { candidates }: Pick<RankingContext, 'candidates'>,
  value: (candidate: PreparedCandidate, index: number) => number,
): Column {
  const column = new Float64Array(candidates.length)
  for (let index = 0; index < column.length; index++) column[index] = value(candidates[index]!, index)
  return column
}

/** Each value as a share of the largest, times `worth`; all 0 when the largest is 0. */
export function relativeToMax(column: Column, worth = 1): Column {
  let max = 0
  for (let index = 0; index < column.length; index++) if (column[index]! > max) max = column[index]!
  const relative = new Float64Array(column.length)
  if (max > 0) for (let index = 0; index < column.length; index++) relative[index] = worth * (column[index]! / max)
  return relative
}

/** The column of a feature that counts for more, or less, in this report. */
export function scaled(column: Column, factor: number): Column {
  const product = new Float64Array(column.length)
  for (let index = 0; index < column.length; index++) product[index] = factor * column[index]!
  return product
}

export function sumOf(column: Column): number {
  let sum = 0
  for (let index = 0; index < column.length; index++) sum += column[index]!
  return sum
}

/** Raises those at the given places to at least a value. */
export function raise(column: Column, places: Uint32Array, value: number): void {
  for (let at = 0; at < places.length; at++) if (value > column[places[at]!]!) column[places[at]!] = value
}

/** Distance from the mean in standard deviations, within ±4; all 0 when nothing varies. */
export function standardized(column: Column): Column {
  const count = Math.max(1, column.length)
  const mean = sumOf(column) / count
  let squares = 0
  for (let index = 0; index < column.length; index++) squares += (column[index]! - mean) ** 2
  const deviation = Math.sqrt(squares / count)
  const distances = new Float64Array(column.length)
  if (deviation <= 1e-9) return distances
  for (let index = 0; index < column.length; index++) distances[index] = Math.max(-4, Math.min(4, (column[index]! - mean) / deviation))
  return distances
}

/** log(1 + n / count): how telling a trait is that `count` of `total` candidates share. */
export function rarity(count: number, total: number): number {
  return Math.log1p(total / Math.max(1, count))
}
