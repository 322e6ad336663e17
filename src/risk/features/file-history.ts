import { counted, type FeatureGroup, largestOr, meanOf } from './feature-group.ts'
import { harmInWords, linkOf, mostHarmed, wereHarmed } from './key-history.ts'
import { nameIn } from '../risk-keys.ts'

/** What came of earlier changes of the same files. */
export const fileHistory: FeatureGroup = {
  kind: 'file-history',
  features: [
    { name: 'file-history.excess-max', isHarm: true },
    { name: 'file-history.excess-mean', isHarm: true },
    { name: 'file-history.last-14d-max', isHarm: true },
    { name: 'file-history.last-14d-sum', isHarm: true },
    { name: 'file-history.last-180d-max', isHarm: true },
    { name: 'file-history.last-180d-mean', isHarm: true },
    { name: 'file-history.harms-max', isHarm: true },
    { name: 'file-history.recency', isHarm: true },
  ],
  measure({ history }) {
    const files = history.file
    const of = (pick: (file: (typeof files)[number]) => number): number[] => files.map(pick)
    return [
      largestOr(
        0,
        of((file) => file.excess),
      ),
      meanOf(of((file) => file.excess)),
      Math.log1p(
        8 *
          largestOr(
            0,
            of((file) => file.last14d),
          ),
      ),
      Math.log1p(8 * of((file) => file.last14d).reduce((a, b) => a + b, 0)),
      Math.log1p(
        8 *
          largestOr(
            0,
            of((file) => file.last180d),
          ),
      ),
      Math.log1p(8 * meanOf(of((file) => file.last180d))),
      Math.log1p(
        largestOr(
          0,
          of((file) => file.harms),
        ),
      ),
      recencyOf(Math.min(...of((file) => file.sinceMs))),
    ]
  },
  sentence({ history }, strength) {
    const worst = mostHarmed(history.file)
    if (worst !== null && strength > 0) return { sentence: `${nameIn(worst.key)}: ${harmInWords(worst)}`, url: linkOf(worst.last) }
    if (strength >= 0) return null
    const changes = largestOr(
      0,
      history.file.map((file) => file.changes),
    )
    if (worst !== null) return { sentence: 'Few of the earlier changes of these files were taken back or caused an incident', url: null }
    return changes === 0
      ? null
      : { sentence: `No earlier change of these files ${wereHarmed(1)} (the busiest had ${counted(changes, 'change')})`, url: null }
  },
}

/** 0 without harm, rising the shorter ago the last one became known. */
export function recencyOf(sinceMs: number): number {
  return Number.isFinite(sinceMs) ? Math.max(0, 12 - Math.log1p(sinceMs / 3_600_000)) : 0
}
