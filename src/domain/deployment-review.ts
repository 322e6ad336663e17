// What a production deployment ships, and how it went. Kept as JSON: times are ISO strings.
import type { DeploymentKind } from './deployment.ts'
import type { Contact } from './report.ts'
import type { CombinedRisk } from './risk.ts'

export type VerdictState =
  /** Not live yet. */
  | 'pending'
  /** Live, and its watch window is not over. */
  | 'watching'
  | 'healthy'
  /** A change it carried is confirmed, or at least half as likely as not, to have caused an incident. */
  | 'implicated'
  | 'rolled-back'

/** `reasons`: plain sentences; for a healthy one why it was *not* flagged. */
export type DeploymentVerdict = { state: VerdictState; reasons: string[]; until: string | null }

export type ShippedChange = {
  /** `#12` or a short sha. */
  name: string
  url: string
  title: string
  probability: number
  /** The strongest reasons, plain sentences. */
  reasons: string[]
  migrations: string[]
  flags: string[]
}

export type DeploymentReview = {
  deploymentId: number
  /** GitHub's id, or what the caller of the API called it. */
  externalId: string
  repository: string
  service: string
  environment: string
  sha: string
  previousSha: string | null
  kind: DeploymentKind
  liveAt: string | null
  /** Riskiest first. */
  changes: ShippedChange[]
  /** Changes that were not assessed, since there are too many. */
  leftOut: number
  /** True when not all changes it carries could be read. */
  isTruncated: boolean
  risk: CombinedRisk
  /** Services that depend on it, directly or not. */
  blastRadius: string[]
  contacts: Contact[]
  verdict: DeploymentVerdict
}
