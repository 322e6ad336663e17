// Somebody ticked a box of our comment. Only people with write access can edit it; what others may have changed, or an
// edit left behind, the next answer writes over.
import { newTicks, type Tick } from '../domain/tick.ts'
import type { Change } from '../domain/change.ts'
import type { IssueCommentEvent } from '../domain/issue-event.ts'
import type { Work } from '../work.ts'
import { readableAmong } from '../catalog/readable.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { answerIncident } from './answer-incident.ts'
import { mayDecide } from './may-decide.ts'
import { recordIncident, newestOf } from './record-incident.ts'
import { refreshRelated } from './refresh-answers.ts'
import { changeLink } from './rollback-kit.ts'
import { settleState } from './settle-state.ts'

/** Is no body's hash. */
const EDITED_BY_HAND = 'edited-by-hand'

/** Whether the event is a person's edit of a comment of ours. */
export function isTicking(work: Work, { action, comment, sender, bodyBefore }: IssueCommentEvent): boolean {
  return action === 'edited' && bodyBefore !== null && !sender.isBot && comment.appId !== null && comment.appId === work.github.appId()
}

export async function followTick(work: Work, event: IssueCommentEvent): Promise<void> {
  const { repository, issue, comment, sender, bodyBefore } = event
  const known = await work.tenant.incidents.byIssue(repository.id, issue.number)
  const record = await work.tenant.comments.get(repository.id, issue.number)
  if (!known || record?.commentId !== comment.id) return
  const catalog = await seeRepository(work, repository)
  const ticks = newTicks(bodyBefore ?? '', comment.body)
  const isAllowed = ticks.length > 0 && (await mayDecide(work, repository, sender, catalog, null))
  if (isAllowed) {
    if (!known.isTrusted)
      await recordIncident(work, { repositoryId: repository.id, issue: newestOf(issue, known), catalog, known, isTrusted: true })
    for (const tick of ticks) await keepTick(work, event, known.id, tick)
    await settleState(work, known.id, catalog)
  }
  await work.tenant.comments.saved(repository.id, issue.number, comment.id, EDITED_BY_HAND)
  await answerIncident(work, known.id)
  if (isAllowed) await refreshRelated(work, known.id)
}

async function keepTick(work: Work, event: IssueCommentEvent, incidentId: number, tick: Tick): Promise<void> {
  const { comment, sender: by } = event
  const change = await changeOf(work, event, tick.sha)
  if (!change) return
  const { verdict, sha } = tick
  const at = comment.updatedAt
  await work.tenant.incidents.addOutcome({ incidentId, changeId: change.id, verdict, at, by })
  const fact = { kind: 'outcome' as const, verdict, changeId: change.id, name: changeLink(change).text }
  const entry = { key: `tick ${verdict} ${sha} ${at.toISOString()}`, at, saidAt: at, by, text: '', url: comment.url, fact }
  await work.tenant.timeline.add(incidentId, [entry])
}

/** By its commit, in this repository or one that the comment tells of: what stands in a box is whatever its editor wrote there. */
async function changeOf({ tenant }: Work, { repository, issue }: IssueCommentEvent, sha: string): Promise<Change | null> {
  const own = await tenant.changes.byCommit(repository.id, sha)
  if (own) return own
  const quoted = await tenant.quotes.of(repository.id, issue.number)
  const { readable } = await readableAmong(
    tenant,
    repository,
    quoted.map(({ quotedId }) => quotedId),
  )
  for (const id of readable.keys()) {
    const found = await tenant.changes.byCommit(id, sha)
    if (found) return found
  }
  return null
}
