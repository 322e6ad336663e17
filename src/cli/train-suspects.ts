import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { failWith } from './report-error.ts'

const EXAMPLES = `
The same folders in the same order always give the same file, byte for byte.

Examples:
  causeway train suspects data/reverts/* --out model.json
  causeway eval suspects other/set --model model.json`

/** Adds `suspects` to `causeway train`, which it makes where it is missing. */
export function registerTrainSuspects(program: Command): void {
  const training = program.commands.find((command) => command.name() === 'train') ?? program.command('train')
  training.description('Learn a model from prepared data sets.')
  training
    .command('suspects')
    .description('Learn which change caused an incident, how sure that is, and when it is none of them.')
    .argument('<dir...>', 'folders with changes.jsonl.gz, cases.jsonl and optionally diffs.jsonl.gz')
    .requiredOption('--out <file>', 'where to write the model')
    .addHelpText('after', EXAMPLES)
    .action((folders: string[], options: { out: string }) => train(folders, options).catch(failWith))
}

async function train(folders: string[], { out }: { out: string }): Promise<void> {
  const { trainSuspects } = await import('../rank/learn/train-suspects.ts')
  const { readMeasuredSets } = await import('./measured-sets.ts')
  const sets = await readMeasuredSets(folders)
  const model = trainSuspects(sets, (progress) => process.stderr.write(`${progress}\n`))
  await writeFile(out, `${JSON.stringify(model, null, 2)}\n`)
  process.stderr.write(`${out}: ${JSON.stringify(model.accuracy)}\n`)
}
