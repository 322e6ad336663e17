import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Command } from 'commander'
import { z } from 'zod'
import type { SimilarAccuracy, SimilarResult, SimilarSet } from '../rank/similar-evaluation.ts'

const EXAMPLES = `
Examples:
  causeway eval similar data/similar/tracker
  causeway eval similar data/similar/* --last 0.4`

const incidentLine = z.object({
  id: z.string(),
  at: z.coerce.date(),
  title: z.string(),
  body: z.string().default(''),
})
const pairLine = z.object({ query: z.string(), relevant: z.array(z.string()) })

/** Adds `similar` to `causeway eval`, which it makes where it is missing. */
export function registerEvalSimilar(program: Command): void {
  const evaluation = program.commands.find((command) => command.name() === 'eval') ?? program.command('eval')
  evaluation
    .command('similar')
    .description('How often the earlier report that is the same is found first, in the top five and in the top ten.')
    .argument('<dir...>', 'folders with incidents.jsonl.gz and pairs.jsonl')
    .option('--last <share>', 'judge only this last share of the queries, by time', '1')
    .addHelpText('after', EXAMPLES)
    .action(evalSimilar)
}

async function evalSimilar(folders: string[], options: { last: string }): Promise<void> {
  const share = Number(options.last)
  if (!(share > 0 && share <= 1)) throw new Error(`--last is ${options.last}: give a share above 0 and at most 1, such as 0.4.`)
  const { evaluateSimilar } = await import('../rank/similar-evaluation.ts')
  const results: SimilarResult[] = []
  for (const folder of folders) {
    const set = await readSimilarSet(folder)
    process.stderr.write(`${set.name}: ${set.pairs.size} queries over ${set.incidents.length} reports\n`)
    results.push(evaluateSimilar(set, share, () => performance.now()))
  }
  const sets = results.map(({ baselines: _, ...figures }) => figures)
  const baselines = {
    bm25f: meanOf(results.map((each) => each.baselines.bm25f)),
    latest: meanOf(results.map((each) => each.baselines.latest)),
  }
  process.stdout.write(`${JSON.stringify({ sets, macro: meanOf(results), baselines })}\n`)
}

function meanOf(all: readonly SimilarAccuracy[]): SimilarAccuracy {
  const mean = (pick: (each: SimilarAccuracy) => number): number => all.reduce((sum, each) => sum + pick(each), 0) / Math.max(1, all.length)
  return { recall1: mean((a) => a.recall1), recall5: mean((a) => a.recall5), recall10: mean((a) => a.recall10), mrr: mean((a) => a.mrr) }
}

async function readSimilarSet(folder: string): Promise<SimilarSet> {
  const packed = await readFile(join(folder, 'incidents.jsonl.gz'))
  // Final labels are in the files, but were not known when a report came in.
  const lines = linesOf((await promisify(gunzip)(packed)).toString('utf8'), incidentLine, join(folder, 'incidents.jsonl.gz'))
  const places = new Map(lines.map(({ id }, place) => [id, place]))
  const pairs = linesOf(await readFile(join(folder, 'pairs.jsonl'), 'utf8'), pairLine, join(folder, 'pairs.jsonl'))
  return {
    name: basename(folder),
    incidents: lines.map(({ title, body, at }, id) => ({ id, title, body, openedAt: at, labels: [], services: [] })),
    pairs: new Map(
      pairs.flatMap(({ query, relevant }) => {
        const place = places.get(query)
        return place === undefined ? [] : [[place, new Set(relevant.flatMap((id) => places.get(id) ?? []))] as const]
      }),
    ),
  }
}

function linesOf<T>(text: string, schema: z.ZodType<T>, file: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const parsed = schema.safeParse(jsonOf(line))
      if (!parsed.success) throw new Error(`${file}, line ${index + 1}: ${z.prettifyError(parsed.error)}`)
      return parsed.data
    })
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
