import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { SimilarSet } from '../rank/similar-cases.ts'
import type { SimilarAccuracy, SimilarResult } from '../rank/similar-evaluation.ts'
import type { SimilarModel } from '../rank/similar-model.ts'

const EXAMPLES = `
Examples:
  causeway eval similar data/similar/tracker
  causeway eval similar data/similar/* --last 0.4
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
    .addHelpText('after', EXAMPLES)
    .action(evalSimilar)
}

async function evalSimilar(folders: string[], options: { model?: string; last?: string }): Promise<void> {
  const last = Number(options.last ?? 1)
  if (!(last > 0 && last <= 1)) throw new Error(`--last is ${options.last}: give a share above 0 and at most 1, such as 0.4.`)
  const { readSimilarSet } = await import('../history/similar-set.ts')
  const { splitByTime } = await import('../rank/similar-cases.ts')
  const { evaluateSimilar } = await import('../rank/similar-evaluation.ts')
  const { parseSimilarModel, shippedSimilarModel } = await import('../rank/similar-model.ts')
  const model =
    options.model === undefined ? shippedSimilarModel : parseSimilarModel(JSON.parse(await readFile(options.model, 'utf8')), options.model)
  const clock = { wallMs: () => performance.now(), cpuMs: () => process.cpuUsage().user / 1_000 + process.cpuUsage().system / 1_000 }
  const results: SimilarResult[] = []
  for (const folder of folders) {
    const set = await readSimilarSet(folder)
    const asked = splitByTime(set, 1 - last).rest
    const places = unseen(model, set, asked)
    if (places.length < asked.length && (options.model !== undefined || options.last !== undefined)) {
      throw new Error(
        `${options.model ?? 'The shipped model'} was trained on ${asked.length - places.length} of these ${asked.length} queries of ${folder}: measuring it there would flatter it. Judge later queries only (--last 0.4), or use another model.`,
      )
    }
    const learned = places.length < asked.length ? `; ${asked.length - places.length} that the shipped model learned from are left out` : ''
    process.stderr.write(`${set.name}: ${places.length} queries over ${set.incidents.length} reports${learned}\n`)
    results.push(evaluateSimilar(set, new Set(places), model, clock))
  }
  process.stdout.write(`${JSON.stringify(reportOf(results, model))}\n`)
}

function unseen(model: SimilarModel, set: SimilarSet, places: readonly number[]): number[] {
  const learned = new Set(model.trainedOn.cases)
  return places.filter((place) => !learned.has(set.hashes.get(place) ?? ''))
}

function reportOf(results: readonly SimilarResult[], model: SimilarModel) {
  const baseline = (name: keyof SimilarResult['baselines']) => meanOf(results.map((each) => each.baselines[name]))
  return {
    sets: results,
    macro: {
      queries: results.reduce((sum, { queries }) => sum + queries, 0),
      ...meanOf(results),
      auc: mean(results.map(({ auc }) => auc)),
    },
    baselines: { bm25f: baseline('bm25f'), index: baseline('index'), latest: baseline('latest'), random: baseline('random') },
    model: model.version,
  }
}

function meanOf(all: readonly SimilarAccuracy[]): SimilarAccuracy {
  const of = (pick: (each: SimilarAccuracy) => number): number => mean(all.map(pick))
  return { recall1: of((a) => a.recall1), recall5: of((a) => a.recall5), recall10: of((a) => a.recall10), mrr: of((a) => a.mrr) }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
