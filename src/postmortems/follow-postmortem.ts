// News of an issue that holds a postmortem, or is one of its follow-ups.
import { isDeepStrictEqual } from 'node:util'
import type { IssueEvent } from '../domain/issue-event.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { answerIncident } from '../incidents/answer-incident.ts'
import { mayDecide } from '../incidents/may-decide.ts'
import { refreshRelated } from '../incidents/refresh-answers.ts'
import type { Work } from '../work.ts'
import { trackFollowUps } from './track-follow-ups.ts'

/** What an edit may have missed is read when it is closed. Anything else that happens to the issue adds no words. */
const READ_AT = new Set<IssueEvent['action']>(['edited', 'closed', 'reopened'])

export async function followPostmortem(work: Work, event: IssueEvent): Promise<void> {
  const { repository, issue, sender, action } = event
  const record = await work.tenant.postmortems.byIssue(repository.id, issue.number)
  if (record && READ_AT.has(action) && !sender.isBot) {
    const incident = await work.tenant.incidents.byId(record.incidentId)
    const catalog = await seeRepository(work, repository)
    if (incident && (await mayDecide(work, repository, sender, catalog, null)))
      await trackFollowUps(work, { incident, repository, catalog, record }, issue.body, issue.updatedAt)
  }
  await followItem(work, event)
}

/** Closed is done, whoever closed it, unless GitHub says that it was not planned; what was deleted or moved away is dropped. */
async function followItem(work: Work, { repository, issue, action }: IssueEvent): Promise<void> {
  const { followUps } = work.tenant
  const item = await followUps.byIssue(repository.id, issue.number)
  if (!item) return
  const isGone = action === 'deleted' || action === 'transferred'
  const closedAt = isGone ? issue.updatedAt : issue.isOpen ? null : (issue.closedAt ?? issue.updatedAt)
  // GitHub's times are whole seconds, and that it is gone is the last word on it.
  const updatedAt = isGone ? new Date(issue.updatedAt.getTime() + 999) : issue.updatedAt
  const state = { closedAt, isDropped: isGone || issue.isDropped, assignees: issue.assignees, updatedAt }
  await followUps.follow(repository.id, issue.number, state)
  const now = await followUps.byIssue(repository.id, issue.number)
  if (isDeepStrictEqual(now, item)) return
  await answerIncident(work, item.incidentId)
  await refreshRelated(work, item.incidentId)
}
