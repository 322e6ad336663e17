// What few people need, but everybody may check: folded at the end.
import type { IncidentReport } from '../../domain/report.ts'
import { code, inline } from '../escape.ts'
import { metricsTable } from '../metrics.ts'
import { count, percent, span, utcDay } from '../words.ts'
import { fold, SENTENCE_LENGTH, table, type Block } from './block.ts'
import { changeCell, liveHeader, liveSince, onlyEnvironment } from './suspects.ts'
import { timelineBlocks } from './timeline.ts'

const MOST_ROWS = 30

export function foldBlocks(report: IncidentReport, now: Date): Block[] {
  return [...timelineBlocks(report), ...howLong(report), ...otherChanges(report), ...ruledOut(report), computed(report, now)]
}

function howLong({ metrics }: IncidentReport): Block[] {
  if (metrics === null) return []
  return [{ name: 'how long it took', importance: 33, markdown: fold('How long it took, beside earlier ones', metricsTable(metrics)) }]
}

function otherChanges(report: IncidentReport): Block[] {
  const environment = onlyEnvironment(report.otherChanges)
  const rows = report.otherChanges
    .slice(0, MOST_ROWS)
    .map((change) => [changeCell(change), liveSince(change, report.detectedAt, environment), percent(change.probability)])
  const [first] = rows
  if (first === undefined) return []
  // Thirty times the same number in a column says less than once above it.
  const same = rows.length > 1 && rows.every((row) => row[2] === first[2]) ? first[2] : undefined
  const shown = same === undefined ? rows : rows.map((row) => row.slice(0, 2))
  const header = ['Change', liveHeader(environment), ...(same === undefined ? ['Probability'] : [])]
  const left = report.otherChanges.length - rows.length + report.otherChangesLeftOut
  const more = left > 0 ? `\n\n${count(left, 'less likely change')} not listed.` : ''
  const total = report.otherChanges.length + report.otherChangesLeftOut
  const markdown = fold(
    `${count(total, 'other change')}${same === undefined ? '' : `, ${same.replace('<', '&lt;')} each`}`,
    table(header, shown, ['left', 'left', 'right']) + more,
  )
  return [{ name: 'other changes', importance: 10, markdown }]
}

function ruledOut(report: IncidentReport): Block[] {
  const rows = report.ruledOut.slice(0, MOST_ROWS).map((change) => [changeCell(change), inline(change.ruledOut.sentence, SENTENCE_LENGTH)])
  if (rows.length === 0) return []
  const left = report.ruledOut.length - rows.length
  const more = left > 0 ? `\n\n${count(left, 'more', 'more')} not listed.` : ''
  const markdown = fold(`${count(report.ruledOut.length, 'change')} ruled out`, table(['Change', 'Why'], rows) + more)
  return [{ name: 'changes ruled out', importance: 30, markdown }]
}

function computed(report: IncidentReport, now: Date): Block {
  const lines = [
    `${count(report.pool, 'change')} of the ${span(report.lookbackMs)} before the incident began ${report.pool === 1 ? 'was' : 'were'} weighed by model ${code(report.modelVersion, 60)}.`,
    report.verdict === null
      ? `Their probabilities and “none of these” (${percent(report.none)}) add up to 100 % before rounding.`
      : 'What somebody with write access said counts more than any probability.',
    '“+” speaks for a change, “−” against it. Changes are ranked, never people.',
    accuracyLine(report.accuracy, now),
  ]
  const markdown = fold('How this was computed, and how often it is right', lines.map((line) => `- ${line}`).join('\n'))
  return { name: 'how this was computed', importance: 50, markdown }
}

function accuracyLine(accuracy: IncidentReport['accuracy'], now: Date): string {
  if (accuracy === null) return 'Measured accuracy on this repository: not measured yet.'
  const { cases, top5, low, high, since } = accuracy
  const period = `since ${utcDay(since)} (${span(now.getTime() - since.getTime())})`
  return `Measured accuracy on this repository: the cause was among the first five in ${percent(top5)} of ${count(cases, 'past case')} ${period}; 95 % interval ${percent(low)} to ${percent(high)}.`
}
