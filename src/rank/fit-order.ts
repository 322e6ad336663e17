// The weights of the features, by maximum likelihood of a conditional logit: which of the candidates was it? Pure and
// deterministic: measured cases in, weights out.
import { featureNames } from './features.ts'
import type { Measured } from './measure-cases.ts'
import { type Curve, minimiseWithSigns } from './minimise-with-signs.ts'
import type { SuspectModel } from './model.ts'

/** No training data: prepared histories know neither services, deployments and stack frames nor who bumps what. */
const HAND_SET: Readonly<Record<string, number>> = {
  'stack-frame.file': 1,
  'stack-frame.near': 0.7,
  'stack-frame.line': 1.5,
  'named-change.number': 4,
  'named-change.sha': 5,
  'named-path.path': 0.5,
  'named-symbol.enclosing': 0.2,
  'time.since-merged': 0.05,
  'service.same': 1.2,
  'service.near': 0.5,
  'dependency-bump.named': 1.5,
}
/** What matches the report speaks for a change, however a handful of cases would bend it. */
const MATCHING = /^(stack-frame|named-change|named-path|named-symbol|identifier|text|service|past-incident|past-change)\./

export const handSetNames: readonly string[] = featureNames.filter((name) => name in HAND_SET)

/**
 * Learns from the cases, by repository, whose culprit is in the pool. `penalty` is on the squares of the standardised
 * weights. The loss is convex: `start`, weights of a similar fit, saves steps and does not change where they lead.
 */
export function fitOrder(
  repositories: readonly (readonly Measured[])[],
  penalty: number,
  start?: SuspectModel['features'],
): SuspectModel['features'] {
  const usable = repositories.map((cases) => cases.filter(({ culprits }) => culprits.length > 0))
  const learned = usable.flat()
  const standard = standardOf(learned)
  const fitted = featureNames.flatMap((name, at) => (name in HAND_SET || standard.scales[at]! < 1e-9 ? [] : [at]))
  const shares = sharesOf(usable.map(({ length }) => length))
  const lists = learned.map((each, at) => listOf(each, fitted, shares[at]!))
  const scales = Float64Array.from(fitted, (at) => standard.scales[at]!)
  const weights = minimiseWithSigns(
    curveOf(lists, scales, penalty),
    fitted.map((at) => MATCHING.test(featureNames[at]!)),
    start && Float64Array.from(fitted, (at) => start.find(({ name }) => name === featureNames[at])?.weight ?? 0),
  )
  return featureNames.map((name, at) => {
    if (name in HAND_SET) return { name, weight: HAND_SET[name]!, mean: 0, scale: 1 }
    const place = fitted.indexOf(at)
    return place === -1
      ? { name, weight: 0, mean: 0, scale: 1 }
      : { name, weight: round(weights[place]!), mean: round(standard.means[at]!), scale: round(standard.scales[at]!) }
  })
}

/**
 * How much each case counts, 1 on average. A repository counts with the root of its number of cases: a large one tells
 * more, but what holds there need not hold elsewhere.
 */
function sharesOf(counts: readonly number[]): number[] {
  const shares = counts.flatMap((count) => Array.from({ length: count }, () => 1 / Math.sqrt(count)))
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  return shares.map((share) => share / mean)
}

type Standard = { means: Float64Array; scales: Float64Array }

/** Scales are those within a pool: what differs only between pools says nothing about who it was. */
function standardOf(cases: readonly Measured[]): Standard {
  const means = new Float64Array(featureNames.length)
  const scales = new Float64Array(featureNames.length)
  const count = Math.max(
    1,
    cases.reduce((sum, { pool }) => sum + pool, 0),
  )
  for (let at = 0; at < featureNames.length; at++) {
    let squares = 0
    for (const { columns, pool } of cases) {
      const column = columns[at]!
      let sum = 0
      for (let index = 0; index < pool; index++) sum += column[index]!
      const mean = sum / Math.max(1, pool)
      for (let index = 0; index < pool; index++) squares += (column[index]! - mean) ** 2
      means[at]! += sum / count
    }
    scales[at] = Math.sqrt(squares / count)
  }
  return { means, scales }
}

/** One case for the fit: how much it counts, its columns as measured, what the hand-set weights add, and which it was. */
type List = { share: number; columns: Float32Array[]; offsets: Float64Array; pool: number; culprits: readonly number[] }

function listOf({ columns, pool, culprits }: Measured, fitted: readonly number[], share: number): List {
  const offsets = new Float64Array(pool)
  for (const [at, name] of featureNames.entries()) {
    const weight = HAND_SET[name]
    if (weight !== undefined) for (let index = 0; index < pool; index++) offsets[index]! += weight * columns[at]![index]!
  }
  return { share, columns: fitted.map((at) => columns[at]!), offsets, pool, culprits }
}

/**
 * Any of the culprits may come first: minus the log of the probability that they hold together. Weights are those of
 * standardised columns; means cancel out within a case, so dividing by the scale is all that has to be done.
 */
function curveOf(lists: readonly List[], scales: Float64Array, penalty: number): Curve {
  const count = scales.length
  return (weights) => {
    const curve = {
      value: weights.reduce((sum, weight) => sum + (penalty / 2) * weight ** 2, 0),
      gradient: weights.map((weight) => penalty * weight),
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
function addCurvature(
  curvature: Float64Array,
  share: number,
  columns: readonly Float32Array[],
  masses: Float64Array,
  scales: Float64Array,
): void {
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

/** More digits than matter: the file stays readable. */
const round = (value: number): number => Number(value.toPrecision(5))
