import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { failWith } from './report-error.ts'

const EXAMPLES = `
Deterministic: the same files in the same order give the same model. Judge it on sets that it has not seen:
  causeway train risk data/*.jsonl.gz --out model.json
  causeway eval risk other/acme+shop.jsonl.gz --model model.json`

/** Adds `risk` to `causeway train`, which it makes where it is missing. */
export function registerTrainRisk(program: Command): void {
  const train = program.commands.find((command) => command.name() === 'train') ?? program.command('train')
  train
    .command('risk')
    .description('Learn how risky a change is from the pasts of repositories.')
    .argument('<file...>', 'data sets of changes, one file a repository')
    .requiredOption('--out <file>', 'where the model is written')
    .option('--version-name <name>', 'what the model is called', 'risk-own')
    .option('--measure', 'also judge each set by a model learned from the others, and keep the figures in the model')
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: { out: string; versionName: string; measure?: boolean }) => trainOn(files, options).catch(failWith))
}

async function trainOn(files: string[], options: { out: string; versionName: string; measure?: boolean }): Promise<void> {
  const { learnedSets } = await import('./learned-sets.ts')
  const { trainRisk } = await import('../risk/learn/train-risk.ts')
  const { figuresOf, meanFigures } = await import('../risk/learn/evaluate-risk.ts')
  const sets = await learnedSets(files)
  const model = trainRisk(sets, {
    version: options.versionName,
    description: 'Changes of public repositories, and whether each was reverted within 14 days.',
  })
  if (options.measure === true && sets.length > 1) {
    const results = sets.map((set) => {
      const others = sets.filter((other) => other !== set)
      return figuresOf(set.rows, trainRisk(others, { version: 'leave-one-out', description: '' }))
    })
    const figures = meanFigures(results, ['auc', 'lift10', 'brierSkill', 'ece'])
    const changes = sets.reduce((sum, { rows }) => sum + rows.length, 0)
    model.accuracy = { changes, ...figures, how: `mean of ${sets.length} repositories, each by a model learned from the others` }
  }
  await writeFile(options.out, `${JSON.stringify(model, null, 1)}\n`).catch((error: unknown) => {
    throw new Error(
      `${options.out} can't be written (${error instanceof Error ? error.message : String(error)}); give a path in a folder that exists.`,
    )
  })
  process.stderr.write(`wrote ${options.out}: ${model.features.length} features, ${Object.keys(model.words).length} words\n`)
}
