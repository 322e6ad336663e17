// What is kept of what is said on pull requests and at deployments. Types only.
import type { DeploymentReview } from '../domain/deployment-review.ts'
import type { GateRequest, GateRequestFacts, GateState } from '../domain/gate.ts'
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
  /** The external ids of all that stand on it. */
  ofCommit(repositoryId: number, headSha: string): Promise<string[]>
  /** The commits on which a check of this external id stands. */
  commitsOf(repositoryId: number, externalId: string): Promise<string[]>
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

export type GateStore = {
  /** The same request told again changes nothing. `now`: from when the sweep may look at it. */
  upsert(facts: GateRequestFacts, now: Date): Promise<GateRequest>
  byId(id: number): Promise<GateRequest | null>
  held(): Promise<GateRequest[]>
  hold(id: number, reason: string, nextLookAt: Date): Promise<void>
  /** Only what still waits is decided: the first decision stands. */
  decide(id: number, state: Exclude<GateState, 'pending' | 'held'>, reason: string): Promise<void>
}

/** What is due to be looked at again, in all installations. */
export type ReviewQueue = {
  dueReviews(now: Date, limit: number): Promise<{ installationId: number; repositoryId: number; deploymentId: number }[]>
  dueGateRequests(now: Date, limit: number): Promise<{ installationId: number; repositoryId: number; id: number }[]>
}

export type DeploymentReviewStore = {
  /** `watchUntil`: when the verdict is due; null when it is not waited for. */
  save(review: DeploymentReview, repositoryId: number, watchUntil: Date | null): Promise<void>
  get(deploymentId: number): Promise<DeploymentReview | null>
  /** By GitHub's id of the deployment, or what the caller of the API called it: one for each service it became. */
  byExternal(externalId: string): Promise<DeploymentReview[]>
}
