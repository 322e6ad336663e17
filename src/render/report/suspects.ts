// The suspects in one table, with "none of these" and all others in it, so that the column adds up to one.
import type { Evidence } from '../../domain/ranking.ts'
import type { Contact, IncidentReport, ReportedChange } from '../../domain/report.ts'
import { code, inline, link, webAddress } from '../escape.ts'
import { count, distance, list, percent, utc } from '../words.ts'
import { SENTENCE_LENGTH, table, TITLE_LENGTH, type Block } from './block.ts'

const MOST_SUSPECTS = 5
const MOST_EVIDENCE = 3
const MOST_CONTACTS = 4

export function suspectBlocks(report: IncidentReport): Block[] {
  const suspects = report.suspects.slice(0, MOST_SUSPECTS)
  if (suspects.length === 0) return []
  const rows = suspects.map((suspect) => [
    changeCell(suspect),
    liveSince(suspect, report.detectedAt),
    `**${percent(suspect.probability)}**`,
    whoKnowsIt(suspect.contacts),
    evidenceCell(suspect.evidence),
  ])
  const others = report.pool - suspects.length
  const left = 1 - report.none - suspects.reduce((sum, suspect) => sum + suspect.probability, 0)
  if (others > 0) rows.push([`*${count(others, 'other change')}*`, '', percent(Math.max(left, 0)), '', ''])
  rows.push(['*None of these*', '', percent(report.none), '', ''])
  const header = ['Change', 'Live since', 'Probability', 'Who knows it', 'Evidence']
  return [{ name: 'the suspects', importance: 100, markdown: table(header, rows, ['left', 'left', 'right']) }]
}

/** The change by name, title and what it bumps. */
export function changeCell(change: ReportedChange & { isReverted?: boolean }): string {
  const bumps = change.bumps
    .slice(0, 3)
    .map(({ dependency, from, to }) =>
      [code(dependency, 60), [from, to].flatMap((version) => (version === null ? [] : inline(version, 20))).join(' → ')].join(' '),
    )
  const lines = [
    `${link(change.link.text, change.link.url, 60)} ${inline(change.title, TITLE_LENGTH)}`.trim(),
    ...(bumps.length > 0 ? [`bumps ${list(bumps, 3)}`] : []),
    ...(change.isReverted === true ? ['reverted since'] : []),
  ]
  return lines.join('<br>')
}

/** Live where and since when, or merged when where no deployment is known; always against the incident's begin. */
export function liveSince(change: ReportedChange, detectedAt: Date): string {
  const at = change.liveAt ?? change.mergedAt
  const what = change.liveAt === null ? 'merged ' : ''
  const where = change.liveAt !== null && change.environment !== null ? ` in ${inline(change.environment, 40)}` : ''
  return `${what}${distance(at, detectedAt)}${where}<br>${utc(at)}`
}

const ROLES: Record<Contact['roles'][number], string> = {
  author: 'author',
  merger: 'merged it',
  reviewer: 'reviewed it',
  owner: 'owns the code',
}

/** Names without "@": nobody is called by a comment that is edited all the time. */
function whoKnowsIt(contacts: readonly Contact[]): string {
  const shown = contacts.slice(0, MOST_CONTACTS).map((contact) => {
    const name = inline(contact.name.replace(/^@/, ''), 60)
    return contact.roles.length === 0 ? name : `${name} (${contact.roles.map((role) => ROLES[role]).join(', ')})`
  })
  if (contacts.length > MOST_CONTACTS) shown.push(`${contacts.length - MOST_CONTACTS} more`)
  return shown.join('<br>')
}

function evidenceCell(evidence: readonly Evidence[]): string {
  return evidence
    .slice(0, MOST_EVIDENCE)
    .map((reason) => {
      const sentence = `${reason.strength < 0 ? '−' : '+'} ${inline(reason.sentence, SENTENCE_LENGTH)}`
      return reason.url === null || webAddress(reason.url) === null ? sentence : `${sentence} ${link('see', reason.url)}`
    })
    .join('<br>')
}
