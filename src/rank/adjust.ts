// What a repository's own confirmed causes teach about the shipped model: how much each feature counts there, against how
// much it counts elsewhere. Pure: answered cases in time order in, factors near 1 out.
import type { Adjustment } from '../domain/accuracy.ts'
import type { Candidate, IncidentQuery, RepositoryPast } from '../domain/ranking.ts'
import { featureNames, measureAll } from './features.ts'
import { curveOf, type List } from './learn/listwise-curve.ts'
import { minimiseWithSigns } from './learn/minimise-with-signs.ts'
import type { SuspectModel } from './model.ts'
import { prepareCandidate, prepareQuery } from './prepare.ts'
import { contextOf } from './rank.ts'
import { logSumExp } from './none-of-these.ts'
import { rankOf, scoresOf, weigh } from './score.ts'

/** How much of a case's scores each feature that the model weighs is worth, and who it was. */
export type AnsweredCase = {
  /** Each candidate's score, taken apart by feature, in the order of `adjustableFeatures`. */
  parts: readonly Float32Array[]
  culprits: readonly number[]
}

/** What the weight of each feature is multiplied by, in the order of `adjustableFeatures`. */
export type Factors = readonly number[]

/** What a standardised weight's distance from the shipped one, squared and halved, costs against summed log-likelihoods. */
const PENALTY = 1_000
/** Before so many cases nothing is adjusted; then it is learned anew after as many more as `EVERY`. */
const LEAST_CASES = 20
const EVERY = 10
/** Summed log-likelihood that the adjusted model must have won on past cases, each asked before its cause was known. */
const LEAST_GAIN = 2
/** Rounding of sums that are equal. */
const DUST = 1e-9
/** What the shipped model puts behind these moves no weight, and a hundred cases of thousands would fill the memory. */
const MOST_CANDIDATES = 500

type Weights = Pick<SuspectModel, 'features' | 'temperature'>

/** Those that the model weighs at all: a factor does nothing to the others. */
export function adjustableFeatures({ features }: Pick<SuspectModel, 'features'>): string[] {
  const weighed = new Set(features.flatMap(({ name, weight }) => (weight === 0 ? [] : [name])))
  return featureNames.filter((name) => weighed.has(name))
}

/** The scores of a question's candidates, taken apart; of those at the given places where some are given. `columns` are those of `measureAll`. */
export function scoreParts(columns: readonly ArrayLike<number>[], model: Weights, places?: readonly number[]): Float32Array[] {
  return weigh(columns, model)
    .filter(({ factor }) => factor !== 0)
    .map(({ column, factor, mean }) => {
      const wanted = places ?? Array.from(column, (_, place) => place)
      return Float32Array.from(wanted, (place) => factor * (column[place]! - mean))
    })
}

/** The same from a question whose cause is known by now. */
export function answeredCase(
  query: IncidentQuery,
  candidates: readonly Candidate[],
  past: RepositoryPast,
  model: SuspectModel,
  culpritId: string,
): AnsweredCase {
  const context = contextOf(prepareQuery(query), candidates.map(prepareCandidate), past)
  const columns = measureAll(context)
  const scores = scoresOf(weigh(columns, model), context.candidates.length)
  const isCulprit = (place: number): boolean => context.candidates[place]!.candidate.id === culpritId
  const kept = [...scores.keys()]
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .filter((place, at) => at < MOST_CANDIDATES || isCulprit(place))
    .sort((a, b) => a - b)
  return { parts: scoreParts(columns, model, kept), culprits: [...kept.keys()].filter((at) => isCulprit(kept[at]!)) }
}

/** The same model with its weights multiplied; its version says so. Without an adjustment the model itself. */
export function adjustModel(model: SuspectModel, adjustment: Adjustment | null): SuspectModel {
  if (adjustment === null) return model
  const names = adjustableFeatures(model)
  // Another version may weigh others.
  if (adjustment.factors.length !== names.length) return model
  const factors = new Map(names.map((name, at) => [name, adjustment.factors[at]!]))
  return {
    ...model,
    version: `${model.version} adjusted by ${adjustment.cases} cases`,
    features: model.features.map((feature) => ({ ...feature, weight: feature.weight * (factors.get(feature.name) ?? 1) })),
  }
}

/** Null while there are too few cases, or while the adjusted model has not shown on them that it does better. */
export function adjustmentFrom(cases: readonly AnsweredCase[], model: Weights): Adjustment | null {
  const known = cases.filter(isKnown)
  const last = playInTime(known, model).at(-1)
  if (last === undefined || known.length < LEAST_CASES || !isWorthIt(last)) return null
  return { factors: factorsFrom(known, model), cases: known.length, gain: last.gain, lead: last.lead }
}

export type PlayedCase = {
  /** With which this case was answered; null where the shipped model answered. */
  factors: Factors | null
  /** Won by adjusting on this case and all before, whether or not it was used. */
  gain: number
  lead: number
}

/** Each case answered by what the cases before it had taught, and only if that had been worth it by then. */
export function playInTime(cases: readonly AnsweredCase[], model: Weights): PlayedCase[] {
  const won = { gain: 0, lead: 0 }
  const before: AnsweredCase[] = []
  let learned: Factors | null = null
  return cases.map((each) => {
    if (before.length >= LEAST_CASES && (learned === null || before.length % EVERY === 0)) learned = factorsFrom(before, model, learned)
    const factors = isWorthIt(won) ? learned : null
    if (isKnown(each)) {
      if (learned !== null) {
        won.gain += logLikelihood(each, learned) - logLikelihood(each, null)
        won.lead += reciprocalRank(each, learned) - reciprocalRank(each, null)
      }
      before.push(each)
    }
    return { factors, ...won }
  })
}

/** Surer and not wrong more often: likelihood alone rewards a model for doubting its right answers less than its wrong ones. */
const isWorthIt = ({ gain, lead }: { gain: number; lead: number }): boolean => gain >= LEAST_GAIN && lead >= -DUST
const isKnown = ({ culprits }: AnsweredCase): boolean => culprits.length > 0

/** As likely as can be for the known causes, and near the shipped weights; never below 0, so that no evidence turns round. */
function factorsFrom(cases: readonly AnsweredCase[], model: Weights, start: Factors | null = null): Factors {
  const sizes = new Map(model.features.map(({ name, weight }) => [name, Math.abs(weight)]))
  const shipped = Float64Array.from(adjustableFeatures(model), (name) => sizes.get(name)!)
  const lists = cases.map(({ parts, culprits }): List => {
    const pool = parts[0]?.length ?? 0
    return { share: 1, columns: parts, offsets: new Float64Array(pool), pool, culprits }
  })
  const learned = minimiseWithSigns(
    curveOf(lists, shipped, PENALTY, shipped),
    Array.from(shipped, () => true),
    start === null ? shipped : shipped.map((size, at) => size * start[at]!),
  )
  return Array.from(learned, (size, at) => digits(size / shipped[at]!))
}

/** More than matter, and few enough to keep. */
const digits = (factor: number): number => Number(factor.toPrecision(6))

/** Each candidate's score with these factors; with null, as shipped. */
export function adjustedScores({ parts }: AnsweredCase, factors: Factors | null): Float64Array {
  const scores = new Float64Array(parts[0]?.length ?? 0)
  for (const [at, part] of parts.entries()) {
    const factor = factors?.[at] ?? 1
    for (let place = 0; place < scores.length; place++) scores[place]! += factor * part[place]!
  }
  return scores
}

function reciprocalRank(each: AnsweredCase, factors: Factors | null): number {
  return 1 / (rankOf(adjustedScores(each, factors), each.culprits) ?? Infinity)
}

function logLikelihood(each: AnsweredCase, factors: Factors | null): number {
  const scores = adjustedScores(each, factors)
  return logSumExp(Float64Array.from(each.culprits, (place) => scores[place]!)) - logSumExp(scores)
}
