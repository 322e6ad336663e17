import type { Person } from './change.ts'
import type { IncidentFix, IncidentStatus } from './incident.ts'
import type { IncidentMetrics } from './incident-metrics.ts'
import type { Evidence, RuledOut } from './ranking.ts'
import type { RevertProblem } from './revert.ts'
import type { TimelineEntry } from './timeline.ts'

/** How a change, an incident or a deployment is named and linked in a rendering. All text is raw (unescaped). */
export type Link = { text: string; url: string | null }

/** Someone who knows a change, and why. Never a suspect. */
/** `fixer`: of an earlier incident. */
export type Contact = { name: string; roles: ('author' | 'merger' | 'reviewer' | 'owner' | 'fixer')[] }

export type ReportedChange = {
  id: string
  link: Link
  title: string
  mergedAt: Date
  liveAt: Date | null
  environment: string | null
  /** For a bot's change: what it bumps. */
  bumps: { dependency: string; from: string | null; to: string | null }[]
}

export type ReportedSuspect = ReportedChange & {
  probability: number
  contacts: Contact[]
  evidence: Evidence[]
  isReverted: boolean
}

/** How to undo the first suspect. */
export type RollbackKit = {
  service: string
  environment: string
  badSha: string
  goodSha: string | null
  goodSince: Date | null
  compareUrl: string | null
  revertUrl: string | null
  /** What else would be undone by going back to `goodSha`. */
  alsoUndone: Link[]
}

export type ReportedPastIncident = {
  link: Link
  title: string
  openedAt: Date
  durationMs: number | null
  fix: IncidentFix | null
  /** The change that caused it, as people said. */
  cause: Link | null
  /** Earlier near-copies of it, which are not listed themselves. */
  copies: number
  /** Why it is shown: shared words, same error class, same stack. */
  reason: string
  /** What was to be done after it and is not. */
  followUps: ReportedFollowUp[]
}

/** Something to be done after an incident. */
export type ReportedFollowUp = {
  link: Link
  text: string
  dueOn: Date
  assignees: string[]
  state: 'open' | 'overdue' | 'done' | 'dropped'
}

/** A revert pull request that somebody asked for; `pull` is null while there is a problem. */
export type ReportedRevert = { change: Link; pull: Link | null; problem: RevertProblem | null }

export type ReportedRelated = {
  link: Link
  title: string
  status: IncidentStatus
  reason: string
  openedAt: Date
  services: string[]
  /** Of the same burst, and of a service that this one's depend on. */
  isUpstream: boolean
}

export type ServiceGraph = {
  affected: string[]
  nodes: string[]
  /** `from` depends on `to`. */
  edges: { from: string; to: string }[]
}

/** When it was last seen to work, as somebody says: always before the incident began. */
export type LastWorked = {
  at: Date
  /** The version or change that it worked with, where one was named. */
  name: string | null
  by: Person | null
  url: string | null
}

/** Everything the incident comment says. `src/render/report.ts` turns it into markdown and adds nothing. */
export type IncidentReport = {
  incidentId: number
  issueNumber: number
  repository: { owner: string; name: string; url: string }
  repositoryId: number
  status: IncidentStatus
  services: string[]
  severity: number | null
  /** Login of who leads the response. */
  lead: string | null
  /** The incident that this one was folded into; its text is a name that may be told here. */
  duplicateOf: Link | null
  /** A rollback that went live since it began, while nobody said that it is mitigated. */
  rolledBack: { service: string; at: Date } | null
  acknowledgedAt: Date | null
  mitigatedAt: Date | null
  detectedAt: Date
  detectedBy: 'form' | 'body' | 'created' | 'api'
  computedAt: Date
  lookbackMs: number
  pool: number
  /** A person's word: the suspects are the confirmed causes, or no change is one. */
  verdict: 'caused' | 'no-change' | null
  none: number
  lastWorked: LastWorked | null
  /** How many changes it rules out. */
  liveWhenItWorked: number
  suspects: ReportedSuspect[]
  rollback: RollbackKit | null
  reverts: ReportedRevert[]
  /** Whether `/rollback #412` would open a revert pull request. */
  mayRevert: boolean
  pastIncidents: ReportedPastIncident[]
  /** Similar incidents per week, oldest first, ending with the week of `detectedAt`; at most 26. */
  heatmap: { weekStart: Date; count: number }[]
  related: ReportedRelated[]
  graph: ServiceGraph | null
  runbooks: Link[]
  otherChanges: (ReportedChange & { probability: number })[]
  otherChangesLeftOut: number
  ruledOut: (ReportedChange & { ruledOut: RuledOut })[]
  /** Missing data, ambiguity, truncation: each one sentence. */
  gaps: string[]
  accuracy: { cases: number; top5: number; low: number; high: number; since: Date } | null
  modelVersion: string
  reportedOnly: boolean
  resolvedAt: Date | null
  fix: IncidentFix | null
  /** The issue or pull request that holds its postmortem. */
  postmortem: Link | null
  /** One sentence: why it could not be begun. */
  postmortemProblem: string | null
  /** What is to be done after it, the first due first. */
  followUps: ReportedFollowUp[]
  /** Once it is over. */
  metrics: IncidentMetrics | null
  /** What happened last, oldest first, of `timelineLength` entries. */
  timeline: TimelineEntry[]
  timelineLength: number
}
