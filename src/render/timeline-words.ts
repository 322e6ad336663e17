// One entry of the timeline as the end of a sentence that begins with its time: in markdown, where foreign text is escaped,
// and as one plain line.
import type { TimelineEntry } from '../domain/timeline.ts'
import { code, inline, link, plain } from './escape.ts'
import { list, percent } from './words.ts'

const MAX_WORDS = 200

/** "octocat set severity 2"; the link leads to where it was said. */
export function timelineWords(entry: TimelineEntry): string {
  const source = entry.url === null ? '' : ` (${link('source', entry.url)})`
  return `${words(entry, MARKDOWN)}${source}`
}

/** The same without markup and link; raw, without control characters. */
export const timelineLine = (entry: TimelineEntry): string => words(entry, PLAIN)

type Hand = Record<'inline' | 'code', (text: string, most: number) => string> & { strong: (text: string) => string }
const MARKDOWN: Hand = { inline, code, strong: (text) => `**${text}**` }
const PLAIN: Hand = { inline: plain, code: plain, strong: (text) => text }

function words(entry: TimelineEntry, hand: Hand): string {
  const { inline, code, strong } = hand
  const { fact } = entry
  const who = entry.by === null ? '' : inline(entry.by.login, 60)
  const said = inline(entry.text, MAX_WORDS)
  const because = said === '' ? '' : `: ${said}`
  const by = (doing: string, passive: string): string => (who === '' ? passive : `${who} ${doing}`)
  switch (fact.kind) {
    case 'opened':
      return fact.byAlert ? by('reported it by an alert', 'reported by an alert') : by('opened the issue', 'the issue was opened')
    case 'duplicate-opened':
      return `${inline(fact.name, 80)}, the same, was opened`
    case 'declared':
      return by('declared an incident', 'an incident was declared')
    case 'comment':
      return `${by('said', 'someone said')}${because}`
    case 'assigned':
      return `${inline(fact.to, 60)} was assigned`
    case 'acknowledged':
      return by('acknowledged it', 'acknowledged')
    case 'mitigated':
    case 'resolved':
      return `${fact.kind}${who === '' ? '' : `, says ${who}`}${because}`
    case 'closed':
      return by('closed the issue', 'the issue was closed')
    case 'reopened':
      return by('reopened the issue', 'the issue was reopened')
    case 'severity':
      return by(`set severity ${fact.severity}`, `severity ${fact.severity}`)
    case 'lead':
      return `${inline(fact.login, 60)} leads the response`
    case 'services':
      return `services: ${serviceWords(fact, hand)}`
    case 'outcome':
      return `${by(`said that ${verdictWords(fact, hand)}`, verdictWords(fact, hand))}${because}`
    case 'worked':
      return `${workedWords(fact, who, hand)}${because}`
    case 'related':
      return `related to ${inline(fact.name, 80)}${because}`
    case 'duplicate':
      return `the same as ${inline(fact.name, 80)}${because}`
    case 'note':
      return `${who === '' ? 'note' : `${who} noted`}${because}`
    case 'update':
      return `${strong('status update')}${because}`
    case 'deployment':
      return `${code(fact.sha.slice(0, 8), 40)} of ${code(fact.service, 60)} went live in ${inline(fact.environment, 60)}`
    case 'rollback':
      return `${code(fact.service, 60)} was rolled back to ${code(fact.sha.slice(0, 8), 40)} in ${inline(fact.environment, 60)}`
    case 'ranking':
      return fact.name === ''
        ? 'no change stood out any more'
        : `${inline(fact.name, 80)} became the first suspect (${percent(fact.probability)})`
    case 'refused':
      return `${code(fact.command, 40)}${who === '' ? '' : ` by ${who}`} was refused: it needs write access`
    case 'rollback-asked':
      return fact.name === undefined
        ? by('asked for a rollback', 'a rollback was asked for')
        : by(`asked to undo ${inline(fact.name, 80)}`, `undoing ${inline(fact.name, 80)} was asked for`)
    case 'revert-opened':
      return `${inline(fact.name, 80)} was opened: it undoes ${inline(fact.of, 80)}`
    case 'postmortem-asked':
      return by('asked for the postmortem', 'the postmortem was asked for')
  }
}

function serviceWords(fact: TimelineEntry['fact'] & { kind: 'services' }, { code }: Hand): string {
  const names = (services: string[]): string =>
    list(
      services.map((service) => code(service, 60)),
      8,
    )
  const parts = [
    fact.only === null ? '' : names(fact.only),
    fact.add.length > 0 ? `${names(fact.add)} added` : '',
    fact.remove.length > 0 ? `${names(fact.remove)} taken away` : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function workedWords({ with: version }: TimelineEntry['fact'] & { kind: 'worked' }, who: string, { inline }: Hand): string {
  if (version === null) return who === '' ? 'it is not known when it last worked' : `${who} took back when it last worked`
  return `${who === '' ? 'it' : `${who} said that it`} still worked${version.name === null ? '' : ` with ${inline(version.name, 80)}`}`
}

function verdictWords({ verdict, name }: TimelineEntry['fact'] & { kind: 'outcome' }, { inline }: Hand): string {
  if (verdict === 'no-change') return 'no change caused it'
  return `${inline(name, 80)} ${verdict === 'caused' ? 'caused it' : 'did not cause it'}`
}
