// How a risk is said to people. Pure.
import type { RiskAssessment } from '../domain/risk.ts'
import { count } from './words.ts'

/** "4.1 %": below ten a tenth matters; more figures than two the calibration does not support. */
export function percentOf(probability: number): string {
  const percent = probability * 100
  if (percent > 99.9) return '>99.9 %'
  return percent < 0.1 ? '<0.1 %' : `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`
}

/** "three times this repository's average": the same words on a pull request and in a terminal. */
export function timesAverage(probability: number, baseRate: number): string {
  const times = probability / baseRate
  const average = `this repository's average (${percentOf(baseRate)})`
  if (times >= 1.5) return `${times < 10 ? Number(times.toFixed(1)) : Math.round(times)} times ${average}`
  if (times > 0.67) return `about ${average}`
  return times > 0.4 ? `below ${average}` : `far below ${average}`
}

/** "risk-1, adjusted by what came of 4,120 changes here (97 taken back or the cause of an incident)". */
export function modelInWords({ modelVersion, adjustedBy }: Pick<RiskAssessment, 'modelVersion' | 'adjustedBy'>): string {
  if (adjustedBy === null) return modelVersion
  const { changes, harms } = adjustedBy
  return `${modelVersion}, adjusted by what came of ${count(changes, 'change')} here (${harms} taken back or the cause of an incident)`
}

/** By how much a reason multiplies the odds. */
export function oddsInWords(strength: number): string {
  // A tenth more, in one figure, would be said of what moves nothing too.
  const figures = strength > 2 ? 0 : Math.abs(strength) < 0.1 ? 2 : 1
  return `×${Math.exp(strength).toFixed(figures)}`
}
