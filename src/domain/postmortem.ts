import type { IncidentReport } from './report.ts'
import type { TimelineEntry } from './timeline.ts'

/** What a postmortem is written from; nothing in it is told of other private repositories. */
export type PostmortemFacts = {
  /** The incident's title, raw. */
  title: string
  openedAt: Date
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
  >
  /** All of it, in order. */
  timeline: TimelineEntry[]
}

/** The issue that holds an incident's postmortem. */
export type PostmortemRecord = { issueNumber: number | null; url: string | null; intendedAt: Date }
