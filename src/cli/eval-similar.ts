import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { SimilarSet } from '../rank/learn/similar-cases.ts'
import type { SimilarAccuracy, SimilarResult } from '../rank/learn/similar-evaluation.ts'
import type { SimilarModel } from '../rank/similar/similar-model.ts'
import { failWith } from './report-error.ts'

const EXAMPLES = `
Examples:
  causeway eval similar data/similar/tracker
  causeway eval similar data/similar/* --last 0.4
  causeway eval similar data/similar/* --leave-one-out
  causeway eval similar data/similar/tracker --model model.json --last 0.4`

/** Adds `similar` to `causeway eval`, which it makes where it is missing. */
export function registerEvalSimilar(program: Command): void {
  const evaluation = program.commands.find((command) => command.name() === 'eval') ?? program.command('eval')
  evaluation
    .command('similar')
    .description('How often the earlier report that is the same is found first, in the top five and in the top ten.')
    .argument('<dir...>', 'folders with incidents.jsonl.gz and pairs.jsonl')
    .option('--model <file>', 'a model file; default: the one that ships')
    .option('--last <share>', 'judge this last share of the queries, by time; default: all that the shipped model has not learned from')
    .option('--leave-one-out', 'learn from all sets but one, judge on that one, for each')
    .option('--json', 'one JSON object on stdout; it is printed without this too')
    .addHelpText('after', EXAMPLES)
    .action((folders: string[], options: Options) => evalSimilar(folders, options).catch(failWith))
}

type Options = { model?: string; last?: string; leaveOneOut?: boolean; json?: boolean }

async function evalSimilar(folders: string[], options: Options): Promise<void> {
  const last = Number(options.last ?? 1)
  if (!(last > 0 && last <= 1)) throw new Error(`--last is ${options.last}: give a share above 0 and at most 1, such as 0.4.`)
  const { readSimilarSet } = await import('../history/similar-set.ts')
  const sets: SimilarSet[] = []
  for (const folder of folders) sets.push(await readSimilarSet(folder))
  const { results, version } = options.leaveOneOut === true ? await leaveOneOut(sets, options) : await judgeAll(sets, options, last)
  process.stdout.write(`${JSON.stringify(reportOf(results, version))}\n`)
}

type Judged = { results: SimilarResult[]; version: string }

async function leaveOneOut(sets: readonly SimilarSet[], { model, last }: Options): Promise<Judged> {
  if (model !== undefined || last !== undefined)
    throw new Error('--leave-one-out learns its own models and judges whole sets: give it without --model and --last.')
  if (sets.length < 2) throw new Error('--leave-one-out needs at least two sets: one to judge on and others to learn from.')
  const { evaluateSimilar } = await import('../rank/learn/similar-evaluation.ts')
  const { trainSimilar } = await import('../rank/learn/train-similar.ts')
  const results = sets.map((set) => {
    const known = new Set(set.hashes.values())
    const others = sets.filter(({ hashes }) => !hashes.values().some((hash) => known.has(hash)))
    if (others.length === 0) throw new Error(`Every other set has queries of ${set.name} in it: there is nothing to learn from.`)
    process.stderr.write(`${set.name}: learning from the other sets\n`)
    const learned = trainSimilar(others, 1, (progress) => process.stderr.write(`  ${progress}\n`))
    return evaluateSimilar(set, new Set(set.pairs.keys()), learned, CLOCK)
  })
  return { results, version: 'leave one out' }
}

async function judgeAll(sets: readonly SimilarSet[], options: Options, last: number): Promise<Judged> {
  const { splitByTime } = await import('../rank/learn/similar-cases.ts')
  const { evaluateSimilar } = await import('../rank/learn/similar-evaluation.ts')
  const { parseSimilarModel, shippedSimilarModel } = await import('../rank/similar/similar-model.ts')
  const model = options.model === undefined ? shippedSimilarModel : parseSimilarModel(await readJson(options.model), options.model)
  const results = sets.map((set) => {
    const asked = splitByTime(set, 1 - last).rest
    const places = unseen(model, set, asked)
    const learned = asked.length - places.length
    if (learned > 0 && (places.length === 0 || options.model !== undefined || options.last !== undefined)) {
      throw new Error(
        `${options.model ?? 'The shipped model'} was trained on ${learned} of these ${asked.length} queries of ${set.name}: measuring it there would flatter it. Judge later queries only (--last 0.4), use another model, or --leave-one-out with several sets.`,
      )
    }
    const leftOut = learned > 0 ? `; ${learned} that the shipped model learned from are left out` : ''
    process.stderr.write(`${set.name}: ${places.length} queries over ${set.incidents.length} reports${leftOut}\n`)
    return evaluateSimilar(set, new Set(places), model, CLOCK)
  })
  return { results, version: model.version }
}

const CLOCK = { wallMs: () => performance.now(), cpuMs: () => process.cpuUsage().user / 1_000 + process.cpuUsage().system / 1_000 }

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file} can't be read as JSON (${error instanceof Error ? error.message : String(error)}); give a model file`)
  }
}

function unseen(model: SimilarModel, set: SimilarSet, places: readonly number[]): number[] {
  const learned = new Set(model.trainedOn.cases)
  return places.filter((place) => !learned.has(set.hashes.get(place) ?? ''))
}

function reportOf(results: readonly SimilarResult[], model: string) {
  const baseline = (name: keyof SimilarResult['baselines']) => meanOf(results.map((each) => each.baselines[name]))
  return {
    sets: results,
    macro: {
      queries: results.reduce((sum, { queries }) => sum + queries, 0),
      ...meanOf(results),
      msP50: mean(results.map(({ msP50 }) => msP50)),
      msP95: mean(results.map(({ msP95 }) => msP95)),
      auc: mean(results.map(({ auc }) => auc)),
    },
    baselines: {
      bm25f: baseline('bm25f'),
      bm25fDecay: baseline('bm25fDecay'),
      index: baseline('index'),
      latest: baseline('latest'),
      random: baseline('random'),
    },
    model,
  }
}

function meanOf(all: readonly SimilarAccuracy[]): SimilarAccuracy {
  const of = (pick: (each: SimilarAccuracy) => number): number => mean(all.map(pick))
  return { recall1: of((a) => a.recall1), recall5: of((a) => a.recall5), recall10: of((a) => a.recall10), mrr: of((a) => a.mrr) }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
