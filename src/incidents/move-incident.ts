// The issue left: deleted, or transferred to another repository.
import type { Incident } from '../domain/incident.ts'
import type { IssueEvent } from '../domain/issue-event.ts'
import type { Work } from '../work.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { hasIncidentLabel } from './follow-issue.ts'
import { implicateChanges } from './implicate-changes.ts'
import { recordIncident } from './record-incident.ts'
import { refreshRelated } from './refresh-answers.ts'

export function hasLeft(event: IssueEvent): boolean {
  return event.action === 'deleted' || event.action === 'transferred'
}

export async function moveIncident(work: Work, event: IssueEvent): Promise<void> {
  const { repository, issue, transferredTo } = event
  const now = work.now()
  const known = (await work.tenant.incidents.byIssue(repository.id, issue.number)) ?? (await recordLeft(work, event))
  if (!known) return
  // An issue that left does not come back under its number: whatever else is still told of it comes late.
  const { id: _id, status: _status, acknowledgedAt: _a, mitigatedAt: _m, resolvedAt: _r, fix: _fix, ...others } = known
  const { retractedAt, lead: _lead, duplicateOfId: _first, ...facts } = others
  await work.tenant.incidents.upsert({ ...facts, updatedAt: now })
  await work.tenant.incidents.retract(known.id, retractedAt ?? now)
  await work.tenant.comments.deleted(repository.id, issue.number, now)
  await implicateChanges(work, { ...known, retractedAt: retractedAt ?? now }, null)
  await work.tenant.quotes.clear(repository.id, issue.number)
  await refreshRelated(work, known.id)
  // Comments move along with the issue: the intent makes the next answer there look for ours before writing one.
  if (transferredTo && transferredTo.repository.installationId === repository.installationId) {
    const there = await work.tenant.comments.get(transferredTo.repository.id, transferredTo.issueNumber)
    if (!there) await work.tenant.comments.intend(transferredTo.repository.id, transferredTo.issueNumber, issue.openedAt)
  }
}

/** That an incident began here may be told after the news that it left. */
async function recordLeft(work: Work, { repository, issue }: IssueEvent): Promise<Incident | null> {
  const catalog = await seeRepository(work, repository)
  if (!hasIncidentLabel(issue, catalog)) return null
  const recording = { repositoryId: repository.id, issue, catalog, known: null, isTrusted: false }
  return work.tenant.incidents.byId(await recordIncident(work, recording))
}
