// The risk of a change: the calibrated chance that it will be reverted or implicated in an incident within 14 days.
// What is known of the change and of its repository's past, and what the engine says of it. Nobody's name is in any of it.
import type { ChangedFile, ChangeReference, DependencyBump } from './change.ts'

/** An open or merged change. Nothing tells who made it. */
export type RiskChange = {
  title: string
  body: string
  files: readonly ChangedFile[]
  /** True when `files` is not the whole list. */
  filesTruncated: boolean
  fileCount: number
  added: number
  deleted: number
  labels: readonly string[]
  bumps: readonly DependencyBump[]
  references: readonly ChangeReference[]
  /** When it landed; for an open one, now. */
  at: Date
}

/** An earlier change that was taken back, or that a human confirmed as the cause of an incident. */
type RiskHarm = {
  kind: 'reverted' | 'incident'
  /** When it became known. */
  knownAt: Date
  /** The change, and the incident where there was one. Raw foreign text. */
  title: string
  url: string | null
  incident: { title: string; url: string } | null
  /** What it has in common with the change in question, of all that a change is remembered by (`riskKeys`). */
  shared: readonly string[]
}

/**
 * What the repository's own past says, known when the change was made. Bounded; an empty one is valid.
 * Keys (a file, a folder, a kind of file, a word of the title …) are made by `riskKeys`.
 */
export type RiskPast = {
  /** Changes recorded before. */
  changes: number
  /** Of the changes that are older than 14 days and not older than the window looked at, how many came to harm. */
  settled: { changes: number; harmed: number }
  /** The newest earlier harms, oldest first. */
  harms: readonly RiskHarm[]
  /** Earlier changes that have a key, for the keys of the change in question. */
  counts: ReadonlyMap<string, number>
  /** Path → when it was last changed; unknown paths are new to us. */
  lastChangedAt: ReadonlyMap<string, Date>
  /** Landings of the last 90 days at most, ascending. */
  landedAt: readonly Date[]
  /** Files that usually change together with touched ones but were not touched. `share`: of the touched one's last changes. */
  missing: readonly { path: string; with: string; share: number; changes: number }[]
  /** How the model's log-odds are corrected by this repository's own outcomes; null while too few are known. */
  calibration: { intercept: number; slope: number; changes: number; harmed: number } | null
}

type RiskReasonKind =
  | 'size'
  | 'spread'
  | 'file-kind'
  | 'file-history'
  | 'folder-history'
  | 'words'
  | 'reland'
  | 'rhythm'
  | 'coupling'
  | 'dependency-bump'
  | 'base'

/** One thing that moved the risk, or (with strength 0) that is worth knowing. */
export type RiskReason = {
  kind: RiskReasonKind
  /** Plain words, no markup; foreign text in it is raw and must be escaped by whoever renders it. */
  sentence: string
  /** Contribution to the log-odds against an average change; negative lowers the risk. */
  strength: number
  url: string | null
}

export type RiskAssessment = {
  probability: number
  /** The repository's own: what a change has without looking at it. */
  baseRate: number
  /** What moved the risk, strongest first; at most five. */
  reasons: RiskReason[]
  /** Worth knowing, but without weight in the probability (strength 0). */
  context: RiskReason[]
  modelVersion: string
}

export type CombinedRisk = {
  /** Chance that at least one of the changes is bad, taking them as independent. */
  probability: number
  /** The fewest changes to ship apart so that the rest has at most half the risk; null when there is nothing to split. */
  split: { apart: string[]; rest: number } | null
}
