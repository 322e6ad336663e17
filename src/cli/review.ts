import type { Command } from 'commander'
import type { RangeReview, ReviewedChange } from '../history/review-range.ts'
import { failWith } from './report-error.ts'
import { modelInWords, percentOf, timesAverage } from '../render/risk-words.ts'
import { count } from '../render/words.ts'
import { plain, progressLine, wrapped } from './terminal.ts'

const EXAMPLES = `
Reads the clone only, with the services of its .github/causeway.yml and the owners of its CODEOWNERS as of --to. Each change
is judged by what was known when it landed; what was taken back within the range ships nothing.

Examples:
  causeway review ~/src/shop --from v41 --to v42
  causeway review . --from "$LIVE_SHA" --to origin/main --json`

type Options = { from: string; to: string; json?: boolean }

/** Adds \`causeway review\`. */
export function registerReview(program: Command): void {
  program
    .command('review')
    .description('What ships from one version to another, how risky it is together, and what to ship apart.')
    .argument('<clone>', 'a git clone, normal or bare, with its whole history')
    .requiredOption('--from <ref>', 'the version that is live: a sha, tag or branch')
    .requiredOption('--to <ref>', 'the version that is to go live')
    .option('--json', 'print one JSON object on stdout and nothing else')
    .addHelpText('after', EXAMPLES)
    .action((clone: string, options: Options) => review(clone, options).catch(failWith))
}

async function review(clone: string, options: Options): Promise<void> {
  const { openClone } = await import('../history/git-clone.ts')
  const { reviewRange } = await import('../history/review-range.ts')
  const { shippedRiskModel } = await import('../risk/model.ts')
  const progress = progressLine(process.stderr)
  const history = await openClone(clone, options.to)
  try {
    const model = shippedRiskModel()
    const range = { from: await history.resolve(options.from), to: history.head.sha }
    const found = await reviewRange(history, range, {
      model,
      onProgress: (changes) => progress.show(`reading the history: ${changes} changes`),
    })
    progress.clear()
    process.stdout.write(options.json === true ? `${JSON.stringify(jsonOf(found, model.version))}\n` : textOf(found, options))
  } finally {
    progress.clear()
    await history.close()
  }
}

function jsonOf({ combined, changes, past, ...rest }: RangeReview, model: string) {
  return {
    ...rest,
    probability: combined.probability,
    split: combined.split,
    changes: changes.map(({ assessment, number, at, ...change }) => ({
      ...change,
      pr: number,
      at: at.toISOString(),
      probability: assessment.probability,
      baseRate: assessment.baseRate,
      adjustedBy: assessment.adjustedBy,
      reasons: assessment.reasons.map(({ kind, sentence, strength, url }) => ({ kind, sentence, strength, url })),
    })),
    past,
    model,
  }
}

const MOST_SHOWN = 15
const MOST_NAMED = 8

function textOf(found: RangeReview, options: Options): string {
  const { changes, combined, services, owners, gaps, past } = found
  const range = `${plain(options.from, 40)} → ${plain(options.to, 40)}`
  if (changes.length === 0)
    return `${range}: nothing ships, ${plain(options.to, 40)} holds no change that ${plain(options.from, 40)} lacks.\n`
  const lines = [
    `${range}: ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}, ${percentOf(combined.probability)} that at least one will be taken back`,
  ]
  const apart = new Set(combined.split?.apart ?? [])
  if (combined.split !== null)
    lines.push(
      `Shipping ${apart.size === 1 ? 'the one' : `the ${apart.size}`} marked ◆ apart leaves ${percentOf(combined.split.rest)} for the rest.`,
    )
  lines.push('')
  const riskiest = changes.toSorted((a, b) => rankOf(b) - rankOf(a))
  for (const change of riskiest.slice(0, MOST_SHOWN)) lines.push(...changeLines(change, apart.has(change.sha)))
  if (riskiest.length > MOST_SHOWN) lines.push(`         … and ${riskiest.length - MOST_SHOWN} less risky ones (--json lists all)`)
  const migrations = [...new Set(changes.flatMap((change) => change.migrations))]
  const flags = changes.filter(({ isFlag }) => isFlag).map(({ title }) => title)
  const facts: [string, string[]][] = [
    ['Services', services.map(({ name, changes: count }) => `${name} (${count})`)],
    ['Migrations', migrations],
    ['Flags', flags],
    ['Who knows it', owners.map(({ name, files }) => `${name} (${count(files, 'file')})`)],
  ]
  lines.push('')
  for (const [name, all] of facts) if (all.length > 0) lines.push(`${`${name}:`.padEnd(15)}${namesOf(all)}`)
  if (gaps.length > 0) lines.push(...gaps.map((gap) => `${'Missing:'.padEnd(15)}${gap}`))
  const newest = modelInWords(changes.at(-1)!.assessment)
  lines.push('', ...wrapped(`Judged by ${count(past.changes, 'change')}, ${past.harmed} of them taken back. Model: ${newest}`, 100))
  return `${lines.join('\n')}\n`
}

const isOut = ({ takenBackBy, isTakingBack }: ReviewedChange): boolean => takenBackBy !== null || isTakingBack
const rankOf = (change: ReviewedChange): number => (isOut(change) ? -1 : change.assessment.probability)

function changeLines(change: ReviewedChange, isApart: boolean): string[] {
  const { sha, number, title, assessment, takenBackBy } = change
  const name = `${number === null ? sha.slice(0, 12) : `#${number}`} ${plain(title, 80)}`
  if (takenBackBy !== null) return [`      –  ${name} (taken back by ${takenBackBy.slice(0, 12)})`]
  if (isOut(change)) return [`      –  ${name} (takes back a change of this range)`]
  const strongest = assessment.reasons.find(({ strength }) => strength > 0)
  const lines = [`${isApart ? '◆' : ' '} ${percentOf(assessment.probability).padStart(6)} ${name}`]
  if (strongest !== undefined && assessment.probability > 1.25 * assessment.baseRate)
    lines.push(`           ${timesAverage(assessment.probability, assessment.baseRate)}: ${plain(strongest.sentence, 90)}`)
  return lines
}

function namesOf(all: readonly string[]): string {
  const more = all.length - MOST_NAMED
  return `${all
    .slice(0, MOST_NAMED)
    .map((name) => plain(name, 80))
    .join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
