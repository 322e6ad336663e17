// A postmortem written from the record. What is known is filled in; what only people know is asked, never invented.
// Pure: the same facts give the same characters. It is written once: from then on it belongs to those who edit it.
import type { PostmortemFacts } from '../domain/postmortem.ts'
import type { TimelineEntry } from '../domain/timeline.ts'
import { blamingPhrases } from './blameless.ts'
import { code, inline, link, sentence } from './escape.ts'
import { fixWords } from './report/answer.ts'
import { metricsTable } from './metrics.ts'
import { timelineWords } from './timeline-words.ts'
import { count, duration, list, percent, utc } from './words.ts'

/** The hidden first line by which the postmortem of an incident is found again. */
export const postmortemMarker = (repositoryId: number, issueNumber: number): string =>
  `<!-- causeway:postmortem repository=${repositoryId} incident=${issueNumber} -->`

/** Below it stands what is to be done, whatever a template calls it. */
export const FOLLOW_UPS_MARKER = '<!-- causeway:follow-ups -->'
/** Ends a line that Causeway suggests: it counts once it is ticked. */
export const SUGGESTED_MARKER = '<!-- causeway:suggested -->'

/** Below GitHub's 65,536. */
const MAX_LENGTH = 64_000
const MOST_ENTRIES = 200
const MOST_SUSPECTS = 5
const MOST_EVIDENCE = 5
/** A person who reports later than this was slower than an alert would have been. */
const LATE_MS = 10 * 60_000

/** A template names sections by these; they are also the parts of ours, in order. */
const HEADINGS = {
  summary: 'Summary',
  impact: 'Impact',
  detection: 'Detection',
  causes: 'Cause and contributing factors',
  response: 'Mitigation and resolution',
  went_well: 'What went well',
  luck: 'Where we were lucky',
  follow_ups: 'Follow-ups',
  timeline: 'Timeline',
} as const

export function postmortemTitle({ title }: PostmortemFacts): string {
  return `Postmortem: ${title}`
}

/**
 * Markdown of at most 64,000 characters. `template` is the repository's own text: `{{summary}}` and the other names of
 * sections are filled in, all else stays as it is; with none of them in it, our sections follow it.
 */
export function renderPostmortem(facts: PostmortemFacts, template: string | null = null): string {
  const marker = postmortemMarker(facts.report.repositoryId, facts.report.issueNumber)
  for (let entries = MOST_ENTRIES; ; entries = Math.floor(entries / 2)) {
    const text = `${marker}\n${filled(sectionsOf(facts, entries), template)}\n`
    if (text.length <= MAX_LENGTH || entries === 0) return text.slice(0, MAX_LENGTH).toWellFormed()
  }
}

/** A sentence of ours above it all. */
export function withNotice(body: string, notice: string | null): string {
  const [marker = '', ...rest] = body.split('\n')
  return notice === null ? body : [marker, `> ${notice}`, '', ...rest].join('\n')
}

/** As a file of the repository, where a heading stands in the place of the issue's title. */
export function documentOf(title: string, body: string): string {
  const [marker = '', ...rest] = body.split('\n')
  return [marker, `# ${inline(title, 250)}`, '', ...rest].join('\n')
}

/** Of the pull request that adds the document. */
export function pullRequestBody(
  { issueNumber, url }: { issueNumber: number; url: string },
  path: string,
  areFollowUpsTracked: boolean,
): string {
  return [
    `The postmortem of ${link(`#${issueNumber}`, url)}, begun from what was recorded: ${code(path, 200)}.`,
    'What only people know is asked for in it. Push to this branch, or edit the file here, and mark it ready when it may be read.',
    areFollowUpsTracked ? 'What it lists under follow-ups becomes issues when it is merged.\n' : '',
  ].join('\n\n')
}

type Sections = Record<keyof typeof HEADINGS, string>

function filled(sections: Sections, template: string | null): string {
  const names = Object.keys(HEADINGS) as (keyof typeof HEADINGS)[]
  const ours = names.map((name) => `## ${HEADINGS[name]}\n\n${sections[name]}`).join('\n\n')
  if (template === null) return ours
  let isUsed = false
  const text = template.replace(/\{\{ {0,3}([a-z_]{1,20}) {0,3}\}\}/g, (whole, name: string) => {
    if (!Object.hasOwn(sections, name)) return whole
    isUsed = true
    return sections[name as keyof Sections]
  })
  return isUsed ? text : `${text.trimEnd()}\n\n${ours}`
}

function sectionsOf(facts: PostmortemFacts, mostEntries: number): Sections {
  return {
    summary: summary(facts),
    impact: impact(facts),
    detection: detection(facts),
    causes: causes(facts),
    response: response(facts),
    went_well: ask('What helped to find it, to limit it or to mend it?'),
    luck: ask('What could have made it worse, and did not by chance?'),
    follow_ups: followUps(facts),
    timeline: timeline(facts, mostEntries),
  }
}

/** Only people know; nobody may take it for known. */
function ask(question: string): string {
  return `*To be told: ${question}*`
}

/** What the record itself speaks for stands there to be ticked; nothing is decided for people. */
function followUps({ report, openedAt, areFollowUpsTracked, timeline: entries }: PostmortemFacts): string {
  const opened = entries.find(({ fact }) => fact.kind === 'opened')?.fact
  const late = openedAt.getTime() - report.detectedAt.getTime()
  const suggested = [
    opened?.kind === 'opened' && !opened.byAlert && late >= LATE_MS ? `Let an alert report it: a person did, after ${duration(late)}` : '',
    report.runbooks.length === 0 && report.services.length > 0
      ? `Write a runbook for ${named(report.services)}: none is named in \`.github/causeway.yml\``
      : '',
  ].filter((line) => line !== '')
  const question = [
    'What will make this kind of incident rarer, shorter or milder?',
    areFollowUpsTracked ? 'One line each, with a day: “by 14 May”. Each becomes an issue.' : 'One line each.',
    areFollowUpsTracked && suggested.length > 0 ? 'What is suggested counts once it is ticked.' : '',
  ]
  return [
    ask(question.join(' ').trim()),
    [FOLLOW_UPS_MARKER, '', ...suggested.map((line) => `- [ ] ${line} ${SUGGESTED_MARKER}`), '- [ ] …'].join('\n'),
  ].join('\n\n')
}

function summary({ title, url, report }: PostmortemFacts): string {
  const services = report.services.length === 0 ? 'an unnamed service' : named(report.services)
  const severity = report.severity === null ? '' : ` (severity ${report.severity})`
  const lasted =
    report.resolvedAt === null
      ? ', and is not over'
      : `, and was over after ${duration(report.resolvedAt.getTime() - report.detectedAt.getTime())}`
  return `An incident of ${services}${severity} that began at ${utc(report.detectedAt)}${lasted}: “${inline(title, 250)}”, ${link(`#${report.issueNumber}`, url)}.\n\n${ask('What did it look like from outside, in two sentences?')}`
}

function named(services: readonly string[]): string {
  return list(
    services.map((service) => code(service, 60)),
    10,
  )
}

function impact({ report, metrics }: PostmortemFacts): string {
  const end = report.mitigatedAt ?? report.resolvedAt
  const lines = [
    `Services: ${report.services.length === 0 ? 'not said' : named(report.services)}`,
    end === null
      ? 'Duration: not over'
      : `Duration until ${report.mitigatedAt ? 'mitigated' : 'resolved'}: ${duration(end.getTime() - report.detectedAt.getTime())}`,
  ]
  return `${bullets(lines)}\n\n${metricsTable(metrics)}\n\n${ask('Who was affected, how many, and how?')}`
}

function detection({ report, openedAt, timeline: entries }: PostmortemFacts): string {
  const opened = entries.find(({ fact }) => fact.kind === 'opened')?.fact
  const by = opened?.kind === 'opened' && opened.byAlert ? 'an alert' : 'a person'
  const late = duration(Math.max(0, openedAt.getTime() - report.detectedAt.getTime()))
  const known = `It began at ${utc(report.detectedAt)}, and was reported at ${utc(openedAt)} by ${by}: ${late} to detect.`
  return `${known}\n\n${ask('Could it have been seen earlier, and by what?')}`
}

function causes({ report }: PostmortemFacts): string {
  if (report.verdict === 'no-change') return `No change caused it, as somebody with write access said.\n\n${ask('What did?')}`
  const suspects = report.suspects.slice(0, MOST_SUSPECTS)
  const isConfirmed = report.verdict === 'caused'
  const lines = suspects.flatMap(({ link: name, title, probability, evidence }) => [
    `- ${link(name.text, name.url, 60)} ${inline(title, 200)}${isConfirmed ? ': confirmed' : ` (${percent(probability)}, not confirmed)`}`,
    ...evidence
      .filter((reason) => reason.strength > 0 && reason.sentence !== '')
      .slice(0, MOST_EVIDENCE)
      .map((reason) => `  - ${sentence(reason.sentence, 200)}`),
  ])
  const known =
    lines.length === 0
      ? 'No change stood out.'
      : `${isConfirmed ? 'The change that caused it, and what spoke for it:' : 'Nobody has confirmed a cause. What stood out:'}\n\n${lines.join('\n')}`
  return `${known}\n\n${ask('Which conditions had to come together, and why did each check on the way let it through?')}`
}

function response({ report, timeline: entries }: PostmortemFacts): string {
  const lines = [
    report.mitigatedAt ? `Mitigated ${duration(report.mitigatedAt.getTime() - report.detectedAt.getTime())} after the beginning` : '',
    report.resolvedAt
      ? `Resolved ${duration(report.resolvedAt.getTime() - report.detectedAt.getTime())} after the beginning${report.fix === null ? '' : `: ${fixWords(report.fix)}`}`
      : '',
    ...entries.filter(({ fact }) => fact.kind === 'rollback').map((entry) => `${utc(entry.at)}: ${timelineWords(entry)}`),
  ].filter((line) => line !== '')
  return `${lines.length === 0 ? 'Nothing is recorded yet.' : bullets(lines)}\n\n${ask('What was tried, what helped, and what took long?')}`
}

function timeline({ timeline: entries }: PostmortemFacts, most: number): string {
  const shown = entries.slice(0, most)
  const rest = entries.length - shown.length
  const rows = shown.map((entry) => `- ${utc(entry.at)}: ${timelineWords(entry)}`)
  const suggestions = suggestionsFor(entries)
  return [
    rows.join('\n') || 'Nothing is recorded.',
    ...(rest > 0 ? [`${count(rest, 'later entry', 'later entries')} left out for length; \`causeway incident show\` has them all.`] : []),
    ...(suggestions === '' ? [] : [suggestions]),
  ].join('\n\n')
}

/** Gentle: what people wrote in the heat of it stays as they wrote it. */
function suggestionsFor(entries: readonly TimelineEntry[]): string {
  const phrases = blamingPhrases(entries.map(({ text }) => text).join('\n')).slice(0, 5)
  if (phrases.length === 0) return ''
  const lines = phrases.map(({ phrase, instead }) => `“${inline(phrase, 80)}”: ${instead}`)
  return `*Some words above may be read as blame. If they find their way into this document:*\n${bullets(lines)}`
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n')
}
