// What happened last, folded: whoever joins late reads it first.
import type { IncidentReport } from '../../domain/report.ts'
import { timelineWords } from '../timeline-words.ts'
import { count, utc } from '../words.ts'
import { fold, type Block } from './block.ts'

export function timelineBlocks(report: IncidentReport): Block[] {
  // That the issue was opened is no news to its readers.
  if (report.timelineLength <= 1) return []
  const lines = report.timeline.map((entry) => `- ${utc(entry.at)} · ${timelineWords(entry)}`)
  const left = report.timelineLength - report.timeline.length
  const earlier = left > 0 ? `\n\n${count(left, 'earlier entry', 'earlier entries')} not shown.` : ''
  return [
    {
      name: 'the timeline',
      importance: 35,
      markdown: fold(`Timeline, ${count(report.timelineLength, 'entry', 'entries')}`, lines.join('\n') + earlier),
    },
  ]
}
