import { readPreparedSet, toldItWorked } from '../history/prepared-set.ts'
import { measureSet } from '../rank/learn/measure-cases.ts'
import type { TrainingSet } from '../rank/learn/train-suspects.ts'

/**
 * Reads and measures prepared sets, one after another, with progress on stderr. `check` sees each before it is measured;
 * with `workedMs`, each case is asked as if it was told to have worked so long before its cause.
 */
export async function readMeasuredSets(
  folders: readonly string[],
  { check, workedMs }: { check?: (set: TrainingSet) => void; workedMs?: number | undefined } = {},
): Promise<TrainingSet[]> {
  const sets: TrainingSet[] = []
  for (const folder of folders) {
    const set = await readPreparedSet(folder)
    const hashes = set.cases.map(({ hash }) => hash)
    check?.({ name: set.name, hashes, cases: [], quiet: [] })
    process.stderr.write(`${set.name}: ${set.cases.length} cases over ${set.changes.length} changes … `)
    const startedAt = performance.now()
    sets.push({ ...measureSet(workedMs === undefined ? set : toldItWorked(set, workedMs)), hashes })
    process.stderr.write(`${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`)
  }
  return sets
}
