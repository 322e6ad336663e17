// `/incident [service] [severity]` in a comment, by someone with write access, makes the issue an incident.
import type { IssueCommentEvent } from '../domain/issue-event.ts'
import type { Work } from '../work.ts'
import { answerIncident } from './answer-incident.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { incidentCommand } from './command.ts'
import { hasIncidentLabel } from './follow-issue.ts'
import { mayDecide } from './may-decide.ts'
import { newestOf, recordIncident } from './record-incident.ts'
import { refreshRelated } from './refresh-answers.ts'

export async function declareIncident(work: Work, event: IssueCommentEvent): Promise<void> {
  const { repository, issue, comment, sender } = event
  if (event.action !== 'created' || event.isPullRequest || sender.isBot) return
  const known = await work.tenant.incidents.byIssue(repository.id, issue.number)
  const command = incidentCommand(comment.body)
  // A word from someone with write access also acknowledges what was merely reported.
  if (!command && known?.status !== 'reported') return
  const catalog = await seeRepository(work, repository)
  if (!(await mayDecide(work, repository, sender, catalog, null))) return

  const label = catalog.settings.incidents.labels[0]
  const isLabelled = hasIncidentLabel(issue, catalog)
  if (command && !isLabelled && label) await work.github.addLabels(repository, issue.number, [label])
  const newest = newestOf(issue, known)
  const labels = hasIncidentLabel(newest, catalog) || !label ? newest.labels : [...newest.labels, label]
  const id = await recordIncident(work, {
    repositoryId: repository.id,
    issue: { ...newest, labels },
    catalog,
    known,
    isTrusted: true,
    command,
  })
  if (command && known?.retractedAt) await work.tenant.incidents.retract(id, null)
  await answerIncident(work, id)
  await refreshRelated(work, id)
}
