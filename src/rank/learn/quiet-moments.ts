import type { Candidate } from '../../domain/ranking.ts'
import { seededRandom } from '../metrics.ts'
import type { KnownCase } from './replay-cases.ts'

const LOOKBACK_MS = 14 * 86_400_000
const TRIES = 50

/**
 * Each case's report asked again at a random moment whose lookback holds no known culprit of any case, so that none of
 * the candidates is the cause. A case for which no such moment is found is left out. The same for the same input.
 */
export function quietMoments(set: { changes: readonly Candidate[]; cases: readonly KnownCase[] }, seed = 1): KnownCase[] {
  const random = seededRandom(seed)
  const { changes } = set
  const known = new Set(set.cases.flatMap(({ culprits }) => culprits))
  const landedAt = changes.map(({ mergedAt }) => mergedAt.getTime())
  const culpritsAt = changes.flatMap(({ id, mergedAt }) => (known.has(id) ? [mergedAt.getTime()] : []))
  return set.cases.flatMap((asked): KnownCase[] => {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const last = Math.floor(random() * changes.length)
      const poolEnd = endOf(landedAt, last)
      const nextAt = landedAt[poolEnd] ?? landedAt[last]! + 3_600_000
      const atMs = Math.floor(landedAt[last]! + random() * Math.min(nextAt - landedAt[last]!, 86_400_000))
      const poolStart = landedAt.findIndex((each) => each >= atMs - LOOKBACK_MS)
      if (poolEnd - poolStart < 2) continue
      if (culpritsAt.some((each) => each >= atMs - LOOKBACK_MS && each <= atMs)) continue
      return [{ id: `quiet ${asked.id}`, at: new Date(atMs), text: asked.text, culprits: [], poolStart, poolEnd }]
    }
    return []
  })
}

/** Past all that landed at the same time as `last`. */
function endOf(landedAt: readonly number[], last: number): number {
  let end = last + 1
  while (landedAt[end] === landedAt[last]) end++
  return end
}
