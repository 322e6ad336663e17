// A change as it looked when it landed, and what came of it: what a repository's own adjustment is learned from. Pure.
import type { RiskChange, RiskPast } from '../domain/risk.ts'
import { contextOf, measureRisk } from './risk-features.ts'
import { nameIn } from './risk-keys.ts'

/** Changes that only warm a repository's past up: of the first ones nothing is known. */
export const WARM_UP = 500

export type RiskOutcome = {
  at: Date
  /** One a feature, in the order of `riskFeatures`. */
  values: Float64Array
  /** Of its title (stems). */
  words: readonly string[]
  /** `RiskPast.settled` at that time. */
  base: { changes: number; harmed: number }
  isBad: boolean
}

export function outcomeOf(change: RiskChange, past: RiskPast, isBad: boolean): RiskOutcome {
  const context = contextOf(change, past)
  return {
    at: change.at,
    values: Float64Array.from(measureRisk(context)),
    words: context.keys.word.map(nameIn),
    base: past.settled,
    isBad,
  }
}
