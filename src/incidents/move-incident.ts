// The issue left: deleted, or transferred to another repository.
import type { IssueEvent } from '../domain/issue-event.ts'
import type { Work } from '../work.ts'
import { refreshRelated } from './refresh-answers.ts'

export function hasLeft(event: IssueEvent): boolean {
  return event.action === 'deleted' || event.action === 'transferred'
}

export async function moveIncident(work: Work, event: IssueEvent): Promise<void> {
  const { repository, issue, transferredTo } = event
  const known = await work.tenant.incidents.byIssue(repository.id, issue.number)
  if (!known) return
  const now = work.now()
  // An issue that left does not come back under its number: whatever else is still told of it comes late.
  const { id: _id, status: _status, acknowledgedAt: _a, mitigatedAt: _m, resolvedAt: _r, fix: _fix, retractedAt, ...facts } = known
  await work.tenant.incidents.upsert({ ...facts, updatedAt: now })
  await work.tenant.incidents.retract(known.id, retractedAt ?? now)
  await work.tenant.comments.deleted(repository.id, issue.number, now)
  await refreshRelated(work, known.id)
  // Comments move along with the issue: the intent makes the next answer there look for ours before writing one.
  if (transferredTo && transferredTo.repository.installationId === repository.installationId) {
    const there = await work.tenant.comments.get(transferredTo.repository.id, transferredTo.issueNumber)
    if (!there) await work.tenant.comments.intend(transferredTo.repository.id, transferredTo.issueNumber, issue.openedAt)
  }
}
