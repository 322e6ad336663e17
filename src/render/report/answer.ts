// The first lines: what a person who was woken up needs before anything else.
import type { IncidentFix } from '../../domain/incident.ts'
import type { IncidentReport, LastWorked, ReportedSuspect } from '../../domain/report.ts'
import { code, inline, link, sentence } from '../escape.ts'
import { count, duration, list, percent, span, utc } from '../words.ts'
import { SENTENCE_LENGTH, TITLE_LENGTH, type Block } from './block.ts'

const LIKELY = 0.5
const POSSIBLE = 0.25
const VERY_LIKELY = 0.8

export function answerBlocks(report: IncidentReport): Block[] {
  const lines = [`### ${headline(report)}`]
  if (report.status === 'resolved' && report.duplicateOf === null) lines.push(`${likelyCause(report)}.`)
  const why = report.duplicateOf === null ? reasons(report) : ''
  if (why !== '') lines.push(`**Why:** ${why}.`)
  lines.push(facts(report))
  if (report.lastWorked !== null && report.verdict === null) lines.push(lastSeenToWork(report.lastWorked, report.liveWhenItWorked))
  const upstream = report.related.find(({ isUpstream }) => isUpstream)
  if (upstream !== undefined) lines.push(burst(upstream))
  if (report.postmortemProblem !== null) lines.push(`*${report.postmortemProblem}*`)
  if (report.rolledBack !== null) lines.push(mitigatedBy(report.rolledBack))
  if (report.reportedOnly) {
    lines.push('*Reported, not yet acknowledged: until someone with write access does, this is shown here and nowhere else.*')
  }
  return [{ name: 'the answer', importance: Infinity, markdown: lines.join('\n\n') }]
}

/** Whoever doubts the answer must see that somebody's word took changes out of it, and how to take that back. */
function lastSeenToWork({ at, name, by, url }: LastWorked, ruledOut: number): string {
  const version = name === null ? '' : ` with ${inline(name, 80)}`
  const source = url === null ? '' : ` (${link(by === null ? 'source' : `says ${by.login}`, url, 60)})`
  const effect =
    ruledOut === 0 ? 'no change here is from before' : `${count(ruledOut, 'change')} from before ${ruledOut === 1 ? 'is' : 'are'} ruled out`
  return `**Last seen to work** ${utc(at)}${version}${source}: ${effect}. If that was wrong, write \`/worked unknown\`.`
}

/** Where several services fail at once, the one that the others depend on is where to look. */
function burst({ link: { text, url }, services }: IncidentReport['related'][number]): string {
  const upstream = list(
    services.map((service) => code(service, 60)),
    3,
  )
  return `**Part of a burst:** ${link(text, url, 60)} is further upstream (${upstream}). Look there first.`
}

/** A rollback is no proof that it helped: people say so, and here is what to write. */
function mitigatedBy({ service, at }: NonNullable<IncidentReport['rolledBack']>): string {
  const moment = `${at.toISOString().slice(0, 16)}Z`
  return `${code(service, 60)} was rolled back at ${utc(at)}. If that helped, write \`/mitigated ${moment}\`.`
}

function headline(report: IncidentReport): string {
  if (report.duplicateOf !== null) return `Duplicate of ${link(report.duplicateOf.text, report.duplicateOf.url, 80)}: it is followed there`
  if (report.status !== 'resolved') return likelyCause(report)
  const after = report.resolvedAt === null ? '' : ` after ${duration(report.resolvedAt.getTime() - report.detectedAt.getTime())}`
  return report.fix === null ? `Resolved${after}` : `Resolved${after}: ${fixWords(report.fix)}`
}

function likelyCause(report: IncidentReport): string {
  const first = report.suspects[0]
  if (report.verdict === 'no-change') return 'No change caused it, as somebody with write access said'
  if (report.verdict === 'caused') return `Confirmed cause: ${list(report.suspects.map(named), 3)}`
  if (report.pool === 0 || first === undefined) {
    return `No change stands out: none reached ${servicesOr(report, 'this repository')} in the ${span(report.lookbackMs)} before`
  }
  if (!standsOut(first, report)) {
    return first.probability < report.none
      ? `No change stands out: ${percent(report.none)} that none of ${count(report.pool, 'change')} did it`
      : `No change stands out: the likeliest of ${count(report.pool, 'change')} has ${percent(first.probability)}`
  }
  const likely = first.probability >= VERY_LIKELY ? 'Very likely cause' : first.probability >= LIKELY ? 'Likely cause' : 'Possible cause'
  return `${likely}${first.isReverted ? ', reverted since' : ''} (${percent(first.probability)}): ${named(first)}`
}

const standsOut = (first: ReportedSuspect, report: IncidentReport): boolean =>
  first.probability >= POSSIBLE && first.probability >= report.none

/** The strongest reasons for the first suspect, so that nobody has to scroll a table on a phone. */
function reasons(report: IncidentReport): string {
  const first = report.suspects[0]
  if (first === undefined || (report.verdict === null && !standsOut(first, report))) return ''
  const speaking = first.evidence.filter((reason) => reason.strength > 0 && reason.sentence !== '').slice(0, 2)
  return speaking
    .map((reason, index) =>
      reason.sentence.replace(/\.$/, '').replace(/^[A-Z](?=[a-z])/, (letter) => (index > 0 ? letter.toLowerCase() : letter)),
    )
    .map((text) => sentence(text, SENTENCE_LENGTH))
    .join('; ')
}

function named(suspect: ReportedSuspect): string {
  return `${link(suspect.link.text, suspect.link.url, 60)} ${inline(suspect.title, TITLE_LENGTH)}`.trim()
}

/** What fixed an incident, as the end of a sentence. */
export function fixWords(fix: IncidentFix): string {
  switch (fix.kind) {
    case 'pull-request':
      return `fixed by ${link(`#${fix.number}`, fix.url)} ${inline(fix.title, TITLE_LENGTH)}`.trim()
    case 'rollback': {
      const version = fix.url === null ? code(fix.toSha.slice(0, 8), 40) : link(fix.toSha.slice(0, 8), fix.url)
      return `fixed by rolling ${fix.service === '' ? '' : `${code(fix.service, 60)} `}back to ${version}`
    }
    case 'comment':
      return `closed with “${inline(fix.excerpt, SENTENCE_LENGTH)}” (${link('comment', fix.url)})`
  }
}

const DETECTED: Record<IncidentReport['detectedBy'], string> = {
  form: 'as the form says',
  body: 'as the report says',
  created: 'when it was opened',
  api: 'as the alert says',
}

function facts(report: IncidentReport): string {
  const parts = [
    stateWords(report),
    servicesOr(report, ''),
    report.severity === null ? '' : `severity ${report.severity}`,
    report.lead === null ? '' : `lead ${inline(report.lead, 60)}`,
    `began ${utc(report.detectedAt)}, ${DETECTED[report.detectedBy]}`,
    report.pool === 0 ? '' : `${count(report.pool, 'change')} weighed, ${span(report.lookbackMs)} back`,
    report.postmortem === null ? '' : `postmortem ${link(report.postmortem.text, report.postmortem.url, 40)}`,
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

/** Where it stands; that it is merely triggered or reported is said by there being a comment, or below. */
function stateWords({ status, acknowledgedAt, mitigatedAt, detectedAt }: IncidentReport): string {
  const after = (at: Date | null): string => (at === null ? '' : ` ${duration(at.getTime() - detectedAt.getTime())} in`)
  if (status === 'acknowledged') return `**Acknowledged**${after(acknowledgedAt)}`
  return status === 'mitigated' ? `**Mitigated**${after(mitigatedAt)}` : ''
}

function servicesOr(report: IncidentReport, otherwise: string): string {
  if (report.services.length === 0) return otherwise
  return list(
    report.services.map((service) => code(service, 60)),
    5,
  )
}
