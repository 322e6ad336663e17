// How well a model finds the known causes, beside the baselines. Pure: data sets in, figures out.
import type { Candidate } from '../domain/ranking.ts'
import { baselineOrders, type BaselineName, randomAccuracy } from './baselines.ts'
import { type Accuracy, accuracyOf, calibrationErrorOf, type CalibrationError, macroOf } from './metrics.ts'
import type { SuspectModel } from './model.ts'
import { rankPrepared } from './rank.ts'
import { type KnownCase, replayCases } from './replay-cases.ts'

export type SetToEvaluate = { name: string; changes: readonly Candidate[]; cases: readonly KnownCase[] }

type CaseResult = {
  id: string
  rank: number | null
  pool: number
  /** Of the first suspect, given that the cause is listed: every case of a data set has one. */
  topProbability: number
  none: number
  random: Accuracy
  baselines: Record<BaselineName, number | null>
}

export type SetResult = { name: string; cases: CaseResult[] }

export type EvaluationReport = {
  sets: ({ name: string; cases: number; pool: number } & Accuracy)[]
  macro: Accuracy & { ece: number }
  baselines: Record<'random' | BaselineName, Accuracy>
}

export function evaluateSet(set: SetToEvaluate, model: SuspectModel, onProgress: (done: number) => void = () => {}): SetResult {
  const cases: CaseResult[] = []
  for (const moment of replayCases(set.changes, set.cases)) {
    const { query, pool, past, culprits } = moment
    const ranking = rankPrepared(query.query, pool, past, model)
    const orders = baselineOrders(query, pool)
    const inPool = pool.filter(({ candidate }) => culprits.has(candidate.id)).length
    cases.push({
      id: moment.case.id,
      rank: firstOf(
        ranking.suspects.map(({ id }) => id),
        culprits,
      ),
      pool: pool.length,
      topProbability: (ranking.suspects[0]?.probability ?? 0) / Math.max(1e-12, 1 - ranking.none),
      none: ranking.none,
      random: randomAccuracy(pool.length, inPool),
      baselines: {
        recency: firstOf(orders.recency, culprits),
        bm25: firstOf(orders.bm25, culprits),
        bm25decay: firstOf(orders.bm25decay, culprits),
      },
    })
    onProgress(cases.length)
  }
  return { name: set.name, cases }
}

export function reportOf(results: readonly SetResult[]): EvaluationReport {
  const baseline = (name: BaselineName): Accuracy =>
    macroOf(results.map(({ cases }) => accuracyOf(cases.map(({ baselines }) => baselines[name]))))
  return {
    sets: results.map(({ name, cases }) => ({
      name,
      cases: cases.length,
      ...accuracyOf(cases.map(({ rank }) => rank)),
      pool: cases.reduce((sum, { pool }) => sum + pool, 0) / Math.max(1, cases.length),
    })),
    macro: { ...macroOf(results.map(({ cases }) => accuracyOf(cases.map(({ rank }) => rank)))), ece: calibrationOf(results).ece },
    baselines: {
      random: macroOf(results.map(({ cases }) => macroOf(cases.map(({ random }) => random)))),
      recency: baseline('recency'),
      bm25: baseline('bm25'),
      bm25decay: baseline('bm25decay'),
    },
  }
}

/** Calibration of the first suspect's probability, pooled over all cases. */
export function calibrationOf(results: readonly SetResult[]): CalibrationError {
  return calibrationErrorOf(
    results.flatMap(({ cases }) => cases.map(({ rank, topProbability }) => ({ probability: topProbability, happened: rank === 1 }))),
  )
}

function firstOf(ids: readonly string[], culprits: ReadonlySet<string>): number | null {
  const place = ids.findIndex((id) => culprits.has(id))
  return place === -1 ? null : place + 1
}
