// Learns the suspects model from prepared histories: order, then how sure, then whether it is listed at all. Pure and
// deterministic: measured sets in, model out. What tells how sure is learned on sets that the order had not seen.
import { fitLogistic } from './fit-logistic.ts'
import { fitOrder, handSetNames } from './fit-order.ts'
import type { Measured, MeasuredSet } from './measure-cases.ts'
import { accuracyOf, calibrationErrorOf, macroOf } from '../metrics.ts'
import { minimise } from './minimise.ts'
import type { SuspectModel } from '../model.ts'
import { logSumExp, measureNone, noneFeatureNames } from '../none-of-these.ts'
import { rankOf, scoresOf, sharesOf, weigh } from '../score.ts'

/** Content hashes of the cases stand in the model file, so that nobody judges it on what it has learned. */
export type TrainingSet = MeasuredSet & { hashes: readonly string[] }

const FOLDS = 5
const PENALTY = 150
const NONE_PENALTY = 10
/** Prepared cases all have a listed cause. So many incidents are taken to have none: no history tells the true share. */
const UNLISTED_SHARE = 0.2
const MIN_CASES = 20
const START_LAPSE = 0.05

/** Throws when there is too little to learn from. */
export function trainSuspects(sets: readonly TrainingSet[], tell: (progress: string) => void): SuspectModel {
  const usable = sets.reduce((sum, { cases }) => sum + cases.filter(({ culprits }) => culprits.length > 0).length, 0)
  if (usable < MIN_CASES) {
    throw new Error(`Only ${usable} cases have their culprit in the pool: at least ${MIN_CASES} are needed to learn from. Give more sets.`)
  }
  tell('learning from all cases')
  const features = fitOrder(
    sets.map(({ cases }) => cases),
    PENALTY,
  )
  const folds = foldsOf(sets)
  const heldOut = folds.map((cases, at): Fold => {
    tell(`cross-validation ${at + 1} of ${folds.length}`)
    const others = folds.filter((_, other) => other !== at).flat()
    return { cases: cases.flat(), features: fitOrder(others, PENALTY, features) }
  })
  const sureness = fitSureness(heldOut)
  const none = fitNone(heldOut, sureness.temperature)
  return {
    version: 'suspects-5',
    trainedOn: {
      description: `Conditional logit with L2 penalty ${PENALTY}, repositories counting with the root of their cases; matching evidence is kept from being negative. Temperature, lapse and listed-or-not learned on scores from ${folds.length} folds that had not seen the case, listed-or-not on 1:1 twins with the culprit taken out, then set to ${UNLISTED_SHARE * 100} % of incidents without a listed cause.`,
      handSet: [...handSetNames],
      sets: sets.map(({ name, cases, hashes }) => ({ name, cases: cases.length, hashes: hashes.join(' ') })),
    },
    features,
    none,
    unlistedShare: UNLISTED_SHARE,
    ...sureness,
    accuracy: accuracyIn(sets, heldOut, sureness),
  }
}

/** Whole sets where there are several, so that what a fold holds out is a repository; stretches of time where there is one. */
function foldsOf(sets: readonly TrainingSet[]): TrainingSet['cases'][][] {
  const count = sets.length === 1 ? FOLDS : Math.min(FOLDS, sets.length)
  return Array.from({ length: count }, (_, fold) =>
    sets.map(({ cases }, place) =>
      cases.filter((_, at) => fold === (sets.length === 1 ? Math.floor((at * count) / cases.length) : place % count)),
    ),
  )
}

type Fold = { cases: TrainingSet['cases']; features: SuspectModel['features'] }

type Sureness = Pick<SuspectModel, 'temperature' | 'lapse'>

function fitSureness(folds: readonly Fold[]): Sureness {
  const asked = folds.flatMap(({ cases, features }) =>
    cases
      .filter(({ culprits }) => culprits.length > 0)
      .map((each) => ({ culprits: each.culprits, scores: scored(each, { features, temperature: 1 }) })),
  )
  const temperature = fitTemperature(asked)
  return {
    temperature,
    lapse: fitLapse(asked.map(({ scores, culprits }) => ({ scores: scores.map((score) => score / temperature), culprits }))),
  }
}

type Asked = { scores: Float64Array; culprits: readonly number[] }

/** What the scores have to be divided by, so that the probabilities of cases not seen are as likely as can be. */
function fitTemperature(asked: readonly Asked[]): number {
  const [logTemperature] = minimise(([at]) => {
    const inverse = Math.exp(-at!)
    let value = 0
    let slope = 0
    for (const { scores, culprits } of asked) {
      const all = softmaxOf(scores, inverse)
      const caused = softmaxOf(
        Float64Array.from(culprits, (place) => scores[place]!),
        inverse,
      )
      value += all.logSum - caused.logSum
      slope -= inverse * (all.mean - caused.mean)
    }
    return { value, gradient: Float64Array.of(slope) }
  }, new Float64Array(1))
  return round(Math.exp(logTemperature!))
}

/**
 * How much of an answer to spread over the pool, so that what is said of the first suspect is as likely as can be. A
 * temperature alone stays too bold where the first is nearly certain: some labels are wrong, and some causes show in
 * nothing that is measured.
 */
function fitLapse(asked: readonly Asked[]): number {
  const firsts = asked.map(({ scores, culprits }) => ({
    best: maxOf(sharesOf(scores, { lapse: 0 })),
    even: 1 / scores.length,
    isCause: rankOf(scores, culprits) === 1,
  }))
  const [logit] = minimise(
    ([at]) => {
      const lapse = logistic(at!)
      let value = 0
      let slope = 0
      for (const { best, even, isCause } of firsts) {
        const sure = (1 - lapse) * best + lapse * even
        const likelihood = Math.max(1e-12, isCause ? sure : 1 - sure)
        value -= Math.log(likelihood)
        slope += (lapse * (1 - lapse) * (isCause ? best - even : even - best)) / likelihood
      }
      return { value, gradient: Float64Array.of(slope) }
    },
    Float64Array.of(Math.log(START_LAPSE / (1 - START_LAPSE))),
  )
  return round(logistic(logit!))
}

const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit))

function softmaxOf(scores: Float64Array, inverse: number): { logSum: number; mean: number } {
  const logSum = logSumExp(scores.map((score) => score * inverse))
  let mean = 0
  for (const score of scores) mean += score * Math.exp(score * inverse - logSum)
  return { logSum, mean }
}

/** Learned on as many cases as twins; the bias then moves to the share that is taken to be unlisted. */
function fitNone(folds: readonly Fold[], temperature: number): SuspectModel['none'] {
  const rows = folds.flatMap(({ cases, features }) => {
    const valuesOf = (each: Measured): number[] => measureNone(each.facts, scored(each, { features, temperature }))
    return cases
      .filter(({ culprits, twin }) => culprits.length > 0 && twin.pool > 0)
      .flatMap((each) => [
        { values: valuesOf(each), isSo: false },
        { values: valuesOf(each.twin), isSo: true },
      ])
  })
  const fitted = fitLogistic(noneFeatureNames, rows, NONE_PENALTY)
  const shift = Math.log(UNLISTED_SHARE / (1 - UNLISTED_SHARE))
  return fitted.map((each, at) => (at === 0 ? { ...each, weight: round(each.weight + shift) } : each))
}

/** Held out: each case was ranked by weights that had not seen its repository (its stretch of time, with one set). */
function accuracyIn(sets: readonly TrainingSet[], folds: readonly Fold[], sureness: Sureness): SuspectModel['accuracy'] {
  const answers = folds.flatMap(({ cases, features }) =>
    cases.map((each) => {
      const scores = scored(each, { features, ...sureness })
      const rank = rankOf(scores, each.culprits)
      const best = maxOf(sharesOf(scores, sureness))
      return { id: each.id, rank, forecast: { probability: best, happened: rank === 1 } }
    }),
  )
  const ranks = new Map(answers.map(({ id, rank }) => [id, rank]))
  const macro = macroOf(sets.map(({ cases }) => accuracyOf(cases.map(({ id }) => ranks.get(id) ?? null))))
  const { ece } = calibrationErrorOf(answers.map(({ forecast }) => forecast))
  return {
    cases: answers.length,
    top1: digits(macro.top1),
    top5: digits(macro.top5),
    top10: digits(macro.top10),
    mrr: digits(macro.mrr),
    ece: digits(ece),
    how:
      sets.length === 1
        ? `on ${folds.length} stretches of time, each ranked by weights learned from the others`
        : `mean over repositories, each ranked by weights learned from ${folds.length === sets.length ? 'the others' : `the ${folds.length - 1} of ${folds.length} groups of repositories that it is not in`}`,
  }
}

function scored({ columns, pool }: Measured, model: Pick<SuspectModel, 'features' | 'temperature'>): Float64Array {
  return scoresOf(weigh(columns, model), pool)
}

const maxOf = (values: Float64Array): number => values.reduce((max, value) => Math.max(max, value), -Infinity)
const round = (value: number): number => Number(value.toPrecision(5))
const digits = (share: number): number => Math.round(share * 10_000) / 10_000
