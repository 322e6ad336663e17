// The risk of a change for a workflow run of GitHub Actions: commands that become annotations, and the job's summary.
import type { RiskAssessment, RiskChange, RiskReason } from '../domain/risk.ts'
import { inline, plain } from './escape.ts'
import { modelInWords, oddsInWords, percentOf, timesAverage } from './risk-words.ts'

const MAX_SENTENCE = 300
const TITLE = 'Causeway / deploy risk'

/** One line a command. What stands in them can end no line and begin no other command. */
export function annotationsOf(assessment: RiskAssessment, change: RiskChange): string {
  const whole = `${headline(assessment)}. ${assessment.reasons.map(said).join('; ')}`
  const commands = [command({ title: TITLE }, whole)]
  for (const reason of assessment.reasons) {
    const file = change.files.find(
      ({ path }) => reason.kind === 'file-history' && reason.strength > 0 && reason.sentence.startsWith(`${path}: `),
    )
    if (file !== undefined)
      commands.push(command({ file: file.path, line: String(file.ranges[0]?.start ?? 1), title: TITLE }, reason.sentence))
  }
  return `${commands.join('\n')}\n`
}

/** Markdown. */
export function summaryOf(assessment: RiskAssessment, change: RiskChange): string {
  const { reasons, context } = assessment
  const lines = [`### ${headline(assessment)}`, '', inline(change.title, MAX_SENTENCE), '']
  if (reasons.length > 0) lines.push('| Odds | Reason |', '|--:|---|', ...reasons.map(row), '')
  if (context.length > 0)
    lines.push('Worth knowing, but not counted:', '', ...context.map(({ sentence }) => `- ${inline(sentence, MAX_SENTENCE)}`), '')
  lines.push(`The chance that it will be taken back within 14 days, by model ${inline(modelInWords(assessment), 160)}.`, '')
  return `${lines.join('\n')}\n`
}

const headline = ({ probability, baseRate }: RiskAssessment): string =>
  `Risk ${percentOf(probability)}, ${timesAverage(probability, baseRate)}`

const said = ({ sentence, strength }: RiskReason): string => `${plain(sentence, MAX_SENTENCE)} (odds ${oddsInWords(strength)})`
const row = ({ sentence, strength }: RiskReason): string => `| ${oddsInWords(strength)} | ${inline(sentence, MAX_SENTENCE)} |`

function command(properties: Readonly<Record<string, string>>, message: string): string {
  const stated = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`)
  return `::notice ${stated.join(',')}::${escapeData(plain(message, 2_000))}`
}

// The two escapes of the workflow commands' own toolkit (actions/toolkit, command.ts).
const escapeData = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
