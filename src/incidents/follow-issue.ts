// Each issue webhook is a snapshot: is it an incident, is it over, and what does it say now? Snapshots may come late,
// twice or out of order; an older one adds what happened then, and changes nothing of what the issue says now.
import type { Incident } from '../domain/incident.ts'
import type { Issue, IssueEvent } from '../domain/issue-event.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'
import { answerIncident } from './answer-incident.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { saidIn } from './commands.ts'
import { findFix } from './find-fix.ts'
import { followBody } from './follow-body.ts'
import { issueEntries } from './issue-entries.ts'
import { mayDecide } from './may-decide.ts'
import { newestOf, recordIncident } from './record-incident.ts'
import { refreshRelated } from './refresh-answers.ts'
import { settleState } from './settle-state.ts'
import { unlessRefused } from './unless-refused.ts'

export async function followIssue(work: Work, event: IssueEvent): Promise<void> {
  const { repository, issue } = event
  const known = await work.tenant.incidents.byIssue(repository.id, issue.number)
  const catalog = await seeRepository(work, repository)
  const isLabelled = hasIncidentLabel(issue, catalog)
  if (known && issue.updatedAt < known.updatedAt) return followLate(work, event, known, catalog)

  const isDeclared = !known && !isLabelled && saidIn(issue.body).commands.some(({ name }) => name === 'incident')
  if (!isLabelled && !isDeclared) {
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
    if (label) await unlessRefused(work, `#${issue.number} got no label`, () => work.github.addLabels(repository, issue.number, [label]))
  }
  if (isOfPresent(event)) await work.tenant.backfills.speak(repository.id, issue.number)
  const id = await recordIncident(work, { repositoryId: repository.id, issue, catalog, known, isTrusted })
  if (known?.retractedAt) await work.tenant.incidents.retract(id, null)
  await followHappenings(work, event, id, catalog, known === null)
  if (!issue.isOpen) await findFix(work, id)
  else if (known?.status === 'resolved' && known.closedAt !== null) await work.tenant.incidents.setFix(id, null)
  await answerIncident(work, id)
  await refreshRelated(work, id)
}

export function hasIncidentLabel(issue: Pick<Issue, 'labels'>, catalog: Catalog): boolean {
  const wanted = catalog.settings.incidents.labels.map((label) => label.toLowerCase())
  return issue.labels.some((label) => wanted.includes(label.toLowerCase()))
}

/**
 * Somebody did something about it while the App was there: what was only read as past is answered from now on, also when
 * the reading came before this news. Of an opening or a label from before, GitHub sends nothing.
 */
function isOfPresent({ action, issue }: IssueEvent): boolean {
  return issue.isOpen || action === 'opened' || action === 'labeled'
}

/** What happened to the issue, and what its body commands, as facts of the incident. */
async function followHappenings(work: Work, event: IssueEvent, id: number, catalog: Catalog, isFirst: boolean): Promise<void> {
  await work.tenant.timeline.add(id, issueEntries(event))
  await followBody(work, event, { id, catalog, isFirst })
  await settleState(work, id, catalog)
}

/** What the issue says now is known already; what happened to it, and that somebody stands behind it, may not be. */
async function followLate(work: Work, event: IssueEvent, known: Incident, catalog: Catalog): Promise<void> {
  const { repository, issue, sender } = event
  const isLabelled = hasIncidentLabel(issue, catalog)
  if (isLabelled && isOfPresent(event)) await work.tenant.backfills.speak(repository.id, issue.number)
  const mayMatter = !known.isTrusted && isLabelled
  const isTrusted = mayMatter && (await mayDecide(work, repository, sender, catalog, issue.appId))
  if (isTrusted) await recordIncident(work, { repositoryId: repository.id, issue: newestOf(issue, known), catalog, known, isTrusted })
  await followHappenings(work, event, known.id, catalog, false)
  await answerIncident(work, known.id)
  if (isTrusted) await refreshRelated(work, known.id)
}

/**
 * The label is gone: the record stays, the answer says that it is no longer kept. It is recorded even when nothing was
 * known: the news that the label was given may come after the news that it was taken.
 */
async function retract(work: Work, event: IssueEvent, known: Incident | null, catalog: Catalog): Promise<void> {
  const { repository, issue } = event
  const isTrusted = known?.isTrusted === true
  const id = await recordIncident(work, { repositoryId: repository.id, issue, catalog, known, isTrusted })
  await followHappenings(work, event, id, catalog, false)
  if (!known?.retractedAt) await work.tenant.incidents.retract(id, issue.updatedAt)
  await answerIncident(work, id)
  await refreshRelated(work, id)
}
