import type { IncidentMetrics } from './incident-metrics.ts'
import type { IncidentReport } from './report.ts'
import type { TimelineEntry } from './timeline.ts'

/** What a postmortem is written from; nothing in it is told of other private repositories. */
export type PostmortemFacts = {
  /** The incident's title, raw. */
  title: string
  /** Page of its issue. */
  url: string
  openedAt: Date
  metrics: IncidentMetrics
  /** Whether what it lists as follow-ups becomes issues. */
  areFollowUpsTracked: boolean
  report: Pick<
    IncidentReport,
    | 'repositoryId'
    | 'issueNumber'
    | 'services'
    | 'severity'
    | 'lead'
    | 'detectedAt'
    | 'acknowledgedAt'
    | 'mitigatedAt'
    | 'resolvedAt'
    | 'verdict'
    | 'suspects'
    | 'fix'
    | 'runbooks'
  >
  /** All of it, in order. */
  timeline: TimelineEntry[]
}

/** Where an incident's postmortem is. */
export type PostmortemRecord = {
  incidentId: number
  /** Of the issue, or of the pull request that adds the document; null between "about to create" and "created". */
  issueNumber: number | null
  url: string | null
  /** Of the document that the pull request adds; null for an issue. */
  path: string | null
  intendedAt: Date
  /** Of which moment the words are that its follow-ups were last read from. */
  readAt: Date | null
  /** Since when the document is not where it was, and was not found elsewhere. */
  lostAt: Date | null
}
