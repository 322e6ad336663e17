// What one unit of work may use. app.ts makes one for each delivery; the command line and tests make their own.
import type { GitHub } from './github/github.ts'
import type { TenantStore } from './store/store.ts'

export type Log = {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** For metrics only. */
export type Observation = { kind: 'ranked'; ms: number } | { kind: 'answered'; afterMs: number }

export type Work = {
  tenant: TenantStore
  github: GitHub
  now: () => Date
  log: Log
  observe?: (observation: Observation) => void
  /** Asks the lane of a repository to look at its answers again: only that lane may write its comments. */
  refreshLater(repositoryId: number, what: RefreshSubject): Promise<void>
  /** Leaves word for the lane of another repository, or for a later turn of this one. Of two with the same `once`, one is left. */
  followUp(what: FollowUp, once?: string): Promise<void>
}

/**
 * Which answers: those whose window holds a moment, those of these issues, or (`quotes`) all that quote this repository
 * and its own that quote others, since who may read what has changed.
 */
export type RefreshSubject = Date | { issues: number[] } | 'quotes'

/** What one lane asks another to do, through the inbox. */
export type FollowUp =
  | { kind: 'pull-request'; repositoryId: number; changeId: number }
  /** Measure how often the ranker was right on the repository's own past, then say so in its open answers. */
  | { kind: 'accuracy'; repositoryId: number }
  /** Learn from what came of the repository's changes how the risk of later ones is to be judged. */
  | { kind: 'outcomes'; repositoryId: number }
  | { kind: 'deployment'; repositoryId: number; deploymentId: number }
  | { kind: 'gate'; repositoryId: number; requestId: number }

/** What a recording use case changed: incidents whose window holds `at` in this repository's reach may need a new answer. */
export type Touched = { repositoryId: number; at: Date }[]
