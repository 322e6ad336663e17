// What may be asked of the store for running Causeway, beside its facts. Types only.
import type { PacedWrite } from '../domain/write-pace.ts'
import type { Backfill, StagedDeployment } from '../domain/backfill.ts'
import type { Delivery, DeliveryState } from '../domain/delivery.ts'

/** A delivery without its body. */
type LoggedDelivery = Omit<Delivery, 'body'>

/** How long deliveries are kept, by when they came and ended. */
export type DeliveryCutoffs = {
  /** Bodies of what was done before this are dropped. */
  bodiesBefore: Date
  /** What was done before this is forgotten: its GUID then deduplicates no more. */
  doneBefore: Date
  deadBefore: Date
  /** Notes to ourselves (`causeway.…`) that were done before this. */
  notesBefore: Date
}

export type DeliveryLog = {
  /** Newest first; `before` continues a list below that id. */
  list(query: {
    states: DeliveryState[]
    event?: string
    installationId?: number
    before?: number
    limit: number
  }): Promise<LoggedDelivery[]>
  byId(id: number): Promise<Delivery | null>
  /** Queues dead and waiting ones for now, with their attempts reset; all dead ones without `ids`. Returns how many. */
  requeue(ids: number[] | null, now: Date): Promise<number>
  /** Which of these GUIDs were ever taken in, as far as is remembered. */
  known(guids: string[]): Promise<Set<string>>
  countsByEvent(): Promise<{ event: string; state: DeliveryState; count: number }[]>
  /** At most `limit` rows of each kind; returns how many, 0 when nothing is left to do. */
  prune(cutoffs: DeliveryCutoffs, limit: number): Promise<number>
}

/** What GitHub asked, kept where every process sees it. */
export type RateLimitStore = {
  /** Nothing is asked for this installation before then; a shorter wait does not end a longer one. */
  hold(installationId: number, until: Date, reason: string): Promise<void>
  /** Null when it need not wait at `now`. */
  heldUntil(installationId: number, now: Date): Promise<Date | null>
  held(now: Date): Promise<{ installationId: number; until: Date; reason: string }[]>
}

/** How fast installations write to GitHub, kept where every process sees it. */
export type WritePaceStore = {
  /** 0: this write may go, and counts. Otherwise how many milliseconds to wait before asking again; `perMinute` for long. */
  take(installationId: number, write: PacedWrite, perMinute: number, now: Date): Promise<number>
  /** Installations that wrote faster than their pace lately: how long until that is made up for. */
  ahead(now: Date): Promise<{ installationId: number; aheadMs: number }[]>
}

/** Something that one process does now and then, for all of them. */
export type ScheduleStore = {
  /**
   * Its mark, when it is this holder's turn: nobody holds it, and it was not begun within the last `everyMs`. Null
   * otherwise. The turn ends with `finish`, or `leaseMs` from now.
   */
  claim(name: string, holder: string, turn: { now: Date; leaseMs: number; everyMs: number }): Promise<{ mark: string | null } | null>
  /** Extends the turn; false when another took it over. */
  renew(name: string, holder: string, until: Date): Promise<boolean>
  /** Ends the turn; a mark that is not given stays. Does nothing for one who lost the turn. */
  finish(name: string, holder: string, now: Date, mark?: string): Promise<void>
  mark(name: string): Promise<{ startedAt: Date; mark: string | null } | null>
}

/** Each call does at most `limit` rows (of each table) and returns how many it did: 0 when nothing is left. */
export type RetentionStore = {
  pruneChanges(mergedBefore: Date, limit: number): Promise<number>
  pruneDeployments(createdBefore: Date, limit: number): Promise<number>
  /** Only those that are over. */
  pruneIncidents(openedBefore: Date, limit: number): Promise<number>
  /** Checks, closed pull requests, decided gate requests; and reviews whose deployment is gone. */
  pruneReviews(before: Date, limit: number): Promise<number>
  /** Installations that were removed and whose data is still here. */
  leftBehind(): Promise<number[]>
  /** All that belongs to the installation, but not the note that it was removed: a late webhook must find that. */
  purge(installationId: number, limit: number): Promise<number>
  /** Of a removed installation only its number and its end stay. */
  forgetName(installationId: number): Promise<void>
}

export type BackfillStore = {
  get(repositoryId: number): Promise<Backfill | null>
  save(backfill: Backfill): Promise<void>
  stage(repositoryId: number, deployments: StagedDeployment[]): Promise<void>
  /** Oldest first. */
  staged(repositoryId: number, limit: number): Promise<StagedDeployment[]>
  unstage(repositoryId: number, externalId: string): Promise<void>
  /** Nothing is written on this incident's issue until somebody does something there. */
  quiet(repositoryId: number, issueNumber: number): Promise<void>
  isQuiet(repositoryId: number, issueNumber: number): Promise<boolean>
  speak(repositoryId: number, issueNumber: number): Promise<void>
}

/** For all installations: for operators, and to go on with what stopped. */
export type BackfillOverview = {
  all(): Promise<(Backfill & { installationId: number })[]>
  stalled(before: Date): Promise<(Backfill & { installationId: number })[]>
}
