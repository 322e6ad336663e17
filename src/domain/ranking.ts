import type { ChangedFile, ChangeReference, DependencyBump, Person } from './change.ts'

/** What the ranker knows of one change. Built from the store, from a clone or from a data set; no I/O behind it. */
export type Candidate = {
  /** Unique within the ranking; ties are broken by it (ascending, code-unit order). */
  id: string
  /** Pull request number and commit shas, so that a report that names the change outright can be recognised. */
  number?: number | null
  shas?: readonly string[]
  title: string
  body: string
  paths: string[]
  files: ChangedFile[]
  fileCount: number
  added: number
  deleted: number
  identifiers: string[]
  /** All hunk-header names of its files, without repeats. */
  symbols: string[]
  author: Person | null
  labels: string[]
  mergedAt: Date
  /** When it went live in an affected environment; null when deployments are unknown or it never did. */
  liveAt: Date | null
  /** 0: an affected service; n: reached over n dependency edges; null: services unknown. */
  serviceDistance: number | null
  references: ChangeReference[]
  bumps: DependencyBump[]
  filesTruncated: boolean
  /** Set when facts or people exclude it; it is shown with the reason and gets no probability. */
  ruledOut: RuledOut | null
}

export type RuledOut = {
  reason: 'live-after' | 'other-environment' | 'already-reverted' | 'rolled-back' | 'not-deployed' | 'worked-since' | 'outcome'
  sentence: string
}

/**
 * What facts rule out is none of the changes that a question is about. What a person rules out is: the others are compared
 * with it as before, and what it had of the probability is theirs.
 */
export function isInPool({ ruledOut }: Pick<Candidate, 'ruledOut'>): boolean {
  return ruledOut === null || ruledOut.reason === 'outcome' || ruledOut.reason === 'worked-since'
}

/** The incident as the ranker sees it: only what was known at `at`. */
export type IncidentQuery = {
  at: Date
  title: string
  text: string
  services: string[]
}

/**
 * What the repository's own past says, known at the incident's time.
 * Everything is bounded and computed before ranking; an empty history is a valid one.
 */
export type RepositoryPast = {
  /** Changes seen in the lookback and before it: the base for document frequencies. */
  documentCount: number
  /** Term → number of past changes that hold it, for terms of the query only. */
  documentFrequency: ReadonlyMap<string, number>
  /** Earlier confirmed causes (reverted or implicated changes), oldest first. */
  culprits: readonly PastCulprit[]
  /** Path → how often it was changed before, and how often a change of it was a culprit. */
  files: ReadonlyMap<string, FileHistory>
  /** The same for each path of a candidate, in order, where it is known without asking path by path. */
  historiesOf?: (candidate: Candidate) => readonly FileHistory[] | undefined
  /** The latest changes that had landed, those of the lookback included, in order of landing; a few thousand at most. */
  earlier?: readonly EarlierChange[]
  /** Calls `found` with the place in `earlier` of each that holds a word, and its counts there: where that is known without reading all. */
  earlierHolding?: (hash: number, found: (place: number, counts: number) => void) => void
  /** Landing times of recent changes (the last 90 days at most), ascending, for the repository's rhythm. */
  landedAt: readonly Date[]
}

/** An earlier change as far as its words and its places go: hashes, so that thousands of them are small. */
export type EarlierChange = {
  id: string
  title: string
  /** Distinct terms of title and message, with their counts in both, six bits each. */
  words: { hashes: Uint32Array; counts: Uint16Array }
  /** How many words it has, those of the title counting twice. */
  length: number
  /** The same of its paths and changed identifiers. */
  code: { hashes: Uint32Array; counts: Uint16Array }
  /** Its paths and their folders, lower case. */
  places: Uint32Array
}

export type FileHistory = { changes: number; culprits: number }

export type PastCulprit = {
  changeId: string
  paths: readonly string[]
  title: string
  /** What was said when it was found out. */
  text: string
  /** From going live (else landing) to the incident. */
  ageMs: number
  incidentAt: Date
}

export type EvidenceKind =
  | 'time'
  | 'order'
  | 'text'
  | 'identifier'
  | 'named-path'
  | 'named-symbol'
  | 'stack-frame'
  | 'named-change'
  | 'service'
  | 'size'
  | 'file-kind'
  | 'file-history'
  | 'revert'
  | 'dependency-bump'
  | 'past-incident'
  | 'past-change'

/** One reason for or against a candidate. */
export type Evidence = {
  kind: EvidenceKind
  /** Plain words, no markup; foreign text in it is raw and must be escaped by whoever renders it. */
  sentence: string
  /** Contribution to the log-odds against the pool's average; negative speaks against it. */
  strength: number
  /** Where it can be checked; null when the sentence itself is the source. */
  url: string | null
}

export type Suspect = { id: string; probability: number; evidence: Evidence[] }

export type Ranking = {
  /** Sums to 1 together with `none`. Sorted by probability, then id. Ruled-out candidates are not in it. */
  suspects: Suspect[]
  none: number
  /** Number of candidates that were weighed. */
  pool: number
  modelVersion: string
}
