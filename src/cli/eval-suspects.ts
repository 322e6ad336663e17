import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { EvaluationReport, SetResult } from '../rank/evaluate.ts'
import type { Accuracy } from '../rank/metrics.ts'

const EXAMPLES = `
Examples:
  causeway eval suspects data/acme+shop
  causeway eval suspects data/* --json > result.json
  causeway eval suspects data/* --model my-model.json`

type Options = { model?: string; json?: boolean }

/** Adds `suspects` to `causeway eval`, which it makes where it is missing. */
export function registerEval(program: Command): void {
  const evaluation = program.commands.find((command) => command.name() === 'eval') ?? program.command('eval')
  evaluation.description('Measure a ranking on prepared data sets, beside what it has to beat.')
  evaluation
    .command('suspects')
    .description('How often the change that caused an incident is ranked first, in the top five and in the top ten.')
    .argument('<dir...>', 'folders with changes.jsonl.gz, cases.jsonl and optionally diffs.jsonl.gz')
    .option('--model <file>', 'a model file; default: the one that ships')
    .option('--json', 'print one JSON object on stdout and nothing else')
    .addHelpText('after', EXAMPLES)
    .action(evalSuspects)
}

async function evalSuspects(folders: string[], options: Options): Promise<void> {
  const { evaluateSet, reportOf, calibrationOf } = await import('../rank/evaluate.ts')
  const { readPreparedSet } = await import('../history/prepared-set.ts')
  const { parseSuspectModel, shippedSuspectModel } = await import('../rank/model.ts')
  const model =
    options.model === undefined
      ? shippedSuspectModel()
      : parseSuspectModel(JSON.parse(await readFile(options.model, 'utf8')), options.model)
  const results: SetResult[] = []
  for (const folder of folders) {
    const set = await readPreparedSet(folder)
    if (options.model !== undefined && model.trainedOn.sets.some(({ hash }) => hash === set.hash)) {
      throw new Error(
        `${options.model} was trained on the cases of ${folder}: measuring it there would flatter it. Leave the set out, or use another model.`,
      )
    }
    if (model.trainedOn.sets.some(({ hash }) => hash === set.hash)) {
      process.stderr.write(
        `note: the shipped model was trained on ${set.name}: these figures are in sample, its held-out ones stand in the model file\n`,
      )
    }
    process.stderr.write(`${set.name}: ${set.cases.length} cases over ${set.changes.length} changes … `)
    const startedAt = performance.now()
    results.push(evaluateSet(set, model))
    process.stderr.write(`${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`)
  }
  const report = reportOf(results)
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`)
    return
  }
  const { raw, noise } = calibrationOf(results)
  process.stdout.write(
    `${tableOf(report)}\nmodel ${model.version}; calibration error ${raw.toFixed(3)}, of which noise ${noise.toFixed(3)}\n`,
  )
}

function tableOf(report: EvaluationReport): string {
  const rows = [
    ...report.sets.map((set) => row(set.name, String(set.cases), set.pool.toFixed(0), set)),
    row('macro', String(report.sets.reduce((sum, { cases }) => sum + cases, 0)), '', report.macro),
    ...Object.entries(report.baselines).map(([name, accuracy]) => row(`  ${name}`, '', '', accuracy)),
  ]
  const header = ['set', 'cases', 'pool', 'top-1', 'top-5', 'top-10', 'MRR']
  const width = Math.max(...rows.map(([name]) => (name ?? '').length))
  return [header, ...rows]
    .map(([name, ...cells]) => `${(name ?? '').padEnd(width)}${cells.map((cell) => cell.padStart(8)).join('')}`)
    .join('\n')
}

function row(name: string, cases: string, pool: string, { top1, top5, top10, mrr }: Accuracy): string[] {
  return [name, cases, pool, ...[top1, top5, top10, mrr].map((share) => share.toFixed(3))]
}
