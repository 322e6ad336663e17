// Each comment on an issue: commands, the first words of a responder, and what people say, for the timeline. Comments
// may come late, twice, or after their own edit.
import type { IssueCommentEvent } from '../domain/issue-event.ts'
import type { Incident } from '../domain/incident.ts'
import type { Catalog } from '../domain/service.ts'
import { plain } from '../render/escape.ts'
import type { Work } from '../work.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { answerIncident } from './answer-incident.ts'
import { addedCommands, type SaidText } from './command.ts'
import { saidIn } from './commands.ts'
import { findFix } from './find-fix.ts'
import { hasIncidentLabel } from './follow-issue.ts'
import { followTick, isTicking } from './follow-tick.ts'
import { mayDecide } from './may-decide.ts'
import { giveSigns } from './give-signs.ts'
import { obeyCommands } from './obey-commands.ts'
import { newestOf, recordIncident } from './record-incident.ts'
import { refreshRelated } from './refresh-answers.ts'
import { settleState } from './settle-state.ts'
import { unlessRefused } from './unless-refused.ts'

const LONGEST_EXCERPT = 280

export async function followComment(work: Work, event: IssueCommentEvent): Promise<void> {
  const { repository, issue, sender, comment } = event
  if (isTicking(work, event)) return followTick(work, event)
  // Bots are left alone without a sign, our own edits among them.
  if (event.isPullRequest || sender.isBot || comment.author.isBot) return
  const known = await work.tenant.incidents.byIssue(repository.id, issue.number)
  const catalog = await seeRepository(work, repository)
  if (event.action === 'deleted') return forgetWords(work, event, known)
  const said = saidIn(comment.body)
  const commands = event.bodyBefore === null ? said.commands : addedCommands(saidIn(event.bodyBefore).commands, said.commands)
  const isTracked = known !== null && known.retractedAt === null
  const isDeclared = commands.some(({ name }) => name === 'incident')
  const isLabelled = hasIncidentLabel(issue, catalog)
  if (!isTracked && !isLabelled && !isDeclared) return
  const isUnbacked = known === null || known.status === 'reported'
  const mayMatter = commands.length > 0 || isUnbacked || mayAcknowledge(event, known)
  const isAllowed = mayMatter && (await mayDecide(work, repository, sender, catalog, null))
  if (!isTracked && !isLabelled && !isAllowed) return

  // Words on an incident of long ago wake nothing; a command does.
  if (isAllowed && commands.length > 0) await work.tenant.backfills.speak(repository.id, issue.number)
  const incident = await recordSeen(work, event, { known, catalog, isAllowed, isDeclared })
  const obeyed = await obeyCommands(work, {
    incident,
    repository,
    catalog,
    commands,
    by: sender,
    saidAt: event.bodyBefore === null ? comment.createdAt : comment.updatedAt,
    isAllowed,
    source: `comment ${comment.id}`,
    url: comment.url,
  })
  const isFirstWord = isAllowed && mayAcknowledge(event, known) && !commands.some(({ name }) => name === 'ack')
  await keepWords(work, event, incident, said, isFirstWord)
  await settleState(work, incident.id, catalog)
  const settled = await work.tenant.incidents.byId(incident.id)
  if (settled?.status === 'resolved' && incident.status !== 'resolved') await findFix(work, incident.id)
  await answerIncident(work, incident.id)
  await refreshRelated(work, incident.id)
  // After everything else, so that a sign of success is never a lie.
  await giveSigns(work, repository, { issueNumber: issue.number, commentId: comment.id }, obeyed)
}

/** Whether these would be the first words of somebody who did not open the issue. */
function mayAcknowledge({ comment, issue, sender, action }: IssueCommentEvent, known: Incident | null): boolean {
  if (action !== 'created' || sender.login === issue.author.login) return false
  return known === null || known.acknowledgedAt === null || comment.createdAt < known.acknowledgedAt
}

type Seen = { known: Incident | null; catalog: Catalog; isAllowed: boolean; isDeclared: boolean }

/** The incident as the comment's own snapshot of the issue shows it, declared where it was not one yet. */
async function recordSeen(work: Work, { repository, issue }: IssueCommentEvent, seen: Seen): Promise<Incident> {
  const { known, catalog, isAllowed, isDeclared } = seen
  const label = catalog.settings.incidents.labels[0]
  const newest = newestOf(issue, known)
  const isNew = isAllowed && isDeclared && !hasIncidentLabel(newest, catalog) && label !== undefined
  if (isNew) await unlessRefused(work, `#${issue.number} got no label`, () => work.github.addLabels(repository, issue.number, [label]))
  const labels = isNew ? [...newest.labels, label] : newest.labels
  const id = await recordIncident(work, { repositoryId: repository.id, issue: { ...newest, labels }, catalog, known, isTrusted: isAllowed })
  if (isAllowed && isDeclared && known?.retractedAt) await work.tenant.incidents.retract(id, null)
  const incident = await work.tenant.incidents.byId(id)
  if (!incident) throw new Error(`The incident #${issue.number} of repository ${repository.id} is gone from the store.`)
  return incident
}

/** An excerpt that follows the comment's edits; the first words of a responder acknowledge. */
async function keepWords(work: Work, event: IssueCommentEvent, incident: Incident, said: SaidText, isResponder: boolean): Promise<void> {
  const { comment } = event
  const { id, author: by, createdAt: at, updatedAt, url } = comment
  const told = { at, saidAt: at, by, url }
  await work.tenant.timeline.add(incident.id, [
    ...(said.words === '' && event.bodyBefore === null
      ? []
      : [
          {
            ...told,
            key: `comment ${id}`,
            text: plain(said.words, LONGEST_EXCERPT),
            fact: { kind: 'comment' as const },
            revision: updatedAt.getTime(),
          },
        ]),
    ...(isResponder
      ? [{ ...told, key: `comment ${id} first`, text: '', fact: { kind: 'acknowledged' as const, how: 'comment' as const } }]
      : []),
  ])
  if (event.bodyBefore === null) return
  // Remarks that an edit took out are not kept; what was done is.
  const removed = addedCommands(said.commands, saidIn(event.bodyBefore).commands)
  for (const { key } of removed) await work.tenant.timeline.withdraw(incident.id, `comment ${id} ${key}`, Number.MAX_SAFE_INTEGER)
}

/** A deleted comment's words go; that somebody acknowledged, or what a command did, stays. */
async function forgetWords(work: Work, { comment }: IssueCommentEvent, known: Incident | null): Promise<void> {
  if (!known) return
  const { id, author: by, createdAt: at } = comment
  const gone = { key: `comment ${id}`, at, saidAt: at, by, text: '', url: null, fact: { kind: 'comment' as const } }
  await work.tenant.timeline.add(known.id, [{ ...gone, revision: Number.MAX_SAFE_INTEGER }])
  for (const { key } of await work.tenant.timeline.list(known.id)) {
    if (key.startsWith(`comment ${id} `)) await work.tenant.timeline.withdraw(known.id, key, Number.MAX_SAFE_INTEGER)
  }
  await answerIncident(work, known.id)
}
