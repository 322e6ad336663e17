import { type Command, Option } from 'commander'
import type { ReplayResult } from '../history/replay-history.ts'
import type { Accuracy } from '../rank/metrics.ts'
import { count } from '../render/words.ts'
import { parseSpan } from './arguments.ts'
import { failWith } from './report-error.ts'
import { plain, progressLine, table } from './terminal.ts'

const EXAMPLES = `
What it does: finds the reverts in the clone's history that say why, takes their words as if they were an incident
report (without title, numbers and shas of what was reverted), and asks the ranker which change was to blame, with only
what was known at that moment. Nothing is written to the clone, and nothing in it is run.

Examples:
  causeway replay ~/src/shop
  causeway replay ~/src/shop --since 2y
  causeway replay shop.git --branch release --json > replay.json`

type Options = { since?: number; lookback: number; branch?: string; json?: boolean }

/** Adds \`causeway replay\`. */
export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description("How often would the ranker have found the cause? Asks it about every reasoned revert in a clone's past.")
    .argument('<clone>', 'a git clone, normal or bare, with its whole history')
    .option('--since <span>', 'only reverts of this long before the newest commit, like 2y (default: all)', parseSpan)
    .addOption(
      new Option('--lookback <span>', 'how far before a revert a change may have landed')
        .argParser(parseSpan)
        .default(parseSpan('14d'), '14d'),
    )
    .option('--branch <name>', 'the main line (default: HEAD)')
    .option('--json', 'print one JSON object on stdout and nothing else')
    .addHelpText('after', EXAMPLES)
    .action((clone: string, options: Options) => replay(clone, options).catch(failWith))
}

async function replay(clone: string, options: Options): Promise<void> {
  const startedAt = performance.now()
  const { openClone } = await import('../history/git-clone.ts')
  const { replayHistory } = await import('../history/replay-history.ts')
  const { shippedSuspectModel } = await import('../rank/model.ts')
  const model = shippedSuspectModel()
  const progress = progressLine(process.stderr)
  const history = await openClone(clone, options.branch)
  try {
    const since = options.since === undefined ? null : new Date(history.head.committedAt.getTime() - options.since)
    const result = await replayHistory(history, {
      since,
      lookbackMs: options.lookback,
      model,
      onProgress: ({ stage, changes, cases }) => {
        progress.show(stage === 'reading' ? `reading the history: ${changes} changes` : `asking: ${cases} reverts, ${changes} changes`)
      },
    })
    progress.clear()
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10
    process.stdout.write(options.json === true ? `${JSON.stringify(jsonOf(result, seconds))}\n` : textOf(result, seconds, model.version))
  } finally {
    progress.clear()
    await history.close()
  }
}

function jsonOf(result: ReplayResult, seconds: number) {
  const three = ({ top1, top5, mrr }: Accuracy) => ({ top1: rounded(top1), top5: rounded(top5), mrr: rounded(mrr) })
  const { random, recency, bm25 } = result.baselines
  return {
    changes: result.changes,
    cases: result.cases,
    dropped: result.dropped,
    from: result.from?.toISOString() ?? null,
    to: result.to?.toISOString() ?? null,
    ...three(result.accuracy),
    intervals: result.intervals,
    baselines: { random: three(random), recency: three(recency), bm25: three(bm25) },
    seconds,
  }
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000
}

function textOf(result: ReplayResult, seconds: number, modelVersion: string): string {
  const dropped = Object.entries(result.dropped).sort(([, a], [, b]) => b - a)
  const left = dropped.map(([reason, cases]) => `  ${String(cases).padStart(6)}  ${reason}`)
  const lines = [
    `${count(result.changes, 'change')} read, ${count(result.cases, 'revert')} with a reason asked again (median ${count(result.medianPool, 'candidate')}), ${seconds} s`,
    '',
  ]
  if (result.cases === 0) lines.push('No revert in this range says why, so nothing can be measured.')
  else {
    const rows: [string, Accuracy][] = [
      [`Causeway (${modelVersion})`, result.accuracy],
      ['words alone (BM25)', result.baselines.bm25],
      ['latest first', result.baselines.recency],
      ['by chance', result.baselines.random],
    ]
    const percent = (share: number) => `${(share * 100).toFixed(1)} %`
    const cells = rows.map(([name, { top1, top5, mrr }]) => [name, percent(top1), percent(top5), mrr.toFixed(3)])
    lines.push(...table(['the cause was', 'first', 'in the top 5', 'MRR'], cells))
    const { top1, top5 } = result.intervals
    const days = `${result.from?.toISOString().slice(0, 10)} to ${result.to?.toISOString().slice(0, 10)}`
    lines.push(
      '',
      `n = ${result.cases}, ${days}; 95 % intervals: first ${percent(top1.low)} to ${percent(top1.high)}, in the top 5 ${percent(top5.low)} to ${percent(top5.high)}`,
    )
  }
  if (left.length > 0) lines.push('', 'Reverts left out:', ...left)
  if (result.misses.length > 0) lines.push('', 'Hardest misses:')
  for (const miss of result.misses) {
    lines.push(`  place ${miss.rank} of ${miss.pool}  ${miss.culprit.sha.slice(0, 12)} ${plain(miss.culprit.title, 90)}`)
    lines.push(`      asked at ${miss.at.toISOString().slice(0, 16)}Z (revert ${miss.sha.slice(0, 12)}): ${plain(miss.text, 160)}`)
  }
  return `${lines.join('\n')}\n`
}
