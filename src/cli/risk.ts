import { appendFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import type { RiskReason } from '../domain/risk.ts'
import type { History } from '../history/history.ts'
import type { RangeRisk } from '../history/risk-of-range.ts'
import { failWith } from './report-error.ts'
import { modelInWords, oddsInWords, percentOf, timesAverage } from '../render/risk-words.ts'
import { count } from '../render/words.ts'
import { plain, progressLine, wrapped } from './terminal.ts'

const EXAMPLES = `
What the branch adds to its base is judged as one change, as its pull request would be. The clone is only read: nothing in it
is written or run. The exit status is 0 whatever the risk.

Examples:
  causeway risk .
  causeway risk ~/src/shop --base origin/main --head my-branch --json
  causeway risk . --base "origin/$GITHUB_BASE_REF" --format github     in a workflow (fetch-depth: 0)`

type Options = { base?: string; head: string; title?: string; json?: boolean; format: 'text' | 'github' }

/** What a branch is compared with when no base is named: the first of these that exists and lacks it. */
const USUAL_BASES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']

/** Adds \`causeway risk\`. */
export function registerRisk(program: Command): void {
  program
    .command('risk')
    .description('How likely is it that a change will be taken back? Judges a branch before it is pushed.')
    .argument('<clone>', 'a git clone, normal or bare, with its whole history')
    .option('--base <ref>', `what it is to be merged into (default: ${USUAL_BASES.slice(0, 2).join(', ')} …, else the commit before)`)
    .option('--head <ref>', 'the branch, tag or commit to judge', 'HEAD')
    .option('--title <title>', "the pull request's title (default: that of the first commit)")
    .option('--json', 'print one JSON object on stdout and nothing else')
    .addOption(
      new Option('--format <format>', 'github: annotations of a workflow run, and its job summary')
        .choices(['text', 'github'])
        .default('text'),
    )
    .addHelpText('after', EXAMPLES)
    .action((clone: string, options: Options) => risk(clone, options).catch(failWith))
}

async function risk(clone: string, options: Options): Promise<void> {
  const { openClone } = await import('../history/git-clone.ts')
  const { riskOfRange } = await import('../history/risk-of-range.ts')
  const { shippedRiskModel } = await import('../risk/model.ts')
  const { annotationsOf, summaryOf } = await import('../render/risk-annotations.ts')
  const progress = progressLine(process.stderr)
  const opened = await openClone(clone, options.head)
  let history = opened
  try {
    const head = opened.head.sha
    const base = await baseOf(opened, head, options.base)
    history = await openClone(clone, base.sha)
    const found = await riskOfRange(
      history,
      { base: base.sha, head, ...(options.title === undefined ? {} : { title: options.title }) },
      { model: shippedRiskModel(), onProgress: (changes) => progress.show(`reading the history: ${changes} changes`) },
    )
    progress.clear()
    if (options.json === true) process.stdout.write(`${JSON.stringify(jsonOf(found))}\n`)
    else if (options.format === 'text') process.stdout.write(textOf(found, base.name))
    else {
      process.stdout.write(annotationsOf(found.assessment, found.change))
      const summary = process.env.GITHUB_STEP_SUMMARY
      if (summary !== undefined && summary !== '') await appendFile(summary, summaryOf(found.assessment, found.change))
    }
  } finally {
    progress.clear()
    await opened.close()
    if (history !== opened) await history.close()
  }
}

async function baseOf(history: History, head: string, named: string | undefined): Promise<{ sha: string; name: string }> {
  if (named !== undefined) return { sha: await history.resolve(named), name: named }
  for (const name of USUAL_BASES) {
    const sha = await history.resolve(name).catch(() => null)
    if (sha === null) continue
    const common = await history.mergeBase(sha, head).catch(() => null)
    if (common !== null && common !== head) return { sha, name }
  }
  const before = await history.resolve(`${head}~1`).catch(() => null)
  if (before === null) throw new Error('There is nothing to compare with: name a branch or commit with --base.')
  return { sha: before, name: 'the commit before' }
}

const reasonOf = ({ kind, sentence, strength, url }: RiskReason) => ({ kind, sentence, strength, url })

function jsonOf({ base, head, commits, change, assessment, past }: RangeRisk) {
  return {
    base,
    head,
    commits,
    title: change.title,
    files: change.fileCount,
    added: change.added,
    deleted: change.deleted,
    probability: assessment.probability,
    baseRate: assessment.baseRate,
    reasons: assessment.reasons.map(reasonOf),
    context: assessment.context.map(reasonOf),
    past: { changes: past.changes, harmed: past.harmed },
    model: assessment.modelVersion,
    adjustedBy: assessment.adjustedBy,
  }
}

function textOf({ base, head, commits, change, assessment, past }: RangeRisk, baseName: string): string {
  const { probability, baseRate, reasons, context } = assessment
  const size = `${change.fileCount} ${change.fileCount === 1 ? 'file' : 'files'}, +${change.added} −${change.deleted}`
  const lines = [
    `Risk ${percentOf(probability)}, ${timesAverage(probability, baseRate)}`,
    '',
    `  ${plain(change.title, 100)}`,
    `  ${head.slice(0, 12)} against ${plain(baseName, 60)} (${base.slice(0, 12)}): ${commits} ${commits === 1 ? 'commit' : 'commits'}, ${size}`,
  ]
  lines.push(
    ...listed(
      'What raises it:',
      reasons.filter(({ strength }) => strength > 0),
    ),
  )
  lines.push(
    ...listed(
      'What lowers it:',
      reasons.filter(({ strength }) => strength < 0),
    ),
  )
  if (context.length > 0) lines.push('', 'Worth knowing, but not counted:', ...context.flatMap(({ sentence }) => bullet('•', sentence)))
  lines.push(
    '',
    ...wrapped(
      `The chance that it will be taken back within 14 days, judged by ${count(past.changes, 'earlier change')}, ${past.harmed} of them taken back. Model: ${modelInWords(assessment)}`,
      100,
    ),
  )
  return `${lines.join('\n')}\n`
}

const listed = (title: string, reasons: readonly RiskReason[]): string[] =>
  reasons.length === 0 ? [] : ['', title, ...reasons.flatMap(({ sentence, strength }) => bullet(oddsInWords(strength), sentence))]

function bullet(lead: string, sentence: string): string[] {
  const [first = '', ...rest] = wrapped(plain(sentence, 300), 88)
  return [`  ${lead.padStart(5)}  ${first}`, ...rest.map((line) => `         ${line}`)]
}
