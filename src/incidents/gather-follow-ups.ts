// What is still to be done, or was done, after incidents, as readers of one of them see it.
import type { FollowUpItem } from '../domain/follow-up.ts'
import type { Incident } from '../domain/incident.ts'
import type { ReportedFollowUp } from '../domain/report.ts'
import type { Work } from '../work.ts'
import type { Scope } from './scope.ts'

/** By incident; one query, whatever there is. Their repositories are readable. */
export async function followUpsOf(work: Work, incidents: readonly Incident[], scope: Scope): Promise<Map<number, ReportedFollowUp[]>> {
  const found = new Map<number, ReportedFollowUp[]>()
  if (incidents.length === 0) return found
  const items = await work.tenant.followUps.ofIncidents(incidents.map(({ id }) => id))
  items.sort((a, b) => a.dueOn.getTime() - b.dueOn.getTime() || (a.issueNumber ?? Infinity) - (b.issueNumber ?? Infinity))
  for (const item of items) {
    const { incidentId, repositoryId, text, dueOn, issueNumber, url } = item
    const home = scope.readable.get(repositoryId)
    const name = repositoryId === scope.repository.id || !home ? `#${issueNumber}` : `${home.owner}/${home.name}#${issueNumber}`
    const shown = {
      link: { text: issueNumber === null ? '' : name, url },
      text,
      dueOn,
      assignees: item.assignees.map(({ login }) => login),
      state: stateOf(item),
    }
    found.set(incidentId, [...(found.get(incidentId) ?? []), shown])
  }
  return found
}

export const isLeft = ({ state }: ReportedFollowUp): boolean => state === 'open' || state === 'overdue'

/** As it was noted: an answer reads no clock. */
function stateOf({ closedAt, isDropped, overdueAt }: FollowUpItem): ReportedFollowUp['state'] {
  if (closedAt !== null) return isDropped ? 'dropped' : 'done'
  return overdueAt === null ? 'open' : 'overdue'
}
