// What was said and done becomes the incident's state, as the store and the queries on it know it.
import type { Incident } from '../domain/incident.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'
import { foldState, type StateBase } from './fold-state.ts'
import { readReport } from './read-report.ts'

/**
 * Idempotent. Call it after anything was added to the incident's timeline, or its issue changed. Where it became a
 * duplicate, or is none any more, the incident that it was folded into is settled too.
 */
export async function settleState(work: Work, incidentId: number, catalog: Catalog): Promise<void> {
  const { incidents, timeline } = work.tenant
  const incident = await incidents.byId(incidentId)
  if (!incident) return
  const { duplicateOf, ...state } = foldState(baseOf(incident, catalog), await timeline.list(incidentId))
  const first = duplicateOf && (await incidents.byIssue(duplicateOf.repositoryId, duplicateOf.issueNumber))
  const duplicateOfId = first && first.id !== incidentId ? first.id : null
  await incidents.setState(incidentId, { ...state, services: await withFolded(work, incident, state.services), duplicateOfId })
  for (const id of new Set([incident.duplicateOfId, duplicateOfId])) {
    const other = id === null ? null : await incidents.byId(id)
    // Services are a repository's own: another one's incident gets none.
    if (other?.repositoryId === incident.repositoryId && !other.duplicateOfId) await settleState(work, other.id, catalog)
  }
}

/** What was folded into an incident affects its services too. */
async function withFolded(work: Work, incident: Incident, services: string[]): Promise<string[]> {
  const duplicates = await work.tenant.incidents.duplicatesOf(incident.id)
  const own = duplicates.filter(({ repositoryId }) => repositoryId === incident.repositoryId)
  return [...new Set([...services, ...own.flatMap((duplicate) => duplicate.services)])]
}

/** The issue's own words, read again: what stands in the store may hold what a command made of it. */
function baseOf(incident: Incident, catalog: Catalog): StateBase {
  const read = readReport(incident, catalog.services)
  return { isTrusted: incident.isTrusted, closedAt: incident.closedAt, ...read }
}
