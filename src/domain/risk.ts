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
export type RiskHarm = {
  kind: 'reverted' | 'incident'
  /** When it became known. */
  knownAt: Date
  /** The change, and the incident where there was one. Raw foreign text. */
  title: string
  url: string | null
  incident: { title: string; url: string } | null
}

/** What happened before to changes that have one key (a file, a folder, a word of the title …; see `riskKeys`). */
export type KeyPast = {
  changes: number
  /** Places in `RiskPast.harms`, ascending. */
  harms: readonly number[]
}

/** What the repository's own past says, known when the change was made. Bounded; an empty one is valid. */
export type RiskPast = {
  /** Changes recorded before. */
  changes: number
  /** Of a recent window's changes that are older than 14 days, how many came to harm: the repository's base rate. */
  settled: { changes: number; harmed: number }
  /** Of all recorded changes, the share that `harms` are: what a single key is compared with. Above 0. */
  harmShare: number
  /** The newest earlier harms (at most 500), in the order they became known. */
  harms: readonly RiskHarm[]
  /** Only the keys of the change in question; a key that is missing was never seen. */
  keys: ReadonlyMap<string, KeyPast>
  /** Path → when it was last changed; paths that are missing are new to us. */
  lastChangedAt: ReadonlyMap<string, Date>
  /** The newest landings (at most 1,000), ascending. */
  landedAt: readonly Date[]
  /** Files that usually change together with touched ones but were not touched. `together` of the `changes` last ones of `with`. */
  missing: readonly { path: string; with: string; together: number; changes: number }[]
}

export type RiskReasonKind =
  | 'size'
  | 'file-kind'
  | 'file-history'
  | 'file-age'
  | 'folder-history'
  | 'title'
  | 'title-history'
  | 'reland'
  | 'recent-harm'
  | 'burst'
  | 'coupling'
  | 'dependency-bump'

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
  /** Settled changes of this repository that adjusted the model, and how many of them came to harm; null where none did. */
  adjustedBy: { changes: number; harms: number } | null
}

/** How what the model looks at counts in one repository, against how it counts elsewhere. Kept as JSON. */
export type RiskAdjustment = {
  /** What all that a group of features adds is multiplied by, by the group's name; at least 0. */
  factors: Readonly<Record<string, number>>
  /** Added besides for each unit that a feature lies above its mean here, by name; at least 0 for evidence of harm. */
  slopes: Readonly<Record<string, { rise: number; mean: number }>>
  /** Added to the log-odds, so that an average change here stays an average change. */
  shift: number
  /** Settled changes it was learned from, and how many of them came to harm. */
  changes: number
  harms: number
}

/** What a repository's outcomes have taught about one version of the model; null while they are too few. */
export type LearnedRisk = { repositoryId: number; modelVersion: string; learnedAt: Date; adjustment: RiskAdjustment | null }

export type CombinedRisk = {
  /** Chance that at least one of the changes is bad, taking them as independent. */
  probability: number
  /** The fewest changes to ship apart so that the rest has at most half the risk; null when there is nothing to split. */
  split: { apart: string[]; rest: number } | null
}
