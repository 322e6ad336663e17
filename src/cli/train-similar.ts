import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { SimilarSet } from '../rank/learn/similar-cases.ts'

const EXAMPLES = `
Examples:
  causeway train similar data/similar/tracker --out model.json
  causeway eval similar data/similar/tracker --model model.json --last 0.4`

/** Adds `similar` to `causeway train`, which it makes where it is missing. */
export function registerTrainSimilar(program: Command): void {
  const training = program.commands.find((command) => command.name() === 'train') ?? program.command('train')
  training.description('Learn a model from prepared data sets.')
  training
    .command('similar')
    .description('Learn which earlier report is the same, from the first queries of each set by time; the rest only measures it.')
    .argument('<dir...>', 'folders with incidents.jsonl.gz and pairs.jsonl')
    .requiredOption('--out <file>', 'where to write the model')
    .option('--first <share>', 'learn from this first share of the queries, by time', '0.6')
    .addHelpText('after', EXAMPLES)
    .action(train)
}

async function train(folders: string[], options: { out: string; first: string }): Promise<void> {
  const share = Number(options.first)
  if (!(share > 0 && share <= 1)) throw new Error(`--first is ${options.first}: give a share above 0 and at most 1, such as 0.6.`)
  const { readSimilarSet } = await import('../history/similar-set.ts')
  const { trainSimilar } = await import('../rank/learn/train-similar.ts')
  const sets: SimilarSet[] = []
  for (const folder of folders) sets.push(await readSimilarSet(folder))
  const model = trainSimilar(sets, share, (progress) => process.stderr.write(`${progress}\n`))
  await writeFile(options.out, `${JSON.stringify(model, null, 2)}\n`)
  process.stderr.write(`${options.out}: ${model.trainedOn.cases.length} training queries; later ones: ${JSON.stringify(model.accuracy)}\n`)
}
