// What is to be done after the incident: shown until it is, the overdue first of all.
import type { IncidentReport, ReportedFollowUp } from '../../domain/report.ts'
import { inline, link } from '../escape.ts'
import { utcDay } from '../words.ts'
import { TITLE_LENGTH, type Block } from './block.ts'

const MOST_SHOWN = 5

export function followUpBlocks({ followUps }: IncidentReport): Block[] {
  if (followUps.length === 0) return []
  const open = followUps.filter(({ isDone }) => !isDone)
  const overdue = open.filter(({ isOverdue }) => isOverdue)
  const done = followUps.length - open.length
  const late = overdue.length === 0 ? '' : `, **${overdue.length} overdue**`
  const head =
    open.length === 0 ? `**Follow-ups:** all ${followUps.length} done` : `**Follow-ups:** ${done} of ${followUps.length} done${late}`
  const shown = [...overdue, ...open.filter(({ isOverdue }) => !isOverdue)].slice(0, MOST_SHOWN)
  const rest = open.length - shown.length
  const lines = [...shown.map((item) => `- ${followUpWords(item)}`), ...(rest > 0 ? [`- ${rest} more`] : [])]
  return [{ name: 'the follow-ups', importance: 75, markdown: [head, ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n\n') }]
}

/** "#12 Alert on retries (due 2026-03-18)". */
export function followUpWords({ link: { text: name, url }, text, dueOn, isOverdue }: ReportedFollowUp): string {
  const due = isOverdue ? `**overdue** since ${utcDay(dueOn)}` : `due ${utcDay(dueOn)}`
  return `${name === '' ? '' : `${link(name, url, 60)} `}${inline(text, TITLE_LENGTH)} (${due})`
}
