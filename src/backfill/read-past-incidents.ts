import { z } from 'zod'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import type { PastIssue } from '../github/github.ts'
import { findFix } from '../incidents/find-fix.ts'
import { indexIncident } from '../incidents/gather-similar.ts'
import { asIssue } from '../incidents/github-issue.ts'
import { issueEntries } from '../incidents/issue-entries.ts'
import { mayDecide } from '../incidents/may-decide.ts'
import { recordIncident } from '../incidents/record-incident.ts'
import { settleState } from '../incidents/settle-state.ts'
import type { Work } from '../work.ts'
import type { PastReading, PhaseResult } from './phase.ts'

const position = z.object({ label: z.number().int(), page: z.number().int() })

/** One page of a hundred issues with an incident label: two requests, and one for each of their authors. */
export async function readPastIncidents({ work, repository, catalog, backfill }: PastReading): Promise<PhaseResult> {
  const at = backfill.cursor === null ? { label: 0, page: 1 } : position.parse(JSON.parse(backfill.cursor))
  const label = catalog.settings.incidents.labels[at.label]
  if (label === undefined) return { cursor: null }
  const { issues, isLast } = await work.github.labelledIssues(repository, label, backfill.incidentsSince, at.page)
  const wanted = issues.filter((issue) => issue.createdAt >= backfill.incidentsSince)
  const trusted = trustOnce(work, repository, catalog)
  for (const issue of wanted) await recordPast(work, repository, catalog, { issue, trusted, before: backfill.requestedAt })
  const next = isLast ? { label: at.label + 1, page: 1 } : { ...at, page: at.page + 1 }
  const isOver = next.label >= catalog.settings.incidents.labels.length
  return { cursor: isOver ? null : JSON.stringify(next), found: { incidents: wanted.length } }
}

type Telling = { issue: PastIssue; trusted: (issue: PastIssue) => Promise<boolean>; before: Date }

async function recordPast(work: Work, repository: Repository, catalog: Catalog, { issue: told, trusted, before }: Telling): Promise<void> {
  const { incidents, backfills } = work.tenant
  const known = await incidents.byIssue(repository.id, told.number)
  if (known && known.updatedAt >= told.updatedAt) return
  // What was reported before is not answered now; what came since is, by its webhook.
  if (!known && told.createdAt < before) await backfills.quiet(repository.id, told.number)
  const issue = asIssue(told)
  const id = await recordIncident(work, {
    repositoryId: repository.id,
    issue,
    catalog,
    known,
    isTrusted: known?.isTrusted === true || (await trusted(told)),
  })
  if (!issue.isOpen) {
    // Who closed it is not told, only when.
    const event = { action: 'edited' as const, issue, sender: issue.author, label: null, assignee: null }
    await work.tenant.timeline.add(id, issueEntries(event))
    await settleState(work, id, catalog)
    await findFix(work, id, told.closers)
  }
  const recorded = await incidents.byId(id)
  if (recorded) await indexIncident(work, recorded)
}

/** Who put the label is not told by a list; that the author might have is. */
function trustOnce(work: Work, repository: Repository, catalog: Catalog): Telling['trusted'] {
  const known = new Map<string, Promise<boolean>>()
  return ({ author, appId }) => {
    const key = `${author.login} ${appId}`
    const answer = known.get(key) ?? mayDecide(work, repository, author, catalog, appId)
    known.set(key, answer)
    return answer
  }
}
