// What a repository's own settled outcomes teach about the shipped model: how much each group of features counts there,
// and how much each feature adds to it. Pure: outcomes in, an adjustment near "as everywhere" out.
import type { RiskAdjustment } from '../domain/risk.ts'
import { type Curve, minimiseWithSigns } from '../rank/learn/minimise-with-signs.ts'
import { baseRateOf, logistic, logit, type RiskModel } from './model.ts'
import type { RiskOutcome } from './outcome.ts'
import { riskFeatures } from './risk-features.ts'
import { SETTLED_AFTER_MS } from './risk-memory.ts'
import { adjustableGroups, strengthsOf } from './strengths.ts'

/** What the square of a factor's distance from 1, halved, costs against summed log-likelihoods. */
const FACTOR_PENALTY = 3
/** The same for a slope of 1 a standard deviation. */
const SLOPE_PENALTY = 300
/** Before so many settled changes and harms nothing is adjusted. */
const LEAST_OUTCOMES = 500
const LEAST_HARMS = 20
/** A feature that hardly ever differs from its mean is not measured by how little it does. */
const LEAST_SCALE = 0.25

/** The bending changes little from step to step, and takes forty times as long as the slope. */
const BENT_EVERY = 6

const GROUPS = adjustableGroups.length
const WIDTH = GROUPS + riskFeatures.length

/** Outcomes as the fit reads them: a row each of what groups and features say, and the log-odds without either. */
export type OutcomeTable = { count: number; rows: Float64Array; offsets: Float64Array; isBad: Uint8Array; settledAtMs: Float64Array }

/** In time order. */
export function outcomeTable(outcomes: readonly RiskOutcome[], model: RiskModel): OutcomeTable {
  const table: OutcomeTable = {
    count: outcomes.length,
    rows: new Float64Array(outcomes.length * WIDTH),
    offsets: new Float64Array(outcomes.length),
    isBad: new Uint8Array(outcomes.length),
    settledAtMs: new Float64Array(outcomes.length),
  }
  for (const [place, { at, values, words, base, isBad }] of outcomes.entries()) {
    table.rows.set(strengthsOf(values, words, model), place * WIDTH)
    table.rows.set(values, place * WIDTH + GROUPS)
    table.offsets[place] = logit(baseRateOf(base, model)) + model.bias
    table.isBad[place] = isBad ? 1 : 0
    // Clocks of committers differ: what landed later is not settled earlier.
    table.settledAtMs[place] = Math.max(table.settledAtMs[place - 1] ?? 0, at.getTime() + SETTLED_AFTER_MS)
  }
  return table
}

/**
 * From outcomes in time order, all of them settled; null while they are too few. `held`: groups that count as everywhere,
 * where what is known of the past is not what is known of a change.
 */
export function adjustmentFrom(outcomes: readonly RiskOutcome[], model: RiskModel, held: readonly string[] = []): RiskAdjustment | null {
  return fitAdjustment(outcomeTable(outcomes, model), outcomes.length, { held })?.adjustment ?? null
}

/** What the first `count` rows teach. `start`: weights that were learned from fewer of them. */
export function fitAdjustment(
  table: OutcomeTable,
  count: number,
  { held = [], start }: { held?: readonly string[]; start?: Float64Array } = {},
): { adjustment: RiskAdjustment; weights: Float64Array } | null {
  const harms = table.isBad.subarray(0, count).reduce((sum, each) => sum + each, 0)
  if (count < LEAST_OUTCOMES || harms < LEAST_HARMS) return null
  const columns = columnsOf(table, count, held)
  const weights = minimiseWithSigns(
    likelihoodCurve(table, count, columns, held),
    columns.map(({ isAtLeast0 }) => isAtLeast0),
    start ?? Float64Array.from(columns, ({ centre }) => centre),
  )
  const kept = columns.map((column, at) => ({ ...column, weight: digits(weights[at]!) }))
  const groups = kept.filter(({ place }) => place < GROUPS)
  const slopes = kept.filter(({ place, weight }) => place >= GROUPS && weight !== 0)
  const adjustment = {
    factors: Object.fromEntries(groups.map(({ place, weight }) => [adjustableGroups[place]!, weight])),
    slopes: Object.fromEntries(
      slopes.map(({ place, weight, scale, mean }) => [
        riskFeatures[place - GROUPS]!.name,
        { rise: digits(weight / scale), mean: digits(mean) },
      ]),
    ),
    shift: digits(groups.reduce((sum, { weight, mean }) => sum + (1 - weight) * mean, 0)),
    changes: count,
    harms,
  }
  return { adjustment, weights }
}

/** More than matter, and few enough to keep. */
const digits = (value: number): number => Number(value.toPrecision(6))

type Column = { place: number; mean: number; scale: number; centre: number; penalty: number; isAtLeast0: boolean }

/** Factors are of what a group says against its mean, so that they move no average; slopes of features alike. */
function columnsOf({ rows }: OutcomeTable, count: number, held: readonly string[]): Column[] {
  const names = [...adjustableGroups, ...riskFeatures.map(({ kind }) => kind)]
  return names.flatMap((group, place): Column[] => {
    if (held.includes(group)) return []
    let sum = 0
    for (let row = 0; row < count; row++) sum += rows[row * WIDTH + place]!
    const mean = sum / count
    if (place < GROUPS) return [{ place, mean, scale: 1, centre: 1, penalty: FACTOR_PENALTY, isAtLeast0: true }]
    let squares = 0
    for (let row = 0; row < count; row++) squares += (rows[row * WIDTH + place]! - mean) ** 2
    const scale = Math.max(LEAST_SCALE, Math.sqrt(squares / count))
    return [{ place, mean, scale, centre: 0, penalty: SLOPE_PENALTY, isAtLeast0: riskFeatures[place - GROUPS]!.isHarm === true }]
  })
}

/** Minus the log-likelihood of the outcomes, and what the weights' distance from `centre` costs. */
function likelihoodCurve(
  { rows, offsets, isBad }: OutcomeTable,
  count: number,
  columns: readonly Column[],
  held: readonly string[],
): Curve {
  const size = columns.length
  // What columns say against their means, once: each step of the fit reads all of it.
  const said = new Float64Array(count * size)
  const fixed = offsets.slice(0, count)
  const asEverywhere = held.map((group) => adjustableGroups.indexOf(group)).filter((place) => place !== -1)
  for (let row = 0; row < count; row++) {
    for (const place of asEverywhere) fixed[row]! += rows[row * WIDTH + place]!
    for (let at = 0; at < size; at++) {
      const { place, mean, scale, centre } = columns[at]!
      said[row * size + at] = (rows[row * WIDTH + place]! - mean) / scale
      fixed[row]! += centre * mean
    }
  }
  let curvature = new Float64Array(size * size)
  let asked = 0
  return (weights) => {
    const isBent = asked++ % BENT_EVERY === 0
    if (isBent) curvature = new Float64Array(size * size)
    const gradient = weights.map((weight, at) => columns[at]!.penalty * (weight - columns[at]!.centre))
    let value = 0
    for (let at = 0; at < size; at++) {
      value += (columns[at]!.penalty / 2) * (weights[at]! - columns[at]!.centre) ** 2
      if (isBent) curvature[at * size + at] = columns[at]!.penalty
    }
    for (let row = 0; row < count; row++) {
      const first = row * size
      let logOdds = fixed[row]!
      for (let at = 0; at < size; at++) logOdds += weights[at]! * said[first + at]!
      const probability = logistic(logOdds)
      value += Math.max(0, logOdds) + Math.log1p(Math.exp(-Math.abs(logOdds))) - isBad[row]! * logOdds
      const pull = probability - isBad[row]!
      for (let at = 0; at < size; at++) gradient[at]! += pull * said[first + at]!
      if (isBent) bend(curvature, said.subarray(first, first + size), probability * (1 - probability))
    }
    return { value, gradient, curvature }
  }
}

/** Adds what one row bends to the upper half. */
function bend(curvature: Float64Array, said: Float64Array, bending: number): void {
  const size = said.length
  for (let at = 0; at < size; at++) {
    const one = bending * said[at]!
    if (one === 0) continue
    for (let other = at; other < size; other++) curvature[at * size + other]! += one * said[other]!
  }
}
