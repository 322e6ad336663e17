// How well the risk of changes is foretold: order (AUC, lift), calibration (ECE) and both together (Brier skill). Pure.
import { calibrationOf } from '../../rank/learn/calibration.ts'
import { seededRandom } from '../../rank/metrics.ts'
import { aucOf, brierSkillOf } from '../../rank/learn/similar-evaluation.ts'
import type { RiskAdjustment } from '../../domain/risk.ts'
import { baseRateOf, logistic, logit, type RiskModel } from '../model.ts'
import { adjustedStrengths, strengthsOf } from '../strengths.ts'
import { playAdjusted } from './play-adjusted.ts'
import type { RiskRow } from './risk-set.ts'

export type RiskFigures = {
  auc: number
  aucpr: number
  ece: number
  lift10: number
  brierSkill: number
  /** Of the outcome's log-odds over the forecast's: below 1 when forecasts are too bold, above when too timid. */
  slope: number
}
type Interval = { low: number; high: number }
/** Judged by the model as the repository's own outcomes had adjusted it by then. */
export type RiskResult = RiskFigures & {
  name: string
  changes: number
  positives: number
  /** Of them judged by an adjusted model: the others came before enough was known. */
  adjustedChanges: number
  /** Judged by the model as it is. */
  asShipped: RiskFigures
  /** 95 %, by drawing changes again. */
  intervals: { auc: Interval; lift10: Interval; brierSkill: Interval }
  baselines: Record<'loc' | 'files' | 'priorReverts', Pick<RiskFigures, 'auc' | 'aucpr' | 'lift10'>>
}

type Forecast = { probability: number; isRight: boolean }
const DRAWS = 200

export function evaluateRisk(name: string, rows: readonly RiskRow[], model: RiskModel): RiskResult {
  const adjustments = playAdjusted(rows, model)
  const forecasts = forecastsOf(rows, model, adjustments)
  const by = (score: (row: RiskRow) => number) => {
    const { auc, aucpr, lift10 } = orderOf(rows.map((row) => ({ probability: score(row), isRight: row.isBad })))
    return { auc, aucpr, lift10 }
  }
  return {
    name,
    changes: rows.length,
    positives: rows.filter(({ isBad }) => isBad).length,
    adjustedChanges: adjustments.filter((adjustment) => adjustment !== null).length,
    ...figuresFrom(forecasts),
    asShipped: figuresOf(rows, model),
    intervals: intervalsOf(forecasts),
    baselines: { loc: by((row) => row.lines), files: by((row) => row.fileCount), priorReverts: by((row) => row.priorReverts) },
  }
}

/** Of the model as it is, and without intervals, which take most of the time. */
export const figuresOf = (rows: readonly RiskRow[], model: RiskModel): RiskFigures => figuresFrom(forecastsOf(rows, model))

function figuresFrom(forecasts: readonly Forecast[]): RiskFigures {
  const { raw, slope } = calibrationOf(forecasts.map(({ probability, isRight }) => ({ probability, happened: isRight })))
  return { ...orderOf(forecasts), ece: raw, slope, brierSkill: brierSkillOf(forecasts) }
}

function forecastsOf(rows: readonly RiskRow[], model: RiskModel, adjustments: readonly (RiskAdjustment | null)[] = []): Forecast[] {
  return rows.map(({ values, words, base, isBad }, place) => {
    const adjustment = adjustments[place] ?? null
    const asShipped = strengthsOf(values, words, model)
    const strengths = adjustment === null ? asShipped : adjustedStrengths(asShipped, values, adjustment)
    const level = logit(baseRateOf(base, model)) + model.bias + (adjustment?.shift ?? 0)
    return { probability: logistic(strengths.reduce((sum, each) => sum + each, level)), isRight: isBad }
  })
}

/** Mean over sets: each repository counts the same, however many changes it has. */
export function meanFigures<Name extends string>(sets: readonly Record<Name, number>[], names: readonly Name[]): Record<Name, number> {
  const mean = (name: Name): number => sets.reduce((sum, set) => sum + set[name], 0) / Math.max(1, sets.length)
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as Record<Name, number>
}

function orderOf(forecasts: readonly Forecast[]): { auc: number; aucpr: number; lift10: number } {
  const riskiest = forecasts.toSorted((a, b) => b.probability - a.probability)
  const positives = riskiest.filter(({ isRight }) => isRight).length
  return { auc: aucOf(forecasts), aucpr: averagePrecisionOf(riskiest, positives), lift10: tenthOf(riskiest, positives) / 0.1 }
}

/** Mean precision at each positive; equally risky changes are counted together. */
function averagePrecisionOf(riskiest: readonly Forecast[], positives: number): number {
  let found = 0
  let sum = 0
  for (let at = 0; at < riskiest.length;) {
    let end = at
    let here = 0
    for (; end < riskiest.length && riskiest[end]!.probability === riskiest[at]!.probability; end++) if (riskiest[end]!.isRight) here++
    found += here
    sum += (here * found) / end
    at = end
  }
  return positives === 0 ? 0 : sum / positives
}

/** Share of the positives in the riskiest tenth; of equally risky ones at its edge, as many as chance would give. */
function tenthOf(riskiest: readonly Forecast[], positives: number): number {
  const size = riskiest.length / 10
  let found = 0
  for (let at = 0; at < size;) {
    let end = at
    let here = 0
    for (; end < riskiest.length && riskiest[end]!.probability === riskiest[at]!.probability; end++) if (riskiest[end]!.isRight) here++
    found += here * Math.min(1, (size - at) / (end - at))
    at = end
  }
  return positives === 0 ? 0 : found / positives
}

function intervalsOf(forecasts: readonly Forecast[]): RiskResult['intervals'] {
  const next = seededRandom(1)
  const drawn = Array.from({ length: DRAWS }, () => {
    const again = Array.from(forecasts, () => forecasts[Math.floor(next() * forecasts.length)]!)
    return { ...orderOf(again), brierSkill: brierSkillOf(again) }
  })
  const between = (pick: (draw: (typeof drawn)[number]) => number): Interval => {
    const sorted = drawn.map(pick).sort((a, b) => a - b)
    return { low: sorted[Math.floor(DRAWS * 0.025)]!, high: sorted[Math.ceil(DRAWS * 0.975) - 1]! }
  }
  return { auc: between((draw) => draw.auc), lift10: between((draw) => draw.lift10), brierSkill: between((draw) => draw.brierSkill) }
}
