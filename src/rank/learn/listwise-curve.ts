// How badly weights explain which of several candidates it was, with its slope and its bending: what a fit walks down.
import type { Curve } from './minimise-with-signs.ts'

/** One case for the fit: how much it counts, its columns as measured, what is added whatever the weights are, and which it was. */
export type List = {
  share: number
  columns: readonly (Float32Array | Float64Array)[]
  offsets: Float64Array
  pool: number
  culprits: readonly number[]
}

/**
 * Any of the culprits may come first: minus the log of the probability that they hold together, and `penalty` ÷ 2 on the
 * square of how far each weight is from `centre`. Weights are those of columns divided by `scales`; means cancel out.
 */
export function curveOf(lists: readonly List[], scales: Float64Array, penalty: number, centre: Float64Array): Curve {
  const count = scales.length
  return (weights) => {
    const curve = {
      value: weights.reduce((sum, weight, at) => sum + (penalty / 2) * (weight - centre[at]!) ** 2, 0),
      gradient: weights.map((weight, at) => penalty * (weight - centre[at]!)),
      curvature: new Float64Array(count * count),
    }
    for (let at = 0; at < count; at++) curve.curvature[at * count + at] = penalty
    for (const list of lists) addCase(curve, list, weights, scales)
    return curve
  }
}

/** Rows less likely than this bend the loss too little to be worth their squares: a step is a little longer, its end the same. */
const LEAST_BENDING = 1e-3

function addCase(
  curve: ReturnType<Curve>,
  { share, columns, offsets, pool, culprits }: List,
  weights: Float64Array,
  scales: Float64Array,
): void {
  const masses = offsets.slice()
  for (let feature = 0; feature < columns.length; feature++) {
    const weight = weights[feature]! / scales[feature]!
    const column = columns[feature]!
    if (weight !== 0) for (let index = 0; index < pool; index++) masses[index]! += weight * column[index]!
  }
  let best = -Infinity
  for (let index = 0; index < pool; index++) best = Math.max(best, masses[index]!)
  let all = 0
  for (let index = 0; index < pool; index++) all += masses[index] = Math.exp(masses[index]! - best)
  for (let index = 0; index < pool; index++) masses[index]! /= all
  addCurvature(curve.curvature, share, columns, masses, scales)
  const caused = culprits.reduce((sum, culprit) => sum + masses[culprit]!, 0)
  curve.value -= share * Math.log(caused)
  for (const culprit of culprits) masses[culprit]! *= 1 - 1 / caused
  for (let feature = 0; feature < columns.length; feature++) {
    const column = columns[feature]!
    let pull = 0
    for (let index = 0; index < pool; index++) pull += masses[index]! * column[index]!
    curve.gradient[feature]! += (share * pull) / scales[feature]!
  }
}

/** The features' variances and covariances under the probabilities, upper half only. */
function addCurvature(curvature: Float64Array, share: number, columns: List['columns'], masses: Float64Array, scales: Float64Array): void {
  const count = columns.length
  const row = new Float64Array(count)
  const mean = new Float64Array(count)
  const add = (factor: number): void => {
    for (let a = 0; a < count; a++) {
      const scaled = factor * row[a]!
      if (scaled !== 0) for (let b = a, at = a * count + a; b < count; b++, at++) curvature[at]! += scaled * row[b]!
    }
  }
  let sum = 0
  for (let index = 0; index < masses.length; index++) {
    const mass = masses[index]!
    if (mass < LEAST_BENDING) continue
    sum += mass
    for (let feature = 0; feature < count; feature++) mean[feature]! += mass * (row[feature] = columns[feature]![index]! / scales[feature]!)
    add(share * mass)
  }
  row.set(mean)
  if (sum > 0) add(-share / sum)
}
