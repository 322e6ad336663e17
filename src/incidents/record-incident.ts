// Writes what an issue says of itself as an incident, together with what was said of it besides.
import type { Incident } from '../domain/incident.ts'
import type { Issue } from '../domain/issue-event.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'
import { readReport } from './read-report.ts'
import { reportKeyOf } from './report-key.ts'
import { settleState } from './settle-state.ts'

export type IncidentRecording = {
  repositoryId: number
  issue: Issue
  catalog: Catalog
  known: Incident | null
  /** Someone with write access stands behind it. */
  isTrusted: boolean
  /** When it began, where a call of the API said it outright. */
  statedStart?: Date | null
}

/** What is known of the issue, where the snapshot is older than that. Pure. */
export function newestOf(issue: Issue, known: Incident | null): Issue {
  if (!known || issue.updatedAt >= known.updatedAt) return issue
  const { title, body, labels, author, openedAt, closedAt, updatedAt, url } = known
  return { ...issue, title, body, labels, author, openedAt, closedAt, updatedAt, url }
}

/** Inserts or updates the incident of an issue; returns its id. */
export async function recordIncident(work: Work, recording: IncidentRecording): Promise<number> {
  const { repositoryId, issue, catalog, known, isTrusted } = recording
  const read = readReport(issue, catalog.services)
  const id = await work.tenant.incidents.upsert({
    repositoryId,
    issueNumber: issue.number,
    title: issue.title,
    body: issue.body,
    labels: issue.labels,
    author: issue.author,
    isTrusted: isTrusted || known?.isTrusted === true,
    // What people said besides stays in force: `settleState` adds it to what the issue says.
    services: read.services,
    servicesBy: read.servicesBy,
    severity: read.severity,
    ...startOf(recording, read),
    openedAt: issue.openedAt,
    closedAt: issue.closedAt,
    url: issue.url,
    reportKey: known?.reportKey ?? reportKeyOf(issue.body, issue.appId, work.github.appId()),
    updatedAt: issue.updatedAt,
  })
  await settleState(work, id, catalog)
  return id
}

function startOf(
  { known, statedStart }: IncidentRecording,
  read: Pick<Incident, 'detectedAt' | 'detectedBy'>,
): Pick<Incident, 'detectedAt' | 'detectedBy'> {
  if (statedStart) return { detectedAt: statedStart, detectedBy: 'api' }
  const { detectedAt, detectedBy } = known?.detectedBy === 'api' ? known : read
  return { detectedAt, detectedBy }
}
