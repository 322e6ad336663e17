// What happened before, and what else is going on.
import type { IncidentReport, ReportedPastIncident } from '../../domain/report.ts'
import { inline, link } from '../escape.ts'
import { count, distance, EARLIER, list, span, utcDay } from '../words.ts'
import { fixWords } from './answer.ts'
import { SENTENCE_LENGTH, TITLE_LENGTH, type Block } from './block.ts'
import { followUpWords } from './follow-ups.ts'

const MOST_SHOWN = 5
const MOST_FOLLOW_UPS = 3

export function pastBlocks(report: IncidentReport): Block[] {
  if (report.pastIncidents.length === 0) return []
  const lines = report.pastIncidents.slice(0, MOST_SHOWN).map((past) => pastLine(past, report.detectedAt))
  const text = `**Seen before**${often(report.heatmap)}\n\n${lines.join('\n')}`
  return [{ name: 'similar past incidents', importance: 80, markdown: text }]
}

function pastLine(past: ReportedPastIncident, detectedAt: Date): string {
  const took = past.durationMs === null ? '' : `, took ${span(past.durationMs)}`
  const when = `${utcDay(past.openedAt)} (${distance(past.openedAt, detectedAt, EARLIER)})${took}`
  const fix = past.fix === null ? 'what fixed it is not recorded' : fixWords(past.fix)
  const cause = past.cause === null ? '' : `, caused by ${link(past.cause.text, past.cause.url, 60)}`
  const why = past.reason === '' ? '' : `<br>*Alike:* ${inline(past.reason, SENTENCE_LENGTH)}`
  const open = past.followUps.length === 0 ? '' : `<br>*Still to do since:* ${list(past.followUps.map(followUpWords), MOST_FOLLOW_UPS)}`
  const copies = past.copies === 0 ? '' : ` (and ${count(past.copies, 'earlier one')} like it)`
  return `- ${link(past.link.text, past.link.url, 60)} ${inline(past.title, TITLE_LENGTH)}${copies}<br>${when}${cause}, ${fix}${why}${open}`
}

const LEVELS = ['·', '▂', '▄', '▆', '█']

/** One character a week, oldest first: "··▂···█". Nothing when no week had one. */
function often(weeks: IncidentReport['heatmap']): string {
  const most = Math.max(0, ...weeks.map((week) => week.count))
  if (most === 0) return ''
  const marks = weeks.map((week) => LEVELS[Math.ceil((Math.max(week.count, 0) / most) * (LEVELS.length - 1))] ?? '█').join('')
  const total = weeks.reduce((sum, week) => sum + week.count, 0)
  return ` \`${marks}\` ${count(total, 'time')} in ${count(weeks.length, 'week')}, most recent on the right`
}

export function relatedBlocks(report: IncidentReport): Block[] {
  if (report.related.length === 0) return []
  const lines = report.related.slice(0, MOST_SHOWN).map((related) => {
    const about = [
      related.status,
      `opened ${distance(related.openedAt, report.detectedAt, EARLIER)}`,
      inline(related.reason, SENTENCE_LENGTH),
    ]
    return `- ${link(related.link.text, related.link.url, 60)} ${inline(related.title, TITLE_LENGTH)}<br>${about.filter((part) => part !== '').join(', ')}`
  })
  return [
    {
      name: 'related open incidents',
      importance: 70,
      markdown: `**${report.related.some(({ status }) => status === 'resolved') ? 'Related' : 'Going on now'}**\n\n${lines.join('\n')}`,
    },
  ]
}
