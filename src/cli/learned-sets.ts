import { readRiskSet } from '../history/risk-set.ts'
import { rowsOf } from '../risk/learn/risk-set.ts'
import type { LearnedSet } from '../risk/learn/train-risk.ts'

/** Reads data sets of changes and what each change looked like when it landed; tells on stderr how far it is. */
export async function learnedSets(files: readonly string[]): Promise<LearnedSet[]> {
  const sets: LearnedSet[] = []
  for (const file of files) {
    const set = await readRiskSet(file)
    const rows = rowsOf(set)
    if (!rows.some(({ isBad }) => isBad))
      throw new Error(
        `${file}: of ${set.changes.length} changes none after the first 2,000 was reverted, so there is nothing to learn or to judge.`,
      )
    if (sets.some(({ hash }) => hash === set.hash)) throw new Error(`${file} has the same content as a file before it: give each set once.`)
    sets.push({ name: set.name, hash: set.hash, rows })
    process.stderr.write(`read ${set.name}: ${rows.length} of ${set.changes.length} changes\n`)
  }
  return sets
}
