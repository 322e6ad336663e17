import { readFile, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { EvaluationReport, SetAnswers } from '../rank/learn/evaluate.ts'
import type { AdjustedReport } from '../rank/learn/evaluate-adjusted.ts'
import type { Accuracy } from '../rank/metrics.ts'
import type { SuspectModel } from '../rank/model.ts'
import type { TrainingSet } from '../rank/learn/train-suspects.ts'
import { parseSpan } from './arguments.ts'
import { failWith } from './report-error.ts'
import { table } from './terminal.ts'

const EXAMPLES = `
A model is never judged on what it learned from: sets that it knows are refused. --leave-one-out learns anew for each
set, from the others, and reports only what each of those models says of the set it has not seen.

Examples:
  causeway eval suspects data/acme+shop
  causeway eval suspects data/* --model my-model.json --json > result.json
  causeway eval suspects data/* --leave-one-out --diagram reliability.svg
  causeway eval suspects data/* --leave-one-out --adapt
  causeway eval suspects data/* --leave-one-out --worked 12h`

type Options = { model?: string; leaveOneOut?: boolean; adapt?: boolean; worked?: number; diagram?: string; json?: boolean }

/** Adds `suspects` to `causeway eval`, which it makes where it is missing. */
export function registerEval(program: Command): void {
  const evaluation = program.commands.find((command) => command.name() === 'eval') ?? program.command('eval')
  evaluation.description('Measure a ranking on prepared data sets, beside what it has to beat.')
  evaluation
    .command('suspects')
    .description('How often the change that caused an incident is ranked first, in the top five and in the top ten.')
    .argument('<dir...>', 'folders with changes.jsonl.gz, cases.jsonl and optionally diffs.jsonl.gz')
    .option('--model <file>', 'a model file; default: the one that ships')
    .option('--leave-one-out', 'learn from all sets but one, judge on that one, for each')
    .option('--adapt', 'also play each set in time order, the model adjusted by its earlier cases, against the model as it is')
    .option(
      '--worked <span>',
      'as if told that it still worked so long before its cause landed: what was there by then is not it',
      parseSpan,
    )
    .option('--diagram <file>', 'write a reliability diagram (SVG)')
    .option('--json', 'print one JSON object on stdout and nothing else')
    .addHelpText('after', EXAMPLES)
    .action((folders: string[], options: Options) => evalSuspects(folders, options).catch(failWith))
}

async function evalSuspects(folders: string[], options: Options): Promise<void> {
  const { reportOf } = await import('../rank/learn/evaluate.ts')
  if (options.leaveOneOut === true && options.model !== undefined)
    throw new Error('--leave-one-out learns its own models, so --model says nothing there: give one of the two.')
  if (options.worked !== undefined && options.adapt === true)
    throw new Error('--adapt plays cases as they are, --worked tells of each when it last worked: give one of the two.')
  const answers = options.leaveOneOut === true ? await leaveOneOut(folders, options.worked) : await judge(folders, options)
  const report = reportOf(answers.sets, answers.model)
  const adapted = options.adapt === true ? await adaptedReport(answers) : null
  if (options.diagram !== undefined) {
    const { reliabilityDiagram } = await import('./reliability-diagram.ts')
    await writeFile(options.diagram, reliabilityDiagram(report))
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify(adapted === null ? report : { ...report, adapted })}\n`)
  else process.stdout.write(textOf(report) + (adapted === null ? '' : adaptedText(adapted)))
}

/** `asked`: each set with the model that answered it, which had not seen it. */
type Answers = { sets: SetAnswers[]; model: string; asked: { set: TrainingSet; model: SuspectModel }[] }

async function adaptedReport({ asked }: Answers): Promise<AdjustedReport> {
  const { adjustedReportOf, answerAdjusted } = await import('../rank/learn/evaluate-adjusted.ts')
  return adjustedReportOf(
    asked.map(({ set, model }) => {
      process.stderr.write(`${set.name}, in time order … `)
      const startedAt = performance.now()
      const answers = answerAdjusted(set, model)
      process.stderr.write(`${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`)
      return answers
    }),
  )
}

/** Learned from cases as they are, whatever those that are judged were told. */
async function leaveOneOut(folders: readonly string[], workedMs: number | undefined): Promise<Answers> {
  if (folders.length < 2) throw new Error('--leave-one-out needs at least two sets: one to judge on and others to learn from.')
  const { answerSet } = await import('../rank/learn/evaluate.ts')
  const { trainSuspects } = await import('../rank/learn/train-suspects.ts')
  const { readMeasuredSets } = await import('./measured-sets.ts')
  const sets = await readMeasuredSets(folders)
  const told = workedMs === undefined ? sets : await readMeasuredSets(folders, { workedMs })
  const asked = sets.map((set, place) => {
    const known = new Set(set.hashes)
    const others = sets.filter(({ hashes }) => !hashes.some((hash) => known.has(hash)))
    process.stderr.write(`without ${set.name} … `)
    const startedAt = performance.now()
    const model = trainSuspects(others, () => {})
    process.stderr.write(`${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`)
    return { set: told[place]!, model }
  })
  return { sets: asked.map(({ set, model }) => answerSet(set, model)), model: 'leave one out', asked }
}

async function judge(folders: readonly string[], { model: file, worked: workedMs }: Options): Promise<Answers> {
  const { answerSet } = await import('../rank/learn/evaluate.ts')
  const { countLearned, parseSuspectModel, shippedSuspectModel } = await import('../rank/model.ts')
  const { readMeasuredSets } = await import('./measured-sets.ts')
  const model = file === undefined ? shippedSuspectModel() : parseSuspectModel(await readJson(file), file)
  const check = (set: TrainingSet): void => refuseLearned(set, countLearned(model, set.hashes), file ?? 'The shipped model')
  const sets = await readMeasuredSets(folders, { check, workedMs })
  return { sets: sets.map((set) => answerSet(set, model)), model: model.version, asked: sets.map((set) => ({ set, model })) }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file} can't be read as JSON (${error instanceof Error ? error.message : String(error)}); give a model file`)
  }
}

function refuseLearned(set: TrainingSet, learned: number, model: string): void {
  if (learned === 0) return
  throw new Error(
    `${model} has learned from ${learned} of the ${set.hashes.length} cases of ${set.name}: judging it there would flatter it. ` +
      'Use --leave-one-out with several sets, another model (--model), or sets that it has not seen.',
  )
}

function textOf(report: EvaluationReport): string {
  const { macro, calibration, listed } = report
  const rows: [string, string, string, Accuracy][] = [
    ...report.sets.map((set): [string, string, string, Accuracy] => [set.name, String(set.cases), set.pool.toFixed(0), set]),
    ['mean over sets', String(macro.cases), '', macro],
    ...Object.entries(report.baselines).map(([name, accuracy]): [string, string, string, Accuracy] => [`  ${name}`, '', '', accuracy]),
    ...report.splits
      .filter(({ cases }) => cases > 0)
      .map((split): [string, string, string, Accuracy] => [split.split, String(split.cases), '', split]),
  ]
  const cells = rows.map(([name, cases, pool, accuracy]) => [
    name,
    cases,
    pool,
    ...[accuracy.top1, accuracy.top5, accuracy.top10, accuracy.mrr].map(three),
  ])
  const interval = (key: keyof Accuracy): string => `${three(macro.intervals[key].low)}–${three(macro.intervals[key].high)}`
  return [
    ...table(['set', 'cases', 'pool', 'top-1', 'top-5', 'top-10', 'MRR'], cells),
    '',
    `95 % intervals of the mean: top-1 ${interval('top1')}, top-5 ${interval('top5')}, top-10 ${interval('top10')}, MRR ${interval('mrr')}`,
    `How sure of the first (n = ${calibration.n}): error ${three(calibration.raw)}, of which noise ${three(calibration.noise)}, left ${three(calibration.ece)}; slope ${calibration.slope.toFixed(2)}; Brier skill ${three(calibration.brierSkill)}`,
    `Is it listed: AUC ${three(listed.twins.auc)} (${three(listed.twins.interval.low)}–${three(listed.twins.interval.high)}) on ${listed.twins.cases} pairs with and without the culprit; ${three(listed.quiet.auc)} against ${listed.quiet.moments} quiet moments; error ${three(listed.calibration.ece)}, slope ${listed.calibration.slope.toFixed(2)}, Brier skill ${three(listed.calibration.brierSkill)}`,
    `Model: ${report.model}`,
    '',
  ].join('\n')
}

function adaptedText({ sets, macro, difference }: AdjustedReport): string {
  const pair = (one: number, other: number): string => `${three(one)} → ${three(other)}`
  const rows = [...sets, { name: 'mean over sets', ...macro, cases: null, adjustedAnswers: null }].map((set) => [
    set.name,
    String(set.cases ?? ''),
    String(set.adjustedAnswers ?? ''),
    pair(set.asShipped.top1, set.adjusted.top1),
    pair(set.asShipped.top5, set.adjusted.top5),
    pair(set.asShipped.mrr, set.adjusted.mrr),
    signed(set.gainPerCase),
  ])
  const change = (key: keyof typeof difference): string => {
    const { mean, interval } = difference[key]
    return `${signed(mean)} (${signed(interval.low)} to ${signed(interval.high)})`
  }
  return [
    'In time order, as it is → adjusted by the cases before, where that had been worth it:',
    ...table(['set', 'cases', 'adjusted', 'top-1', 'top-5', 'MRR', 'log-likelihood'], rows),
    '',
    `Adjusted less as it is, 95 % paired: top-1 ${change('top1')}, top-5 ${change('top5')}, MRR ${change('mrr')}, log-likelihood a case ${change('gainPerCase')}`,
    '',
  ].join('\n')
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
const three = (share: number): string => share.toFixed(3)
