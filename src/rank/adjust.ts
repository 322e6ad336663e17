// What a repository's own confirmed causes teach about the shipped model: how much each group of evidence counts there,
// against how much it counts elsewhere. Pure: answered cases in time order in, a few factors near 1 out.
import type { Adjustment } from '../domain/accuracy.ts'
import type { Candidate, IncidentQuery, RepositoryPast } from '../domain/ranking.ts'
import { featureNames, measureAll } from './features.ts'
import { curveOf, type List } from './listwise-curve.ts'
import { minimiseWithSigns } from './minimise-with-signs.ts'
import type { SuspectModel } from './model.ts'
import { prepareCandidate, prepareQuery } from './prepare.ts'
import { contextOf } from './rank.ts'
import { logSumExp } from './none-of-these.ts'
import { rankOf, scoresOf, weigh } from './score.ts'

/** Few enough that some dozen cases say something about each of them. */
export const evidenceGroups = ['words', 'rest'] as const
type EvidenceGroup = (typeof evidenceGroups)[number]

const WORDS = /^(text|identifier|named-path|named-symbol|named-change|stack-frame)\./
const groupOfFeature = (name: string): EvidenceGroup => (WORDS.test(name) ? 'words' : 'rest')

/** A case whose cause is known: what the shipped model scored each candidate, by group in the order of `evidenceGroups`. */
export type AnsweredCase = { groups: readonly Float64Array[]; culprits: readonly number[] }

/** What the weights of each group are multiplied by, in the order of `evidenceGroups`. */
export type Factors = readonly number[]

/** What a factor's distance from 1, squared and halved, costs against summed log-likelihoods. */
const PENALTY = 10
/** Before so many cases nothing is adjusted. */
const LEAST_CASES = 20
/** Summed log-likelihood that the adjusted model must have won on past cases, each asked before its cause was known. */
const LEAST_GAIN = 2
/** Rounding of sums that are equal. */
const DUST = 1e-9

/** The scores of a question's candidates, taken apart. `columns` are those of `measureAll`. */
export function groupScores(columns: readonly ArrayLike<number>[], pool: number, model: SuspectModel): Float64Array[] {
  const weighed = weigh(columns, model)
  return evidenceGroups.map((group) =>
    scoresOf(
      weighed.filter((_, at) => groupOfFeature(featureNames[at]!) === group),
      pool,
    ),
  )
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
  const culprit = context.candidates.findIndex(({ candidate }) => candidate.id === culpritId)
  return { groups: groupScores(measureAll(context), context.candidates.length, model), culprits: culprit === -1 ? [] : [culprit] }
}

/** The same model with each group's weights multiplied; its version says so. Without an adjustment the model itself. */
export function adjustModel(model: SuspectModel, adjustment: Adjustment | null): SuspectModel {
  // Another version may have had other groups.
  if (adjustment === null || adjustment.factors.length !== evidenceGroups.length) return model
  const { factors, cases } = adjustment
  return {
    ...model,
    version: `${model.version} adjusted by ${cases} cases`,
    features: model.features.map((feature) => ({
      ...feature,
      weight: feature.weight * factors[evidenceGroups.indexOf(groupOfFeature(feature.name))]!,
    })),
  }
}

/** Null while there are too few cases, or while the adjusted model has not shown on them that it does better. */
export function adjustmentFrom(cases: readonly AnsweredCase[]): Adjustment | null {
  const known = cases.filter(isKnown)
  const last = playInTime(known).at(-1)
  if (last === undefined || known.length < LEAST_CASES || !isWorthIt(last)) return null
  return { factors: factorsFrom(known), cases: known.length, gain: last.gain, lead: last.lead }
}

export type PlayedCase = {
  /** With which this case was answered; all 1 where the shipped model was. */
  factors: Factors
  /** Won by adjusting on this case and all before, whether or not it was used. */
  gain: number
  lead: number
}

/** Each case answered by what the cases before it had taught, and only if that had been worth it by then. */
export function playInTime(cases: readonly AnsweredCase[]): PlayedCase[] {
  const won = { gain: 0, lead: 0 }
  return cases.map((each, at) => {
    const before = cases.slice(0, at).filter(isKnown)
    if (before.length < LEAST_CASES) return { factors: unadjusted, ...won }
    const learned = factorsFrom(before)
    const factors = isWorthIt(won) ? learned : unadjusted
    if (isKnown(each)) {
      won.gain += logLikelihood(each, learned) - logLikelihood(each, unadjusted)
      won.lead += reciprocalRank(each, learned) - reciprocalRank(each, unadjusted)
    }
    return { factors, ...won }
  })
}

/** Surer and not wrong more often: likelihood alone rewards a model for doubting its right answers less than its wrong ones. */
const isWorthIt = ({ gain, lead }: { gain: number; lead: number }): boolean => gain >= LEAST_GAIN && lead >= -DUST
const unadjusted: Factors = evidenceGroups.map(() => 1)
const isKnown = ({ culprits }: AnsweredCase): boolean => culprits.length > 0

/** As likely as can be for the known causes, and near 1; never below 0, so that no evidence turns round. */
function factorsFrom(cases: readonly AnsweredCase[]): Factors {
  const ones = new Float64Array(evidenceGroups.length).fill(1)
  const lists = cases.map(({ groups, culprits }): List => {
    const pool = groups[0]!.length
    return { share: 1, columns: groups, offsets: new Float64Array(pool), pool, culprits }
  })
  return [
    ...minimiseWithSigns(
      curveOf(lists, ones, PENALTY, ones),
      evidenceGroups.map(() => true),
      ones,
    ),
  ]
}

/** Each candidate's score with these factors. */
export function adjustedScores({ groups }: AnsweredCase, factors: Factors): Float64Array {
  const scores = new Float64Array(groups[0]!.length)
  for (const [group, column] of groups.entries())
    for (let place = 0; place < scores.length; place++) scores[place]! += factors[group]! * column[place]!
  return scores
}

function reciprocalRank(each: AnsweredCase, factors: Factors): number {
  return 1 / (rankOf(adjustedScores(each, factors), each.culprits) ?? Infinity)
}

function logLikelihood(each: AnsweredCase, factors: Factors): number {
  const scores = adjustedScores(each, factors)
  return logSumExp(Float64Array.from(each.culprits, (place) => scores[place]!)) - logSumExp(scores)
}
