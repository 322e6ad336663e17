// From measured columns to probabilities, by a model's weights. A conditional logit: what a candidate scores against
// the others, and beside it the chance that none of them is the cause.
import { featureNames } from './features.ts'
import type { SuspectModel } from './model.ts'
import { logSumExp, measureNone, type NoneFacts, noneFeatureNames } from './none-of-these.ts'

/** A column and what it is worth: its share of the log-odds is `factor × (value − mean)`. */
export type Weighed = { column: ArrayLike<number>; factor: number; mean: number }

/** Each feature less the pool's average: what it does to this candidate against the others. */
export function weigh(columns: readonly ArrayLike<number>[], model: Pick<SuspectModel, 'features' | 'temperature'>): Weighed[] {
  const weights = new Map(model.features.map((feature) => [feature.name, feature]))
  return columns.map((column, at) => {
    const feature = weights.get(featureNames[at]!)
    if (feature === undefined || feature.weight === 0) return { column, factor: 0, mean: 0 }
    return { column, factor: feature.weight / feature.scale / model.temperature, mean: sumOf(column) / Math.max(1, column.length) }
  })
}

/** In four sums, each of which need not wait for the others: a hundred columns are summed for every report. */
function sumOf(column: ArrayLike<number>): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  let index = 0
  for (; index + 3 < column.length; index += 4) {
    a += column[index]!
    b += column[index + 1]!
    c += column[index + 2]!
    d += column[index + 3]!
  }
  for (; index < column.length; index++) a += column[index]!
  return a + b + (c + d)
}

/** Each candidate's log-odds against the pool's average. */
export function scoresOf(weighed: readonly Weighed[], pool: number): Float64Array {
  const scores = new Float64Array(pool)
  for (const { column, factor, mean } of weighed) {
    if (factor !== 0) for (let index = 0; index < pool; index++) scores[index]! += factor * (column[index]! - mean)
  }
  return scores
}

/** Sums to 1: how likely each candidate is, given that one of them is the cause. */
export function sharesOf(scores: Float64Array, { lapse }: Pick<SuspectModel, 'lapse'>): Float64Array {
  const total = logSumExp(scores)
  const shares = new Float64Array(scores.length)
  for (let place = 0; place < shares.length; place++) shares[place] = (1 - lapse) * Math.exp(scores[place]! - total) + lapse / shares.length
  return shares
}

/** Sums to 1 together with `none`. */
export function probabilitiesOf(
  scores: Float64Array,
  facts: NoneFacts,
  model: Pick<SuspectModel, 'none' | 'lapse'>,
): { probabilities: Float64Array; none: number } {
  const none = 1 / (1 + Math.exp(-noneLogOdds(scores, facts, model)))
  return { probabilities: sharesOf(scores, model).map((share) => (1 - none) * share), none }
}

/** The same once it is known that only those that are `open` may be it: what the others had goes to these and to `none`. */
export function knowing(
  { probabilities, none }: { probabilities: Float64Array; none: number },
  open: ArrayLike<boolean>,
): { probabilities: Float64Array; none: number } {
  const left = probabilities.reduce((sum, probability, place) => (open[place] === true ? sum + probability : sum), none)
  return { probabilities: probabilities.map((probability, place) => (open[place] === true ? probability / left : 0)), none: none / left }
}

function noneLogOdds(scores: Float64Array, facts: NoneFacts, model: Pick<SuspectModel, 'none'>): number {
  const values = new Map<string, number>(measureNone(facts, scores).map((value, at) => [noneFeatureNames[at]!, value]))
  return model.none.reduce((sum, { name, weight, mean, scale }) => sum + (weight * ((values.get(name) ?? mean) - mean)) / scale, 0)
}

/** The best place, from 1, of the given candidates; ties go to the earlier one. Null when none is given. */
export function rankOf(scores: Float64Array, wanted: readonly number[]): number | null {
  if (wanted.length === 0) return null
  let best = wanted[0]!
  for (const place of wanted) if (scores[place]! > scores[best]! || (scores[place] === scores[best] && place < best)) best = place
  let ahead = 0
  for (let place = 0; place < scores.length; place++)
    if (scores[place]! > scores[best]! || (scores[place] === scores[best] && place < best)) ahead++
  return ahead + 1
}
