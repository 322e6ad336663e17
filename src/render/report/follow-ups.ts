// What is to be done after the incident: shown until it is, the overdue first of all.
import type { IncidentReport, ReportedFollowUp } from '../../domain/report.ts'
import { inline, link } from '../escape.ts'
import { utcDay } from '../words.ts'
import { TITLE_LENGTH, type Block } from './block.ts'

const MOST_SHOWN = 5
const MOST_NAMED = 3

export function followUpBlocks({ followUps }: IncidentReport): Block[] {
  if (followUps.length === 0) return []
  const of = (state: ReportedFollowUp['state']) => followUps.filter((item) => item.state === state)
  const [overdue, done, dropped] = [of('overdue'), of('done').length, of('dropped').length]
  const open = [...overdue, ...of('open')]
  const words = [
    done === followUps.length ? `all ${done} done` : `${done} of ${followUps.length} done`,
    dropped === 0 ? '' : `${dropped} dropped`,
    overdue.length === 0 ? '' : `**${overdue.length} overdue**`,
  ]
  const head = `**Follow-ups:** ${words.filter((word) => word !== '').join(', ')}`
  const shown = open.slice(0, MOST_SHOWN)
  const rest = open.length - shown.length
  const lines = [...shown.map((item) => `- ${followUpWords(item)}`), ...(rest > 0 ? [`- ${rest} more`] : [])]
  return [{ name: 'the follow-ups', importance: 75, markdown: [head, ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n\n') }]
}

/** "#12 Alert on retries (octocat, due 2026-03-18)". */
export function followUpWords({ link: { text: name, url }, text, dueOn, state, assignees }: ReportedFollowUp): string {
  const due = state === 'overdue' ? `**overdue** since ${utcDay(dueOn)}` : `due ${utcDay(dueOn)}`
  const who = assignees.map((login) => `${inline(login, 40)}, `).slice(0, MOST_NAMED)
  return `${name === '' ? '' : `${link(name, url, 60)} `}${inline(text, TITLE_LENGTH)} (${who.join('')}${due})`
}
