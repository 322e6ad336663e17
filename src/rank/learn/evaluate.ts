// How well a model finds the known causes, how sure it rightly is, and what it says when the cause is not listed.
// Pure: measured cases and a model in, answers and figures out.
import { areaUnderCurve, type Calibration, calibrationOf } from './calibration.ts'
import type { BaselineName } from '../baselines.ts'
import type { Measured, MeasuredCase, MeasuredSet } from './measure-cases.ts'
import { type Accuracy, accuracyOf, bootstrapMacro, bootstrapOf, type Interval, macroOf } from '../metrics.ts'
import type { SuspectModel } from '../model.ts'
import { knowing, probabilitiesOf, rankOf, scoresOf, weigh } from '../score.ts'

type CaseAnswer = {
  case: MeasuredCase
  rank: number | null
  /** Of the first suspect, given that the cause is listed: every case of a data set has one. */
  topProbability: number
  /** Chance of "none of these", were it as likely as not before anything is known. */
  none: number
  /** The same of the same question without the culprit; null when nothing else was in the pool. */
  twinNone: number | null
}

export type SetAnswers = { name: string; cases: CaseAnswer[]; quietNone: number[] }

const DAY_MS = 86_400_000

type Figures = Accuracy & { cases: number }

export type EvaluationReport = {
  model: string
  sets: (Figures & { name: string; pool: number })[]
  /** Mean over sets; intervals are 95 %, by drawing the cases of each set again. */
  macro: Figures & { ece: number; intervals: Record<keyof Accuracy, Interval> }
  baselines: Record<'random' | BaselineName, Accuracy>
  /** Of the first suspect's probability, pooled over all cases. */
  calibration: Calibration
  /** Does "none of these" tell that the cause is not listed? */
  listed: {
    twins: { cases: number; auc: number; interval: Interval }
    quiet: { moments: number; auc: number }
    /** Of "none of these" where every second case is a twin. */
    calibration: Calibration
  }
  /** Pooled over all cases of a kind. */
  splits: (Figures & { split: string })[]
}

/** What a model says of each case, of its twin and of the quiet moments. */
export function answerSet(set: MeasuredSet, model: SuspectModel): SetAnswers {
  const ask = (asked: Measured) => {
    const scores = scoresOf(weigh(asked.columns, model), asked.pool)
    const answer = probabilitiesOf(scores, asked.facts, model)
    const { open } = asked
    if (open === null) return { scores, ...answer }
    return { scores: scores.map((score, place) => (open[place] === true ? score : -Infinity)), ...knowing(answer, open) }
  }
  return {
    name: set.name,
    cases: set.cases.map((each) => {
      const { scores, probabilities, none } = ask(each)
      const top = probabilities.reduce((max, probability) => Math.max(max, probability), 0)
      return {
        case: each,
        rank: rankOf(scores, each.culprits),
        topProbability: top / Math.max(1e-12, 1 - none),
        none: atEvenOdds(none, model),
        twinNone: each.twin.pool === 0 ? null : atEvenOdds(ask(each.twin).none, model),
      }
    }),
    quietNone: set.quiet.map((each) => atEvenOdds(ask(each).none, model)),
  }
}

export function reportOf(sets: readonly SetAnswers[], model: string): EvaluationReport {
  const all = sets.flatMap(({ cases }) => cases)
  const ranks = sets.map(({ cases }) => cases.map(({ rank }) => rank))
  const calibration = calibrationOf(all.map(({ rank, topProbability }) => ({ probability: topProbability, happened: rank === 1 })))
  const baseline = (name: BaselineName): Accuracy =>
    macroOf(sets.map(({ cases }) => accuracyOf(cases.map((answer) => answer.case.baselines[name]))))
  return {
    model,
    sets: sets.map(({ name, cases }, at) => ({
      name,
      cases: cases.length,
      ...accuracyOf(ranks[at]!),
      pool: cases.reduce((sum, answer) => sum + weighedOf(answer.case), 0) / Math.max(1, cases.length),
    })),
    macro: {
      cases: all.length,
      ...macroOf(ranks.map(accuracyOf)),
      ece: calibration.ece,
      intervals: bootstrapMacro(ranks),
    },
    baselines: {
      random: macroOf(sets.map(({ cases }) => macroOf(cases.map((answer) => answer.case.random)))),
      recency: baseline('recency'),
      bm25: baseline('bm25'),
      bm25decay: baseline('bm25decay'),
    },
    calibration,
    listed: listedFigures(sets),
    splits: splitsOf(all),
  }
}

const weighedOf = ({ pool, open }: Measured): number => (open === null ? pool : open.filter(Boolean).length)

/** A model takes some share of incidents to have no listed cause; cases and twins are as many of each. */
function atEvenOdds(none: number, { unlistedShare }: SuspectModel): number {
  const odds = ((none / Math.max(1e-12, 1 - none)) * (1 - unlistedShare)) / unlistedShare
  return odds / (1 + odds)
}

function listedFigures(sets: readonly SetAnswers[]): EvaluationReport['listed'] {
  const pairs = sets.flatMap(({ cases }) => cases.flatMap(({ none, twinNone }) => (twinNone === null ? [] : [{ none, twinNone }])))
  const quiet = sets.flatMap(({ quietNone }) => quietNone)
  const aucOf = (drawn: typeof pairs): number =>
    areaUnderCurve(
      drawn.map(({ twinNone }) => twinNone),
      drawn.map(({ none }) => none),
    )
  return {
    twins: { cases: pairs.length, auc: aucOf(pairs), interval: bootstrapOf(pairs, aucOf) },
    quiet: {
      moments: quiet.length,
      auc: areaUnderCurve(
        quiet,
        pairs.map(({ none }) => none),
      ),
    },
    calibration: calibrationOf(
      pairs.flatMap(({ none, twinNone }) => [
        { probability: none, happened: false },
        { probability: twinNone, happened: true },
      ]),
    ),
  }
}

function splitsOf(all: readonly CaseAnswer[]): EvaluationReport['splits'] {
  const splits: [string, (answer: CaseAnswer) => boolean][] = [
    ['pool below 50', ({ case: { pool } }) => pool < 50],
    ['pool of 50 to 149', ({ case: { pool } }) => pool >= 50 && pool < 150],
    ['pool of 150 or more', ({ case: { pool } }) => pool >= 150],
    ['poor text (richness below 0.7)', ({ case: { facts } }) => facts.richness < 0.7],
    ['middling text', ({ case: { facts } }) => facts.richness >= 0.7 && facts.richness < 0.9],
    ['rich text (richness from 0.9)', ({ case: { facts } }) => facts.richness >= 0.9],
    ['strict (title run below 3, does not describe the change)', ({ case: each }) => isStrict(each)],
    ['culprit older than a day (chosen by the answer)', ({ case: { culpritAgeMs } }) => (culpritAgeMs ?? 0) > DAY_MS],
    ['culprit not in the pool', ({ case: { culprits } }) => culprits.length === 0],
  ]
  return splits.map(([split, isIn]) => {
    const cases = all.filter(isIn)
    return { split, cases: cases.length, ...accuracyOf(cases.map(({ rank }) => rank)) }
  })
}

function isStrict({ titleRun, describesChange }: MeasuredCase): boolean {
  return titleRun !== null && titleRun < 3 && describesChange === false
}
