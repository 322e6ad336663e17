import type { Person } from './change.ts'

export type IncidentStatus = 'reported' | 'triggered' | 'acknowledged' | 'mitigated' | 'resolved'

/** How `detectedAt` was learned. */
export type DetectedBy = 'form' | 'body' | 'created' | 'api'

export type IncidentFacts = {
  repositoryId: number
  issueNumber: number
  title: string
  /** At most 65,536 characters, control characters removed. */
  body: string
  labels: string[]
  author: Person
  /** Write access or above, or a bot that the repository's file names. */
  isTrusted: boolean
  services: string[]
  /** How the services were found. */
  servicesBy: 'form' | 'label' | 'mention' | 'command' | 'repository' | 'api'
  severity: number | null
  detectedAt: Date
  detectedBy: DetectedBy
  openedAt: Date
  closedAt: Date | null
  url: string
  updatedAt: Date
  /** For one opened through the API: hash of what its caller calls it, so that a second call finds it. */
  reportKey: string | null
}

/** What follows from everything that was said and done (src/incidents/fold-state.ts). */
export type IncidentState = Pick<IncidentFacts, 'severity' | 'services' | 'servicesBy'> & {
  status: IncidentStatus
  acknowledgedAt: Date | null
  mitigatedAt: Date | null
  resolvedAt: Date | null
  /** Login of who leads the response. */
  lead: string | null
  /** Our id of the incident that this one was folded into. */
  duplicateOfId: number | null
}

export type Incident = IncidentFacts &
  IncidentState & {
    id: number
    /** What fixed it, once known. */
    fix: IncidentFix | null
    /** Set when the issue lost its label, was deleted or moved away: kept, shown nowhere. */
    retractedAt: Date | null
  }

/** What fixed an incident: a linked pull request, a rollback, or the words it was closed with. */
export type IncidentFix =
  | { kind: 'pull-request'; changeId: number | null; number: number; title: string; url: string }
  | { kind: 'rollback'; deploymentId: number; service: string; toSha: string; url: string | null }
  | { kind: 'comment'; excerpt: string; url: string }

/** A human's verdict on one change, or on all of them. */
export type Outcome = {
  incidentId: number
  changeId: number | null
  verdict: 'caused' | 'did-not-cause' | 'no-change'
  at: Date
  by: Person
}
