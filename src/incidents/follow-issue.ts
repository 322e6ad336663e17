// Each issue webhook is a snapshot: is it an incident, is it over, and what does it say now? Snapshots may come late,
// twice or out of order; an older one changes nothing but who stands behind the incident.
import type { Incident } from '../domain/incident.ts'
import type { Issue, IssueEvent } from '../domain/issue-event.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'
import { answerIncident } from './answer-incident.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { incidentCommand } from './command.ts'
import { findFix } from './find-fix.ts'
import { mayDecide } from './may-decide.ts'
import { newestOf, recordIncident } from './record-incident.ts'
import { refreshRelated } from './refresh-answers.ts'

export async function followIssue(work: Work, event: IssueEvent): Promise<void> {
  const { repository, issue } = event
  const known = await work.tenant.incidents.byIssue(repository.id, issue.number)
  const catalog = await seeRepository(work, repository)
  const isLabelled = hasIncidentLabel(issue, catalog)
  if (known && issue.updatedAt < known.updatedAt) return followLate(work, event, known, catalog)

  const command = isLabelled || known ? null : incidentCommand(issue.body)
  if (!isLabelled && !command) {
    const isTakenBack = event.label !== null && event.action === 'unlabeled' && hasIncidentLabel({ labels: [event.label] }, catalog)
    if (known || isTakenBack) await retract(work, event, known, catalog)
    return
  }
  if (event.isMoved && !(await work.tenant.comments.get(repository.id, issue.number))) {
    // Our comment may have come along: look for it before writing one.
    await work.tenant.comments.intend(repository.id, issue.number, issue.openedAt)
  }
  const isTrusted = known?.isTrusted === true || (await mayDecide(work, repository, event.sender, catalog, issue.appId))
  if (!isLabelled) {
    // A command in the body counts only from those who may decide; the label makes it visible to everyone.
    if (!isTrusted) return
    const label = catalog.settings.incidents.labels[0]
    if (label) await work.github.addLabels(repository, issue.number, [label])
  }
  const id = await recordIncident(work, {
    repositoryId: repository.id,
    issue,
    catalog,
    known,
    isTrusted,
    command: command ?? (known ? null : incidentCommand(issue.body)),
  })
  if (known?.retractedAt) await work.tenant.incidents.retract(id, null)
  await followState(work, id, issue, known)
  await answerIncident(work, id)
  await refreshRelated(work, id)
}

export function hasIncidentLabel(issue: Pick<Issue, 'labels'>, catalog: Catalog): boolean {
  const wanted = catalog.settings.incidents.labels.map((label) => label.toLowerCase())
  return issue.labels.some((label) => wanted.includes(label.toLowerCase()))
}

/** What the issue says now is known already; that someone with write access stood behind it may not be. */
async function followLate(work: Work, { repository, issue, sender, action }: IssueEvent, known: Incident, catalog: Catalog): Promise<void> {
  const mayMatter = !known.isTrusted && hasIncidentLabel(issue, catalog)
  if (!mayMatter || !(await mayDecide(work, repository, sender, catalog, issue.appId))) {
    work.log.debug({ issue: issue.number, action }, 'an older snapshot of the issue came late: ignored')
    return
  }
  const recording = { repositoryId: repository.id, issue: newestOf(issue, known), catalog, known, isTrusted: true, command: null }
  const id = await recordIncident(work, recording)
  await answerIncident(work, id)
  await refreshRelated(work, id)
}

async function followState(work: Work, id: number, issue: Issue, known: Incident | null): Promise<void> {
  if (!issue.isOpen) {
    if (known?.status !== 'resolved') await work.tenant.incidents.setStatus(id, 'resolved', issue.closedAt ?? issue.updatedAt)
    await findFix(work, id)
    return
  }
  if (known?.status !== 'resolved') return
  await work.tenant.incidents.setStatus(id, known.isTrusted ? 'triggered' : 'reported', issue.updatedAt)
  await work.tenant.incidents.setFix(id, null)
}

/**
 * The label is gone: the record stays, the answer says that it is no longer kept. It is recorded even when nothing was
 * known: the news that the label was given may come after the news that it was taken.
 */
async function retract(work: Work, { repository, issue }: IssueEvent, known: Incident | null, catalog: Catalog): Promise<void> {
  const recording = { repositoryId: repository.id, issue, catalog, known, isTrusted: known?.isTrusted === true, command: null }
  const id = await recordIncident(work, recording)
  if (!known?.retractedAt) await work.tenant.incidents.retract(id, issue.updatedAt)
  await answerIncident(work, id)
  await refreshRelated(work, id)
}
