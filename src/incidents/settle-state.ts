// What was said and done becomes the incident's state, as the store and the queries on it know it.
import type { Incident } from '../domain/incident.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'
import { foldState, type StateBase } from './fold-state.ts'
import { readReport } from './read-report.ts'

/** Idempotent. Call it after anything was added to the incident's timeline, or its issue changed. */
export async function settleState(work: Work, incidentId: number, catalog: Catalog): Promise<void> {
  const { incidents, timeline } = work.tenant
  const incident = await incidents.byId(incidentId)
  if (!incident) return
  const { duplicateOf, ...state } = foldState(baseOf(incident, catalog), await timeline.list(incidentId))
  const first = duplicateOf && (await incidents.byIssue(duplicateOf.repositoryId, duplicateOf.issueNumber))
  await incidents.setState(incidentId, { ...state, duplicateOfId: first?.id ?? null })
}

/** The issue's own words, read again: what stands in the store may hold what a command made of it. */
function baseOf(incident: Incident, catalog: Catalog): StateBase {
  const read = readReport(incident, catalog.services)
  return { isTrusted: incident.isTrusted, closedAt: incident.closedAt, ...read }
}
