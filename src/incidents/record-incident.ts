// Writes what an issue says of itself as an incident; keeps what a person stated by command or through the API.
import type { Incident } from '../domain/incident.ts'
import type { Issue } from '../domain/issue-event.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'
import type { IncidentCommand } from './command.ts'
import { readReport } from './read-report.ts'
import { reportKeyOf } from './report-key.ts'

export type IncidentRecording = {
  repositoryId: number
  issue: Issue
  catalog: Catalog
  known: Incident | null
  /** Someone with write access stands behind it. */
  isTrusted: boolean
  command: IncidentCommand | null
  /** What a call of the API said outright; it wins over what the text says. */
  stated?: { services: string[]; severity: number | null; detectedAt: Date | null }
}

/** What is known of the issue, where the snapshot is older than that. Pure. */
export function newestOf(issue: Issue, known: Incident | null): Issue {
  if (!known || issue.updatedAt >= known.updatedAt) return issue
  const { title, body, labels, author, openedAt, closedAt, updatedAt, url } = known
  return { ...issue, title, body, labels, author, openedAt, closedAt, updatedAt, url }
}

/** Inserts or updates the incident of an issue; returns its id. */
export async function recordIncident(work: Work, recording: IncidentRecording): Promise<number> {
  const { repositoryId, issue, catalog, known, isTrusted, command, stated } = recording
  const read = readReport(issue, catalog.services)
  const id = await work.tenant.incidents.upsert({
    repositoryId,
    issueNumber: issue.number,
    title: issue.title,
    body: issue.body,
    labels: issue.labels,
    author: issue.author,
    isTrusted: isTrusted || known?.isTrusted === true,
    ...statedServices(recording, read),
    severity: stated?.severity ?? command?.severity ?? read.severity ?? known?.severity ?? null,
    ...statedStart(recording, read),
    openedAt: issue.openedAt,
    closedAt: issue.closedAt,
    url: issue.url,
    reportKey: known?.reportKey ?? reportKeyOf(issue.body, issue.appId, work.github.appId()),
    updatedAt: issue.updatedAt,
  })
  if (isTrusted && known?.status === 'reported') await work.tenant.incidents.setStatus(id, 'triggered', work.now())
  return id
}

function statedStart(
  { known, stated }: IncidentRecording,
  read: Pick<Incident, 'detectedAt' | 'detectedBy'>,
): Pick<Incident, 'detectedAt' | 'detectedBy'> {
  if (stated?.detectedAt) return { detectedAt: stated.detectedAt, detectedBy: 'api' }
  const { detectedAt, detectedBy } = known?.detectedBy === 'api' ? known : read
  return { detectedAt, detectedBy }
}

function statedServices(
  { catalog, known, command, stated }: IncidentRecording,
  read: Pick<Incident, 'services' | 'servicesBy'>,
): Pick<Incident, 'services' | 'servicesBy'> {
  const byName = new Map(catalog.services.map((service) => [service.name.toLowerCase(), service.name]))
  const reported = (stated?.services ?? []).flatMap((name) => byName.get(name.toLowerCase()) ?? [])
  if (reported.length > 0) return { services: [...new Set(reported)], servicesBy: 'api' }
  const commanded = (command?.services ?? []).flatMap((name) => byName.get(name.toLowerCase()) ?? [])
  if (commanded.length > 0) return { services: [...new Set(commanded)], servicesBy: 'command' }
  const isWeaker = read.servicesBy === 'mention' || read.servicesBy === 'repository'
  if (known && isWeaker && (known.servicesBy === 'command' || known.servicesBy === 'api')) {
    return { services: known.services, servicesBy: known.servicesBy }
  }
  return { services: read.services, servicesBy: read.servicesBy }
}
