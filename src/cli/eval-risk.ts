import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Ablation } from '../risk/learn/ablate-risk.ts'
import type { RiskResult } from '../risk/learn/evaluate-risk.ts'
import type { LearnedSet } from '../risk/learn/train-risk.ts'
import { failWith } from './report-error.ts'

const EXAMPLES = `
A set is one file a repository, JSON lines, gzipped or not, oldest change first. Its first 2,000 changes only warm its past
up, and reverts themselves are not judged. What is known of a change is what was known when it landed. Each is judged by the
model as the set's own outcomes had adjusted it by then; "not adjusted" is the model as it is, and how many changes came
before enough was known to adjust it.

Examples:
  causeway eval risk data/acme+shop.jsonl.gz
  causeway eval risk data/*.jsonl.gz --leave-one-out --json > result.json
  causeway eval risk data/acme+shop.jsonl.gz --model my-model.json
  causeway eval risk data/*.jsonl.gz --ablate`

type Options = { model?: string; leaveOneOut?: boolean; without: string[]; ablate?: boolean; json?: boolean }

/** Sets are left out a third at a time: the same for every group, and a quarter of the time of one by one. */
const ABLATED_IN = 3

/** Adds `risk` to `causeway eval`, which it makes where it is missing. */
export function registerEvalRisk(program: Command): void {
  const evaluation = program.commands.find((command) => command.name() === 'eval') ?? program.command('eval')
  evaluation
    .command('risk')
    .description('How well the risk of a change foretells that it is reverted within 14 days.')
    .argument('<file...>', 'data sets of changes')
    .option('--model <file>', 'a model file; default: the one that ships')
    .option('--leave-one-out', 'judge each set by a model learned from all the others')
    .option('--without <group>', 'with --leave-one-out: leave a group of features out (repeatable)', collect, [])
    .option('--ablate', 'what each group of features adds: learned without it, a third of the sets left out at a time')
    .option('--json', 'print one JSON object on stdout and nothing else')
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: Options) => evalRisk(files, options).catch(failWith))
}

const collect = (value: string, all: string[]): string[] => [...all, value]

async function evalRisk(files: string[], options: Options): Promise<void> {
  const { learnedSets } = await import('./learned-sets.ts')
  const { evaluateRisk } = await import('../risk/learn/evaluate-risk.ts')
  const { trainRisk } = await import('../risk/learn/train-risk.ts')
  const { parseRiskModel, shippedRiskModel } = await import('../risk/model.ts')
  if (options.leaveOneOut === true && options.model !== undefined)
    throw new Error('--leave-one-out learns its own models: leave --model out, or judge sets that the model has not seen.')
  if (options.ablate === true && (files.length < 2 || options.leaveOneOut === true || options.model !== undefined))
    throw new Error('--ablate learns its own models from two sets or more: give it alone, without --leave-one-out and --model.')
  if (options.leaveOneOut === true && files.length < 2)
    throw new Error('--leave-one-out needs two sets or more: it judges each by what it learned from the others.')
  if (options.leaveOneOut !== true && options.without.length > 0)
    throw new Error('--without needs --leave-one-out: it learns anew without those features.')
  const model =
    options.model === undefined ? shippedRiskModel() : parseRiskModel(JSON.parse(await readFile(options.model, 'utf8')), options.model)
  const sets = await learnedSets(files)
  if (options.ablate === true) return ablate(sets, options)
  if (options.leaveOneOut !== true) {
    const seen = sets.filter(({ hash }) => model.trainedOn.sets.some((set) => set.hash === hash))
    if (seen.length > 0)
      throw new Error(
        `${options.model ?? 'The shipped model'} was trained on ${seen.map(({ name }) => name).join(', ')}: measuring it there would flatter it. Use --leave-one-out, other sets, or another model.`,
      )
  }
  const results: RiskResult[] = []
  for (const set of sets) {
    const own =
      options.leaveOneOut === true
        ? trainRisk(
            sets.filter((other) => other !== set),
            { version: 'leave-one-out', description: `all but ${set.name}`, without: options.without },
          )
        : model
    results.push(evaluateRisk(set.name, set.rows, own))
    process.stderr.write(`judged ${set.name}\n`)
  }
  const report = await reportOf(results, options.leaveOneOut === true ? 'leave-one-out' : model.version)
  process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : tableOf(report))
}

async function ablate(sets: LearnedSet[], { json }: Options): Promise<void> {
  const { ablateRisk } = await import('../risk/learn/ablate-risk.ts')
  const told = ({ without }: Ablation): void => void process.stderr.write(`judged ${without === null ? 'all' : `without ${without}`}\n`)
  const ablations = ablateRisk(sets, ABLATED_IN, told)
  if (json === true) return void process.stdout.write(`${JSON.stringify({ sets: sets.map(({ name }) => name), ablations })}\n`)
  const [all] = ablations
  const row = (name: string, cells: string[]): string => `${name.padEnd(24)}${cells.map((cell) => cell.padStart(13)).join('')}`
  const signed = (value: number, digits: number): string => `${value < 0 ? '' : '+'}${value.toFixed(digits)}`
  const rows = ablations.slice(1).map(({ without, auc, lift10, brierSkill }) =>
    // What is lost without it is what it adds.
    row(without!, [signed(all!.auc - auc, 4), signed(all!.lift10 - lift10, 2), signed(all!.brierSkill - brierSkill, 4)]),
  )
  const head = row('what a group adds', ['AUC', 'lift of 10 %', 'Brier skill'])
  const whole = row('all of them', [all!.auc.toFixed(4), all!.lift10.toFixed(2), all!.brierSkill.toFixed(4)])
  process.stdout.write(`${[head, whole, ...rows].join('\n')}\n`)
}

const FIGURES = ['auc', 'aucpr', 'ece', 'lift10', 'brierSkill', 'slope'] as const
type Figure = (typeof FIGURES)[number]

/** What adjusting won over the sets: the mean, by its standard error (t), and in how many of them there was a gain. */
function gainOf(results: readonly RiskResult[], name: Figure): { mean: number; t: number | null; higherIn: number } {
  const gains = results.map((result) => result[name] - result.asShipped[name])
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / Math.max(1, gains.length - 1)
  return { mean, t: variance > 0 ? mean / Math.sqrt(variance / gains.length) : null, higherIn: gains.filter((gain) => gain > 0).length }
}

async function reportOf(results: readonly RiskResult[], model: string) {
  const { meanFigures } = await import('../risk/learn/evaluate-risk.ts')
  const baseline = (name: keyof RiskResult['baselines']) =>
    meanFigures(
      results.map(({ baselines }) => baselines[name]),
      ['auc', 'aucpr', 'lift10'],
    )
  const total = (name: 'changes' | 'positives' | 'adjustedChanges'): number => results.reduce((sum, each) => sum + each[name], 0)
  const asShipped = results.map((result) => result.asShipped)
  return {
    sets: results,
    macro: {
      changes: total('changes'),
      positives: total('positives'),
      adjustedChanges: total('adjustedChanges'),
      ...meanFigures(results, FIGURES),
      asShipped: meanFigures(asShipped, FIGURES),
    },
    gains: Object.fromEntries(FIGURES.map((name) => [name, gainOf(results, name)])) as Record<Figure, ReturnType<typeof gainOf>>,
    baselines: { loc: baseline('loc'), files: baseline('files'), priorReverts: baseline('priorReverts') },
    model,
  }
}

const SHOWN = ['auc', 'aucpr', 'lift10', 'ece', 'brierSkill', 'slope'] as const

function tableOf({ sets, macro, gains, baselines, model }: Awaited<ReturnType<typeof reportOf>>): string {
  const width = Math.max(...sets.map(({ name }) => name.length), 24)
  const row = (name: string, ...cells: (string | number)[]): string =>
    `${name.padEnd(width)}${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(3) : cell).padStart(13)).join('')}`
  const plain = ({ auc, aucpr, lift10 }: { auc: number; aucpr: number; lift10: number }) => [auc, aucpr, lift10]
  const figures = (of: Record<Figure, number>): number[] => SHOWN.map((name) => of[name])
  return `${[
    row('set', 'changes', 'reverted', 'AUC', 'AUC-PR', 'lift of 10 %', 'ECE', 'Brier skill', 'slope'),
    ...sets.flatMap((set) => [
      row(set.name, String(set.changes), String(set.positives), ...figures(set)),
      row('  not adjusted', String(set.changes - set.adjustedChanges), '', ...figures(set.asShipped)),
    ]),
    row('mean of the sets', String(macro.changes), String(macro.positives), ...figures(macro)),
    row('  not adjusted', '', '', ...figures(macro.asShipped)),
    row('  t of the gain', '', '', ...SHOWN.map((name) => gains[name].t?.toFixed(1) ?? '')),
    row('  by lines changed', '', '', ...plain(baselines.loc)),
    row('  by files touched', '', '', ...plain(baselines.files)),
    row("  by files' prior reverts", '', '', ...plain(baselines.priorReverts)),
  ].join('\n')}\nmodel: ${model}\n`
}
