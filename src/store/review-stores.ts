// What is kept of what is said on pull requests and at deployments. Types only.
import type { Implication } from '../domain/implication.ts'
import type { FileIncident, PullRequest, PullRequestFacts, PullRequestFiles } from '../domain/pull-request.ts'

export type ImplicationStore = {
  /** Inserts or replaces; `isTold` false until `told`. Returns false when exactly this stood there and was told. */
  save(implication: Implication): Promise<boolean>
  told(changeId: number, incidentId: number): Promise<void>
  ofIncident(incidentId: number): Promise<Implication[]>
  ofChange(changeId: number): Promise<Implication[]>
}

/** What a check run is about, and on which commit it stands. */
export type CheckSubject = { repositoryId: number; externalId: string; headSha: string }

type CheckRecord = CheckSubject & {
  /** GitHub's id; null between "about to create" and "created". */
  checkRunId: number | null
  bodyHash: string | null
  /** Annotations that stand there already; GitHub only ever adds. */
  annotated: string[]
  intendedAt: Date
}

export type CheckStore = {
  get(subject: CheckSubject): Promise<CheckRecord | null>
  /** Written before the request that creates it, so that a crash is followed by a search and not by a second one. */
  intend(subject: CheckSubject, at: Date): Promise<void>
  saved(subject: CheckSubject, made: { checkRunId: number; bodyHash: string; annotated: string[] }): Promise<void>
}

export type PullRequestStore = {
  /** Facts with an older `updatedAt` change nothing. Returns what is known now. */
  upsert(facts: PullRequestFacts): Promise<PullRequest>
  get(repositoryId: number, number: number): Promise<PullRequest | null>
  /** It is merged or closed; older news of it change nothing any more. */
  close(repositoryId: number, number: number, at: Date): Promise<void>
  setFiles(repositoryId: number, number: number, files: PullRequestFiles): Promise<void>
  /** Open ones, the one updated last first. */
  open(repositoryId: number, limit: number): Promise<PullRequest[]>
  /** Incidents that a person said were caused by a change of one of these paths; the newest first. */
  incidentsOfFiles(repositoryId: number, paths: readonly string[], limit: number): Promise<FileIncident[]>
}
