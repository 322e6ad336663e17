// The risk check of a pull request as GitHub shows it: a title, a summary, lines. Pure.
import type { RiskReport } from '../domain/pull-request.ts'
import type { RiskAssessment, RiskReason } from '../domain/risk.ts'
import { code, inline, link, plain, sentence, webAddress } from './escape.ts'
import { fold, SENTENCE_LENGTH, table, TITLE_LENGTH } from './report/block.ts'
import { modelInWords, oddsInWords, percentOf, timesAverage } from './risk-words.ts'
import { count, list, span, utcDay, utc } from './words.ts'

export const RISK_CHECK = 'Causeway / deploy risk'

export type RenderedCheck = {
  conclusion: 'success' | 'neutral' | 'failure'
  title: string
  summary: string
  annotations: { path: string; startLine: number; endLine: number; level: 'notice' | 'warning'; message: string }[]
}

/** More than this times the repository's own rate is worth a look. */
const NOTABLE = 2
const MOST_REASONS = 5
const LONGEST_MESSAGE = 500

export function renderRiskCheck(report: RiskReport): RenderedCheck {
  return {
    conclusion: conclusionOf(report),
    title: titleOf(report),
    summary: summaryOf(report),
    annotations: report.annotations.map(({ path, line, message }) => ({
      path,
      startLine: line,
      endLine: line,
      level: 'notice',
      message: plain(message, LONGEST_MESSAGE),
    })),
  }
}

/** A risk is no mistake: it fails only above what the repository's own file says. */
function conclusionOf({ assessment, failAbove, open }: RiskReport): RenderedCheck['conclusion'] {
  if (failAbove !== null && assessment.probability > failAbove) return 'failure'
  return assessment.probability > NOTABLE * assessment.baseRate || open.length > 0 ? 'neutral' : 'success'
}

function titleOf({ assessment, open, whereabouts, failAbove }: RiskReport): string {
  if (whereabouts[0] !== undefined) return plain(whereabouts[0].replace(/\.$/, ''), 120)
  const over = failAbove !== null && assessment.probability > failAbove ? `, above this repository's limit of ${percentOf(failAbove)}` : ''
  const now = open.length === 0 ? '' : ` · ${count(open.length, 'incident')} open on what it touches`
  return `Risk ${percentOf(assessment.probability)}, ${timesAverage(assessment.probability, assessment.baseRate)}${over}${now}`
}

function summaryOf(report: RiskReport): string {
  const { assessment, files } = report
  const blocks = [
    // One alone is the title already.
    report.whereabouts.length > 1 ? report.whereabouts.map((place) => `- ${sentence(place, SENTENCE_LENGTH)}`).join('\n') : '',
    `**${percentOf(assessment.probability)}** chance that this change will be reverted or implicated in an incident within 14 days. This repository's average is ${percentOf(assessment.baseRate)}.`,
    files.read < files.all
      ? `*Only ${files.read} of ${count(files.all, 'file')} could be read: what is said of files is true of those.*`
      : '',
    openBlock(report),
    reasonsBlock(assessment),
    incidentsBlock(report),
    contactsBlock(report),
    contextBlock(assessment),
    `<sub>A risk is a chance, no verdict: most risky changes go well. Nothing about a person is part of it. Model ${inline(modelInWords(assessment), 160)}.</sub>`,
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

function openBlock({ open }: RiskReport): string {
  if (open.length === 0) return ''
  const lines = open.map(({ link: issue, title, severity, services, detectedAt }) => {
    const named = list(
      services.map((service) => code(service, 60)),
      3,
    )
    const facts = [named, severity === null ? '' : `severity ${severity}`, `since ${utc(detectedAt)}`].filter((part) => part !== '')
    return `- ${link(issue.text, issue.url, 60)} ${inline(title, TITLE_LENGTH)} (${facts.join(', ')})`
  })
  return `**Going on now on what this touches**\n\n${lines.join('\n')}`
}

function reasonsBlock({ reasons }: RiskAssessment): string {
  if (reasons.length === 0) return ''
  return `**What moved it** (× is what each does to the odds)\n\n${reasons.slice(0, MOST_REASONS).map(reasonLine).join('\n')}`
}

function reasonLine(reason: RiskReason): string {
  const moved = reason.strength === 0 ? '' : `${reason.strength > 0 ? '▲' : '▼'} **${oddsInWords(reason.strength)}** `
  const text = `- ${moved}${sentence(reason.sentence, SENTENCE_LENGTH)}`
  return reason.url === null || webAddress(reason.url) === null ? text : `${text} (${link('the last one', reason.url)})`
}

function incidentsBlock({ incidents }: RiskReport): string {
  if (incidents.length === 0) return ''
  const rows = incidents.map((each) => [
    `${link(each.link.text, each.link.url, 60)} ${inline(each.title, 80)}`,
    each.severity === null ? '' : String(each.severity),
    utcDay(each.detectedAt),
    each.resolvedAt === null ? 'not over' : span(each.resolvedAt.getTime() - each.detectedAt.getTime()),
    link(each.cause.text, each.cause.url, 60),
    list(
      each.paths.map((path) => code(path, 80)),
      2,
    ),
  ])
  const header = ['Incident', 'Severity', 'When', 'It took', 'Cause', 'Files in common']
  return `**Incidents that came from these files**\n\n${table(header, rows)}`
}

function contactsBlock({ contacts }: RiskReport): string {
  if (contacts.length === 0) return ''
  const named = contacts.map(({ name, roles }) => `${inline(name, 60)} (${roles.join(', ')})`)
  return `**Who knows these files:** ${list(named, 6)}`
}

function contextBlock({ context }: RiskAssessment): string {
  if (context.length === 0) return ''
  return fold('Worth knowing (without weight in the number)', context.map(reasonLine).join('\n'))
}
