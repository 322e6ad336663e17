// The suspects in one table, with "none of these" and all others in it, so that the column adds up to one.
import type { Evidence } from '../../domain/ranking.ts'
import type { Contact, IncidentReport, ReportedChange } from '../../domain/report.ts'
import { code, inline, link, sentence, webAddress } from '../escape.ts'
import { count, distance, list, percent, utc } from '../words.ts'
import { SENTENCE_LENGTH, table, TITLE_LENGTH, type Block } from './block.ts'

const MOST_SUSPECTS = 5
const MOST_EVIDENCE = 3
const MOST_CONTACTS = 4

export function suspectBlocks(report: IncidentReport): Block[] {
  const suspects = report.suspects.slice(0, MOST_SUSPECTS)
  if (suspects.length === 0) return []
  const environment = onlyEnvironment(suspects)
  const rows = suspects.map((suspect) => [
    changeCell(suspect),
    liveSince(suspect, report.detectedAt, environment),
    report.verdict === 'caused' ? '**confirmed**' : `**${percent(suspect.probability)}**`,
    whoKnowsIt(suspect.contacts),
    evidenceCell(suspect.evidence),
  ])
  const header = ['Change', liveHeader(environment), report.verdict === 'caused' ? 'Cause' : 'Probability', 'Who knows it', 'Evidence']
  const whole = (): Block[] => [{ name: 'the suspects', importance: 100, markdown: table(header, rows, ['left', 'left', 'right']) }]
  // A confirmed cause leaves nothing to share among others.
  if (report.verdict === 'caused') return whole()
  const others = report.pool - suspects.length
  const left = 1 - report.none - suspects.reduce((sum, suspect) => sum + suspect.probability, 0)
  if (others > 0) rows.push([`*${count(others, 'other change')}*`, '', percent(Math.max(left, 0)), '', ''])
  rows.push(['*None of these*', '', percent(report.none), '', ''])
  return whole()
}

/** The change by name, title and what it bumps. */
export function changeCell(change: ReportedChange & { isReverted?: boolean }): string {
  // A bot's title mostly says it already.
  const bumps = change.bumps
    .filter(({ dependency }) => !change.title.includes(dependency))
    .slice(0, 3)
    .map(({ dependency, from, to }) => {
      const versions = [from, to].flatMap((version) => (version === null ? [] : inline(version, 20)))
      return `${code(dependency, 60)} ${versions.join(' → ')}`.trim()
    })
  const lines = [
    `${link(change.link.text, change.link.url, 60)} ${inline(change.title, TITLE_LENGTH)}`.trim(),
    ...(bumps.length > 0 ? [`bumps ${list(bumps, 3)}`] : []),
    ...(change.isReverted === true ? ['reverted since'] : []),
  ]
  return lines.join('<br>')
}

/** The environment of all changes that are live, when it is only one: then the header says it, and no row has to. */
export function onlyEnvironment(changes: readonly ReportedChange[]): string | null {
  const names = new Set(changes.flatMap(({ liveAt, environment }) => (liveAt === null ? [] : [environment])))
  const [name] = names
  return names.size === 1 ? (name ?? null) : null
}

export const liveHeader = (environment: string | null): string =>
  environment === null ? 'Live since (UTC)' : `Live in ${inline(environment, 40)} since (UTC)`

/** Since when it is live, or when it was merged where no deployment is known; both against the incident's begin. */
export function liveSince(change: ReportedChange, detectedAt: Date, environment: string | null): string {
  const at = change.liveAt ?? change.mergedAt
  const where = change.environment === null || change.environment === environment ? '' : ` in ${inline(change.environment, 40)}`
  return `${change.liveAt === null ? 'merged ' : ''}${utc(at).replace(' UTC', '')}${where}<br>${distance(at, detectedAt)}`
}

const ROLES: Record<Contact['roles'][number], string> = {
  author: 'author',
  merger: 'merger',
  reviewer: 'reviewer',
  owner: 'owner',
  fixer: 'fixer',
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
      const text = `${reason.strength < 0 ? '−' : '+'} ${sentence(reason.sentence, SENTENCE_LENGTH)}`
      return reason.url === null || webAddress(reason.url) === null ? text : `${text} ${link('see', reason.url)}`
    })
    .join('<br>')
}
