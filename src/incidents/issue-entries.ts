// What an issue webhook tells of an incident's course. Pure; the same happening told twice has the same key.
import type { IssueEvent } from '../domain/issue-event.ts'
import type { TimelineEntry } from '../domain/timeline.ts'

type Telling = TimelineEntry & { revision?: number }

/** In `opened` and `edited` a closed issue shows too when it was closed; only `closed` itself knows by whom. */
const KNOWS_WHO = 1

export function issueEntries({
  action,
  issue,
  sender,
  label,
  assignee,
}: Pick<IssueEvent, 'action' | 'issue' | 'sender' | 'label' | 'assignee'>): Telling[] {
  const told = { at: issue.updatedAt, saidAt: issue.updatedAt, by: sender, text: '', url: null }
  const entries: Telling[] = []
  if (!issue.isOpen && issue.closedAt !== null) {
    const isTold = action === 'closed'
    const at = issue.closedAt
    const who = isTold ? { by: sender, revision: KNOWS_WHO } : { by: null }
    entries.push({ ...told, at, saidAt: at, key: `closed ${at.toISOString()}`, fact: { kind: 'closed' }, ...who })
  }
  const moment = issue.updatedAt.toISOString()
  if (action === 'reopened') entries.push({ ...told, key: `reopened ${moment}`, fact: { kind: 'reopened' } })
  if (action === 'assigned' && assignee !== null) {
    entries.push({ ...told, key: `assigned ${assignee.login.toLowerCase()} ${moment}`, fact: { kind: 'assigned', to: assignee.login } })
  }
  // Labels are given by people with triage access; ours only repeat what was said.
  const severity = action === 'labeled' && !sender.isBot ? severityOf(label ?? '') : null
  if (severity !== null) entries.push({ ...told, key: `severity ${severity} ${moment}`, fact: { kind: 'severity', severity } })
  return entries
}

function severityOf(label: string): number | null {
  const level = /^(?:sev|severity)[-:/ ]*(\d)$/i.exec(label)?.[1]
  return level === undefined ? null : Number(level)
}
