// What a deployment ships, as a check on its commit. Pure.
import type { DeploymentReview, VerdictState } from '../domain/deployment-review.ts'
import type { RenderedCheck } from './check-run.ts'
import { code, inline, link, plain, sentence } from './escape.ts'
import { SENTENCE_LENGTH, table, TITLE_LENGTH } from './report/block.ts'
import { percentOf } from './risk-words.ts'
import { count, list } from './words.ts'

const MOST_ROWS = 30
const MOST_NAMED = 10
export const MOST_DEPENDENTS = 10

/** One a service and environment: of several of one name GitHub would show the last only. */
export const shipsCheckName = ({ service, environment }: DeploymentReview): string =>
  plain(`Causeway / what ships: ${service} to ${environment}`, 100)

export function renderShipsCheck(review: DeploymentReview): RenderedCheck {
  const { state } = review.verdict
  return {
    conclusion: state === 'healthy' || (state === 'pending' && review.changes.length === 0) ? 'success' : 'neutral',
    title: titleOf(review),
    summary: summaryOf(review),
    annotations: [],
  }
}

const VERDICTS: Record<VerdictState, string> = {
  pending: 'Ships',
  watching: 'Live, being watched:',
  healthy: 'Healthy:',
  implicated: 'Implicated in an incident:',
  'rolled-back': 'Rolled back:',
}

function titleOf({ verdict, changes, leftOut, risk }: DeploymentReview): string {
  const total = changes.length + leftOut
  const what = total === 0 ? 'no changes' : `${count(total, 'change')}, combined risk ${percentOf(risk.probability)}`
  return `${VERDICTS[verdict.state]} ${what}`
}

function summaryOf(review: DeploymentReview): string {
  const blocks = [
    verdictBlock(review),
    riskBlock(review),
    changesBlock(review),
    filesBlock('Migrations', review, 'migrations'),
    filesBlock('Flags', review, 'flags'),
    dependentsBlock(review.blastRadius),
    contactsBlock(review),
    '<sub>The combined risk is the chance that at least one of these changes will be reverted or implicated within 14 days, taking them as independent.</sub>',
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

function verdictBlock({ verdict }: DeploymentReview): string {
  if (verdict.state === 'pending') return ''
  const until = verdict.until === null ? '' : `- Watched until ${verdict.until.slice(0, 16).replace('T', ' ')} UTC`
  const title = verdict.state === 'healthy' ? '**Why it was not flagged**' : ''
  const lines = [until, ...verdict.reasons.map((reason) => `- ${sentence(reason, SENTENCE_LENGTH)}`)].filter((line) => line !== '')
  return [title, lines.join('\n')].filter((part) => part !== '').join('\n\n')
}

function riskBlock({ changes, risk, isTruncated, leftOut }: DeploymentReview): string {
  if (changes.length === 0)
    return isTruncated ? 'What it carries could not be read.' : 'It carries no changes that are not live there already.'
  const split =
    risk.split === null
      ? ''
      : ` Shipping ${list(
          risk.split.apart.map((name) => inline(name, 40)),
          MOST_NAMED,
        )} apart leaves ${percentOf(risk.split.rest)}.`
  const missing = [isTruncated ? 'not all changes could be read' : '', leftOut > 0 ? `${leftOut} more were not assessed` : '']
  const gaps = missing.filter((part) => part !== '').join(', ')
  return `**${percentOf(risk.probability)}** chance that at least one of ${count(changes.length, 'change')} is bad.${split}${gaps === '' ? '' : ` *${gaps}.*`}`
}

function changesBlock({ changes }: DeploymentReview): string {
  if (changes.length === 0) return ''
  const rows = changes.slice(0, MOST_ROWS).map((change) => [
    `${link(change.name, change.url, 60)} ${inline(change.title, TITLE_LENGTH)}`,
    // In a narrow column the sign would stand on a line of its own.
    percentOf(change.probability).replace(' ', '&nbsp;'),
    change.reasons.map((reason) => sentence(reason, SENTENCE_LENGTH)).join('<br>'),
  ])
  const more = changes.length > MOST_ROWS ? `\n\n*${count(changes.length - MOST_ROWS, 'more change')}.*` : ''
  return table(['Change', 'Risk', 'Why'], rows, ['left', 'right']) + more
}

function filesBlock(title: string, { changes }: DeploymentReview, kind: 'migrations' | 'flags'): string {
  const named = changes.flatMap((change) => change[kind].map((path) => `${code(path, 100)} (${link(change.name, change.url, 40)})`))
  return named.length === 0 ? '' : `**${title}:** ${list(named, MOST_NAMED)}`
}

/** What is not named is not counted: it may be of repositories whose readers are others tomorrow. */
function dependentsBlock(names: readonly string[]): string {
  if (names.length === 0) return ''
  const named = names.slice(0, MOST_DEPENDENTS).map((name) => code(name, 80))
  return `**Depends on it:** ${list(names.length > MOST_DEPENDENTS ? [...named, 'others'] : named, MOST_DEPENDENTS + 1)}`
}

function contactsBlock({ contacts }: DeploymentReview): string {
  if (contacts.length === 0) return ''
  const named = contacts.map(({ name, roles }) => `${inline(name, 60)} (${roles.join(', ')})`)
  return `**Who knows it:** ${list(named, 8)}`
}
