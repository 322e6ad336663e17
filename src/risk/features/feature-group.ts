// The contract of one group of features: numbers for a change, and the sentence that says them.
// A new group is one file beside this one plus a line in ../risk-features.ts; what it is worth is learned.
import type { RiskChange, RiskPast, RiskReasonKind } from '../../domain/risk.ts'
import type { KeyKind } from '../risk-keys.ts'
import type { RiskModel } from '../model.ts'
import type { KeyHistory } from './key-history.ts'

export type RiskContext = {
  change: RiskChange
  past: RiskPast
  keys: Readonly<Record<KeyKind, readonly string[]>>
  /** What happened to each of these before. */
  history: Readonly<Record<KeyKind, readonly KeyHistory[]>>
  atMs: number
}

type Feature = {
  name: string
  /** True when a larger value is evidence of harm: it then never lowers the risk, whatever was learned. */
  isHarm?: boolean
}

export type FeatureGroup = {
  kind: RiskReasonKind
  features: readonly Feature[]
  /** One number a feature, in order. */
  measure(context: RiskContext): number[]
  /** What to say when this group moved the log-odds by `strength`; null when there is nothing to point at. Raw text. */
  sentence(context: RiskContext, strength: number, model: RiskModel): { sentence: string; url: string | null } | null
}

export const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity)

export const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)

/** The largest, or `none` where there is no value. */
export const largestOr = (none: number, values: readonly number[]): number => (values.length === 0 ? none : largest(values))

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
