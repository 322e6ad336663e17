import { readPreparedSet } from '../history/prepared-set.ts'
import { measureSet } from '../rank/learn/measure-cases.ts'
import type { TrainingSet } from '../rank/learn/train-suspects.ts'

/** Reads and measures prepared sets, one after another, with progress on stderr. `check` sees each before it is measured. */
export async function readMeasuredSets(folders: readonly string[], check?: (set: TrainingSet) => void): Promise<TrainingSet[]> {
  const sets: TrainingSet[] = []
  for (const folder of folders) {
    const set = await readPreparedSet(folder)
    const hashes = set.cases.map(({ hash }) => hash)
    check?.({ name: set.name, hashes, cases: [], quiet: [] })
    process.stderr.write(`${set.name}: ${set.cases.length} cases over ${set.changes.length} changes … `)
    const startedAt = performance.now()
    sets.push({ ...measureSet(set), hashes })
    process.stderr.write(`${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`)
  }
  return sets
}
