// Are probabilities what they say? Forecasts with what happened in, figures out.
import { fitLogistic } from './fit-logistic.ts'
import { calibrationErrorOf, type CalibrationError } from '../metrics.ts'

type Forecast = { probability: number; happened: boolean }

export type Calibration = CalibrationError & {
  n: number
  /** Of the outcome's log-odds over the forecast's: 1 when right, below when forecasts are too bold, above when too timid. */
  slope: number
  /** Share of the base rate's squared error that the forecasts take away; above 0 they say more than the base rate. */
  brierSkill: number
  /** Equal numbers of forecasts, lowest first. */
  bins: { n: number; forecast: number; happened: number }[]
}

const BINS = 15

export function calibrationOf(forecasts: readonly Forecast[]): Calibration {
  const n = forecasts.length
  const base = mean(forecasts.map(({ happened }) => (happened ? 1 : 0)))
  const squared = mean(forecasts.map(({ probability, happened }) => (probability - (happened ? 1 : 0)) ** 2))
  const sorted = forecasts.toSorted((a, b) => a.probability - b.probability)
  const bins = Array.from({ length: Math.min(BINS, n) }, (_, bin) => {
    const held = sorted.slice(Math.floor((bin * n) / BINS), Math.floor(((bin + 1) * n) / BINS))
    return {
      n: held.length,
      forecast: mean(held.map(({ probability }) => probability)),
      happened: mean(held.map(({ happened }) => (happened ? 1 : 0))),
    }
  }).filter((bin) => bin.n > 0)
  const { raw, noise, ece } = calibrationErrorOf(forecasts)
  return { n, raw, noise, ece, slope: slopeOf(forecasts), brierSkill: base > 0 && base < 1 ? 1 - squared / (base * (1 - base)) : 0, bins }
}

function slopeOf(forecasts: readonly Forecast[]): number {
  const rows = forecasts.map(({ probability, happened }) => {
    const inside = Math.min(1 - 1e-9, Math.max(1e-9, probability))
    return { values: [1, Math.log(inside / (1 - inside))], isSo: happened }
  })
  const [, slope] = fitLogistic(['bias', 'log-odds'], rows, 0)
  return slope === undefined ? 0 : slope.weight / slope.scale
}

/** The chance that one that is so is rated above one that isn't; ties count half, 0.5 when either is missing. */
export function areaUnderCurve(isSo: readonly number[], isNot: readonly number[]): number {
  if (isSo.length === 0 || isNot.length === 0) return 0.5
  const all = [...isSo.map((value) => ({ value, counts: 1 })), ...isNot.map((value) => ({ value, counts: 0 }))]
  all.sort((a, b) => a.value - b.value)
  let ranks = 0
  for (let from = 0; from < all.length;) {
    let to = from
    while (to < all.length && all[to]!.value === all[from]!.value) to++
    const shared = (from + 1 + to) / 2
    for (let at = from; at < to; at++) ranks += shared * all[at]!.counts
    from = to
  }
  return (ranks - (isSo.length * (isSo.length + 1)) / 2) / (isSo.length * isNot.length)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
