// What may be asked of the store about incidents and what is said of them. Types only.
import type { Incident, IncidentFacts, IncidentFix, IncidentState, Outcome } from '../domain/incident.ts'
import type { Reader } from '../domain/repository.ts'
import type { TimelineEntry } from '../domain/timeline.ts'

export type IncidentStore = {
  /** By repository and issue number; older `updatedAt` changes nothing but what is missing. Returns the id. */
  upsert(facts: IncidentFacts): Promise<number>
  byIssue(repositoryId: number, issueNumber: number): Promise<Incident | null>
  byId(id: number): Promise<Incident | null>
  byReportKey(repositoryId: number, reportKey: string): Promise<Incident | null>
  /** Writes what is given; src/incidents/fold-state.ts decides it. */
  setState(id: number, state: Partial<IncidentState>): Promise<void>
  /** As they are on GitHub, before its webhook says so. */
  setLabels(id: number, labels: string[]): Promise<void>
  setFix(id: number, fix: IncidentFix | null): Promise<void>
  retract(id: number, at: Date | null): Promise<void>
  /** Open (not resolved, not retracted) incidents of the installation, newest first. */
  open(limit: number): Promise<Incident[]>
  /**
   * Incidents of a repository whose answers may change when something that happened at `at` arrives: detected at most
   * `lookbackMs` (default 14 days) after or before `at`, and not resolved before it. Newest first.
   */
  touchedBy(repositoryId: number, at: Date, lookbackMs?: number): Promise<Incident[]>
  byIds(ids: number[]): Promise<Incident[]>
  /** Not retracted, detected in [from, to), newest first. */
  detectedBetween(repositoryIds: number[], from: Date, to: Date, limit: number): Promise<Incident[]>
  /** Those that were folded into this one, not retracted, by id. */
  duplicatesOf(id: number): Promise<Incident[]>
  /** Replaces what finds an incident (`similarTerms`) and what it is compared by (`packWords`, src/rank/similar/similar-words.ts). */
  indexTerms(id: number, terms: string[], words?: Uint8Array): Promise<void>
  /** The same as `byIds`, with what `indexTerms` kept; null where it kept nothing. */
  withWords(ids: number[]): Promise<(Incident & { words: Uint8Array | null })[]>
  /**
   * Ids of earlier incidents (opened before `before`, not retracted) that share the `rarest` rarest of the terms or any
   * of those always asked for, by summed idf × weight (1 for the rarest) and, for the best, their number of terms.
   * `documentCount` and the frequency of each term come with them. Only what texts in `reader` may tell of is searched.
   */
  search(query: {
    reader: Reader
    terms: string[]
    rarest: number
    always?: { term: string; weight: number }[]
    before: Date
    limit: number
  }): Promise<{
    ids: number[]
    documentCount: number
    documentFrequency: Map<string, number>
  }>
  addOutcome(outcome: Outcome): Promise<void>
  outcomes(incidentId: number): Promise<Outcome[]>
  /** Counts of similar incidents by week are made from these. */
  openedAt(ids: number[]): Promise<Map<number, Date>>
}

/** The one comment of a subject (an incident's issue). */
export type CommentRecord = {
  repositoryId: number
  issueNumber: number
  /** GitHub's id; null between "about to create" and "created". */
  commentId: number | null
  /** SHA-256 of the body last written. */
  bodyHash: string | null
  intendedAt: Date | null
  deletedAt: Date | null
}

export type CommentStore = {
  get(repositoryId: number, issueNumber: number): Promise<CommentRecord | null>
  /** Written before the request that creates it, so that a crash is followed by a search and not by a second comment. */
  intend(repositoryId: number, issueNumber: number, at: Date): Promise<void>
  saved(repositoryId: number, issueNumber: number, commentId: number, bodyHash: string): Promise<void>
  deleted(repositoryId: number, issueNumber: number, at: Date): Promise<void>
}

export type TimelineStore = {
  /**
   * Adds what is not there yet. Of two entries with one key that with the higher `revision` (default 0) stays: a comment's
   * excerpt follows its edits, while of a command that is told twice the first telling stands.
   */
  add(incidentId: number, entries: (TimelineEntry & { revision?: number })[]): Promise<void>
  /** In the order in which things happened, ties by key; of more than 5,000 those said last. */
  list(incidentId: number): Promise<TimelineEntry[]>
  /** Takes the words of an entry away, since they were deleted at their source; the fact stays. */
  withdraw(incidentId: number, key: string, revision: number): Promise<void>
}

/**
 * What each comment has told of other repositories since it was made: GitHub keeps every version of it. Numbers
 * below zero are of checks (`domain/check-quotes.ts`).
 */
export type QuoteStore = {
  /** Before they are written. `isPrivate`: whether the comment's own repository is private now. Idempotent. */
  add(repositoryId: number, issueNumber: number, quotedIds: number[], isPrivate: boolean): Promise<void>
  /** `wasPrivate` when it was written while its own repository was private. */
  of(repositoryId: number, issueNumber: number): Promise<{ quotedId: number; wasPrivate: boolean }[]>
  /** Issues whose comments quote this repository, and those of its own whose comments quote others. */
  touching(repositoryId: number): Promise<{ repositoryId: number; issueNumber: number }[]>
  /** The comment is gone, and its history with it. */
  clear(repositoryId: number, issueNumber: number): Promise<void>
}
