// A deployment that waits for our word (GitHub: a custom deployment protection rule), and the policy that decides.
import type { Repository } from './repository.ts'

export type GatePolicy = {
  /** Names (globs) of environments that are gated; none is the same as off. */
  environments: string[]
  /** An open incident of one of these severities holds; empty: none does. */
  severities: number[]
  /** Combined risk above which it is held; null: never. */
  maxRisk: number | null
  quietHours: QuietHours[]
  /** What happens where it is not approved. */
  action: 'hold' | 'reject'
  /** A hold ends after so long, whatever else. */
  longestHoldMs: number
  /** Labels that mark a change as the fix of the open incident. */
  fixLabels: string[]
}

/** Times of the day as `HH:MM` in `timezone`; `from` after `to` goes over midnight and belongs to the day it began. */
export type QuietHours = { days: Weekday[]; from: string; to: string; timezone: string }
type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'

export type GateRequestFacts = {
  repositoryId: number
  runId: number
  environment: string
  /** GitHub's id of the deployment; empty where it told none. */
  deploymentId: string
  sha: string
  ref: string
  requestedAt: Date
}

export type GateState = 'pending' | 'held' | 'approved' | 'rejected' | 'overridden'

export type GateRequest = GateRequestFacts & {
  id: number
  state: GateState
  /** What was told last, one sentence; empty before the first. */
  reason: string
  /** When it is looked at again without anything having happened; null once it is decided. */
  nextLookAt: Date | null
}

export type GateRequestedEvent = {
  kind: 'gate-requested'
  repository: Repository
  request: Omit<GateRequestFacts, 'repositoryId' | 'requestedAt'> & { requestedAt: Date | null }
}

/** What is known when a deployment asks. */
export type GateFacts = {
  /** Known services and dependencies it concerns; empty where that can't be told. */
  services: string[]
  isRollback: boolean
  /** Of these services or those they depend on, acknowledged or not, but never merely reported. */
  incidents: { name: string; url: string; severity: number | null; services: string[]; isFixedByIt: boolean }[]
  /** Combined risk of what it carries; null where that is not known. */
  risk: number | null
  heldMs: number
}

export type GateDecision = { decision: 'approve' | 'hold' | 'reject'; reason: string }
