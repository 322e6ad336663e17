// What use cases may ask of the store. Types only: sqlite.ts and postgres.ts build it.
// Everything that belongs to an installation is reached through `tenant(id)`, so that no query can forget its scope.
import type { Change, ChangeFacts, ChangeReference } from '../domain/change.ts'
import type { CarriedChange, Deployment, DeploymentFacts, DeploymentKind, DeploymentStateChange } from '../domain/deployment.ts'
import type { PeopleStore } from './people-store.ts'
import type { Installation, Reader, Repository } from '../domain/repository.ts'
import type { RiskHarm } from '../domain/risk.ts'
import type { Catalog, CatalogProblem } from '../domain/service.ts'
import type { AccuracyStore } from './accuracies.ts'
import type {
  BackfillOverview,
  BackfillStore,
  DeliveryLog,
  RateLimitStore,
  RetentionStore,
  ScheduleStore,
  WritePaceStore,
} from './operations.ts'
import type { Delivery, DeliveryCounts, IncomingDelivery, Turn } from '../domain/delivery.ts'
import type { IncidentStore, CommentStore, TimelineStore, QuoteStore } from './incident-stores.ts'
import type { FollowUpQueue, FollowUpStore } from './follow-ups.ts'
import type { PostmortemStore } from './postmortems.ts'
import type { RevertStore } from './reverts.ts'
import type { RiskAdjustmentStore } from './risk-adjustments.ts'
import type { ReplyStore } from './replies.ts'
import type { CheckStore, DeploymentReviewStore, GateStore, ImplicationStore, PullRequestStore, ReviewQueue } from './review-stores.ts'

export type Store = {
  engine: 'sqlite' | 'postgres'
  /** Resolves once all that was written before is on disk. Await it before anything outside is told or made. */
  flush(): Promise<void>
  /** Throws when the database can't answer within 2 s. */
  ping(): Promise<void>
  /** What the database takes on disk. */
  bytes(): Promise<number>
  close(): Promise<void>
  deliveries: DeliveryStore
  deliveryLog: DeliveryLog
  rateLimits: RateLimitStore
  writePaces: WritePaceStore
  schedules: ScheduleStore
  retention: RetentionStore
  backfills: BackfillOverview
  installations: InstallationStore
  tokens: TokenStore
  people: PeopleStore
  reviewQueue: ReviewQueue
  followUpQueue: FollowUpQueue
  tenant(installationId: number): TenantStore
}

export type TenantStore = {
  installationId: number
  repositories: RepositoryStore
  catalogs: CatalogStore
  changes: ChangeStore
  deployments: DeploymentStore
  incidents: IncidentStore
  comments: CommentStore
  backfills: BackfillStore
  implications: ImplicationStore
  accuracies: AccuracyStore
  riskAdjustments: RiskAdjustmentStore
  timeline: TimelineStore
  quotes: QuoteStore
  checks: CheckStore
  pullRequests: PullRequestStore
  replies: ReplyStore
  gate: GateStore
  reviews: DeploymentReviewStore
  postmortems: PostmortemStore
  followUps: FollowUpStore
  reverts: RevertStore
}

export type DeliveryStore = {
  /**
   * Writes all in one durable transaction. A GUID already queued or done is left alone; a dead one is queued again.
   */
  add(deliveries: IncomingDelivery[]): Promise<void>
  /** Oldest deliveries whose lane is not known yet. */
  unsorted(limit: number): Promise<{ id: number; event: string; body: Uint8Array }[]>
  /** Gives deliveries their lane (idempotent). `installationId` null: belongs to none. */
  sort(lanes: { id: number; lane: string; installationId: number | null }[]): Promise<void>
  /**
   * Leases up to `limit` lanes that have due deliveries of this turn, the most urgent first, for `leaseMs`. A lane with an
   * unsorted delivery older than its oldest due one is not ready; one of an installation that GitHub asked to wait neither.
   * Lanes come back with the holder's exclusive right until they are released or expire.
   */
  claimLanes(holder: string, limit: number, leaseMs: number, now: Date, turn?: Turn): Promise<string[]>
  /**
   * The lane's due deliveries of this turn, oldest first. Of live ones none while the oldest waits for its next attempt;
   * later ones wait for nobody.
   */
  due(lane: string, limit: number, now: Date, turn?: Turn): Promise<Delivery[]>
  /** Extends leases, also those that ran out and that nobody took; returns those held. */
  heartbeat(holder: string, lanes: string[], leaseMs: number, now: Date): Promise<string[]>
  release(holder: string, lanes: string[]): Promise<void>
  markDone(id: number, at: Date): Promise<void>
  /** `aside`: its lane goes on without it; it is tried again between the others. */
  markRetry(id: number, reason: string, nextAttemptAt: Date, how?: { aside?: boolean; isOutage?: boolean }): Promise<void>
  /** Makes due what waits for the end of an outage and was tried fewer times than this. Returns how many. */
  bringForward(triedBelow: number, now: Date): Promise<number>
  /** Queues what was done once more. */
  again(id: number): Promise<void>
  markDead(id: number, reason: string, at: Date): Promise<void>
  counts(): Promise<DeliveryCounts>
  byGuid(guid: string): Promise<Delivery | null>
}

export type InstallationStore = {
  /** `installation`, and any event of one that was never announced. */
  upsert(installation: Installation): Promise<void>
  byId(id: number): Promise<Installation | null>
  byRepositoryName(owner: string, name: string): Promise<{ installationId: number; repositoryId: number } | null>
  all(): Promise<Installation[]>
}

/** API tokens; only the SHA-256 of a token is kept. */
export type TokenStore = {
  create(token: { hash: string; installationId: number; scope: 'read' | 'write'; label: string; createdAt: Date }): Promise<number>
  byHash(
    hash: string,
  ): Promise<{ id: number; installationId: number; scope: 'read' | 'write'; label: string; revokedAt: Date | null } | null>
  list(): Promise<{ id: number; installationId: number; scope: 'read' | 'write'; label: string; createdAt: Date; revokedAt: Date | null }[]>
  revoke(id: number, at: Date): Promise<boolean>
  /** The API is off until one exists. */
  any(): Promise<boolean>
}

export type RepositoryStore = {
  /** Writes what it is given; whether that is newer is for the caller to see. An absent or null `updatedAt` keeps the known one. */
  upsert(repository: Repository): Promise<void>
  byId(id: number): Promise<Repository | null>
  byName(owner: string, name: string): Promise<Repository | null>
  byIds(ids: number[]): Promise<Repository[]>
  /** By `owner/name` in lower case; a name that was given on may be of several, removed ones among them. */
  idsByNames(names: string[]): Promise<number[]>
  all(): Promise<Repository[]>
  markRemoved(id: number, at: Date): Promise<void>
}

export type CatalogStore = {
  /** `catalog` is null while the repository's files were never read without error. */
  get(repositoryId: number): Promise<{
    catalog: Catalog | null
    readAt: Date
    readAgainAt: Date | null
    problems: CatalogProblem[]
    problemIssueNumber: number | null
  } | null>
  /**
   * A catalog that had errors is not saved: only its problems are, and the last good one stays. `readAgainAt` is given when
   * the App might not read the files: `get` tells it.
   */
  save(repositoryId: number, catalog: Catalog | null, problems: CatalogProblem[], readAt: Date, readAgainAt?: Date | null): Promise<void>
  /** What the App might not read is asked for from this moment on. */
  readAgain(at: Date): Promise<void>
  setProblemIssue(repositoryId: number, issueNumber: number | null): Promise<void>
  of(repositoryIds: number[]): Promise<Map<number, Catalog>>
  /**
   * Repositories that declare services of these names: of each name the first and the last by id, which tells whether it is
   * one's alone. Only those that texts in `reader` may tell of; null: all that stand.
   */
  declaring(names: string[], reader: Reader | null): Promise<number[]>
  /** Repositories that state one of these as a dependency, the first `limit` by id; `owner/name` in lower case. */
  depending(names: string[], reader: Reader | null, limit: number): Promise<number[]>
}

/** As a function they are of the facts as they are stored: without whom was forgotten. */
type Terms<Facts> = string[] | ((stored: Facts) => string[])
type ChangeEdit = Pick<ChangeFacts, 'title' | 'bodyExcerpt' | 'labels' | 'updatedAt'>

export type ChangeStore = {
  /**
   * Inserts or updates the change that owns any of `commitShas` or `number`. Changes of single commits that turn out to
   * belong to this pull request are folded into it, and what pointed at them (deployments, references) points at it.
   * Facts with an older `updatedAt` only add what is missing (commits, files, number). Where the references become others,
   * what was linked by the old ones (`linkRevert`, `linkSame`) is dropped: the caller links again. Returns the id.
   */
  upsert(
    facts: ChangeFacts & {
      /** Distinct search terms of the change (`src/rank/text.ts`), counted for `past().documentFrequency`. */
      terms: Terms<ChangeFacts>
    },
  ): Promise<number>
  /**
   * Title, body, labels (and the terms and references that follow from them) as edited after the merge; false when unknown
   * or newer already. Links that came from other references are dropped, as `upsert` does: the caller links again.
   */
  edit(
    repositoryId: number,
    number: number,
    edit: ChangeEdit & { terms?: Terms<ChangeEdit>; references?: ChangeReference[] },
  ): Promise<boolean>
  byNumber(repositoryId: number, number: number): Promise<Change | null>
  byCommit(repositoryId: number, sha: string): Promise<Change | null>
  /** By the first 7 or more digits of a commit's sha, lower case; null also when they fit commits of several changes. */
  byCommitPrefix(repositoryId: number, prefix: string): Promise<Change | null>
  byIds(ids: number[]): Promise<Change[]>
  /** Commit sha → change id, for those known. */
  idsByCommits(repositoryId: number, shas: string[]): Promise<Map<string, number>>
  byPatchId(repositoryId: number, patchId: string): Promise<Change[]>
  byTitle(repositoryId: number, title: string, before: Date, limit: number): Promise<Change[]>
  /** Changes whose words may name this one, by number, title or sha; those by an abbreviated sha may mean another. */
  referring(change: Pick<Change, 'repositoryId' | 'number' | 'title' | 'commitShas'>): Promise<Change[]>
  linkRevert(revertingId: number, revertedId: number): Promise<void>
  /** What deployments carried of `id` they carry of the other from now on; what then goes in and out at once goes neither way. */
  linkSame(id: number, sameAsChangeId: number): Promise<void>
  /** Merged in [from, to], oldest first, at most `limit` newest. */
  mergedBetween(repositoryIds: number[], from: Date, to: Date, limit: number): Promise<Change[]>
  /** The latest `limit` changes that landed after and before, oldest first; a cherry-pick is none of its own. `gist` as set last. */
  earlier(
    repositoryId: number,
    landed: { after: Date | null; before: Date },
    limit: number,
  ): Promise<{ id: number; mergedAt: Date; mergeSha: string; title: string; gist: Uint8Array | null }[]>
  /** The latest `limit` spans that had ended before, oldest first and without a gap: all changes after `afterAt`, to `lastAt`. */
  spans(repositoryId: number, before: Date, limit: number): Promise<{ afterAt: Date; lastAt: Date; packed: Uint8Array }[]>
  /**
   * Keeps what `pack` makes of the changes of a span until one of them is written; nothing where it gives null, or where the
   * span does not follow the last one or precede the first.
   */
  keepSpan(
    repositoryId: number,
    span: { afterAt: Date; lastAt: Date },
    pack: (changes: { mergeSha: string; title: string; gist: Uint8Array | null }[]) => Uint8Array | null,
  ): Promise<void>
  /** Those that can't be read any more. */
  dropSpans(repositoryId: number): Promise<void>
  /** Keeps what was worked out of each (`packChange`) until something about the change is written. */
  setGists(gists: { id: number; gist: Uint8Array }[]): Promise<void>
  /** By id, of those that have one. */
  gists(ids: number[]): Promise<Map<number, Uint8Array>>
  /**
   * Facts of the repository's past at `before`, bounded; see `RepositoryPast`. Verdicts on incidents of other
   * repositories count only where texts in `reader` may tell of those; without one none does.
   */
  past(
    repositoryId: number,
    query: { before: Date; paths: string[]; terms: string[]; reader?: Reader },
  ): Promise<{
    documentCount: number
    documentFrequency: Map<string, number>
    files: Map<string, { changes: number; culprits: number }>
    landedAt: Date[]
    culprits: {
      changeId: number
      paths: string[]
      title: string
      text: string
      ageMs: number
      incidentAt: Date
      /** Of the incident, or of the revert that stands for one. */
      incidentRepositoryId: number
    }[]
  }>
  /** Facts for the risk of a change, known before `before`: a bounded number of rows; see `RiskPast`. */
  riskPast(
    repositoryId: number,
    query: {
      before: Date
      /** `riskKeys` of the change. Only keys that were among a change's `terms` are counted. */
      keys: string[]
      paths: string[]
      limits: { harms: number; landings: number; window: number; settledAfterMs: number }
    },
  ): Promise<{
    changes: number
    counts: Map<string, number>
    /** In the order they became known; `keys`: those of the asked ones that the harmed change has. */
    harms: (RiskHarm & { id: number; landedAt: Date; keys: string[] })[]
    lastChangedAt: Map<string, Date>
    landedAt: Date[]
    settled: { changes: number; harmed: number }
    /** For the busiest few paths: the paths of each of their last changes. */
    companions: { path: string; changes: string[][] }[]
  }>
  /**
   * Of the newest so many changes that had landed before, those after `after` (null: from the first), oldest first: what
   * came of them teaches about the risk of later ones.
   */
  landings(
    repositoryId: number,
    query: { before: Date; newest: number; after: { landedAt: Date; id: number } | null; limit: number },
  ): Promise<RiskLanding[]>
  /**
   * What became known in [since, before) of harm that changes did, as `riskPast` counts it, in the order in which it became
   * known; and the changes that took others back then.
   */
  harms(
    repositoryId: number,
    query: { since: Date; before: Date; settledAfterMs: number },
  ): Promise<{ harms: { changeId: number; knownAt: Date }[]; reverting: number[] }>
}

export type RiskLanding = { id: number; landedAt: Date } & Pick<
  Change,
  'title' | 'files' | 'filesTruncated' | 'fileCount' | 'added' | 'deleted' | 'references'
>

export type DeploymentStore = {
  /** Inserts, or returns the ids of, the deployments (one a service) that this report became. */
  upsert(
    facts: Omit<DeploymentFacts, 'statedService'>,
    services: { service: string; environment: string; serviceBy: Deployment['serviceBy']; isAmbiguous: boolean }[],
  ): Promise<number[]>
  byExternal(repositoryId: number, source: DeploymentFacts['source'], externalId: string): Promise<Deployment[]>
  byId(id: number): Promise<Deployment | null>
  /**
   * The `times`th time (2, 3 …) that a deployment went live is a deployment of its own, with `~2` behind the external id,
   * that succeeded at `at`. Returns its id, and whether it is still to be set live there; null for an unknown one.
   */
  goLiveAgain(id: number, times: number, at: Date): Promise<{ id: number; isMoved: boolean } | null>
  /** Deletes deployments that never were live. */
  withdraw(ids: number[]): Promise<void>
  /** Adds a state (a repeated one is ignored) and sets `state` to the newest by time. Returns true when it was new. */
  addState(id: number, state: DeploymentStateChange): Promise<boolean>
  /**
   * What is live in a service's environment just before `before` (the newest `liveAt`), itself excluded. Of those live at
   * the same moment the ones made before `excludeId` count.
   */
  liveBefore(repositoryId: number, service: string, environment: string, before: Date, excludeId: number): Promise<Deployment | null>
  /** The first deployment of the same service and environment that became live after `after`, or then but made after `afterId`. */
  liveAfter(repositoryId: number, service: string, environment: string, after: Date, afterId?: number): Promise<Deployment | null>
  /** Whether this sha was live there before `before`. */
  wasLive(repositoryId: number, service: string, environment: string, sha: string, before: Date): Promise<boolean>
  /** Sets when and how it went live and replaces what it carried, in one transaction. */
  setLive(
    id: number,
    live: {
      liveAt: Date
      kind: DeploymentKind
      previousDeploymentId: number | null
      previousSha: string | null
      isTruncated: boolean
      carried: CarriedChange[]
    },
  ): Promise<void>
  /** Live in [from, to] for any of these services, oldest first, with what each carried. */
  liveBetween(
    services: { repositoryId: number; service: string }[],
    from: Date,
    to: Date,
    limit: number,
  ): Promise<{ deployment: Deployment; carried: CarriedChange[] }[]>
  /** Of these repositories, live in production in [from, to), oldest first, with what each carried; at most `limit` newest. */
  liveInProduction(
    repositoryIds: number[],
    from: Date,
    to: Date,
    limit: number,
  ): Promise<{ deployment: Deployment; carried: CarriedChange[] }[]>
  /** All deployments of a commit set, newest first: where is this change? */
  carrying(changeIds: number[]): Promise<{ changeId: number; direction: 'in' | 'out'; deployment: Deployment }[]>
  /** To production, the one made last, of any state: what a merged change waits for, or behind. */
  latest(repositoryId: number, service: string): Promise<Deployment | null>
}
