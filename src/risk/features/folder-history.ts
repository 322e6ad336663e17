import { nameIn } from '../risk-keys.ts'
import { type FeatureGroup, largestOr, meanOf } from './feature-group.ts'
import { recencyOf } from './file-history.ts'
import { harmInWords, linkOf, mostHarmed } from './key-history.ts'

/** What came of earlier changes in the same folders, and of the same type of file. */
export const folderHistory: FeatureGroup = {
  kind: 'folder-history',
  features: [
    { name: 'folder-history.excess-max', isHarm: true },
    { name: 'folder-history.excess-mean', isHarm: true },
    { name: 'folder-history.last-14d-max', isHarm: true },
    { name: 'folder-history.last-180d-max', isHarm: true },
    { name: 'folder-history.recency', isHarm: true },
    { name: 'folder-history.changes-max' },
    { name: 'folder-history.extension-excess-max', isHarm: true },
    { name: 'folder-history.extension-excess-mean', isHarm: true },
  ],
  measure({ history }) {
    const folders = history.folder
    const of = (pick: (folder: (typeof folders)[number]) => number): number[] => folders.map(pick)
    const extensions = history.extension.map((extension) => extension.excess)
    return [
      largestOr(
        0,
        of((folder) => folder.excess),
      ),
      meanOf(of((folder) => folder.excess)),
      Math.log1p(
        8 *
          largestOr(
            0,
            of((folder) => folder.last14d),
          ),
      ),
      Math.log1p(
        8 *
          largestOr(
            0,
            of((folder) => folder.last180d),
          ),
      ),
      recencyOf(Math.min(...of((folder) => folder.sinceMs))),
      Math.log1p(
        largestOr(
          0,
          of((folder) => folder.changes),
        ),
      ),
      largestOr(0, extensions),
      meanOf(extensions),
    ]
  },
  sentence({ history, past }, strength) {
    const worst = mostHarmed(history.folder)
    // How busy they are alone, or a repository without any harm, is nothing to say of their past.
    if (strength < 0)
      return past.harms.length > 0 &&
        history.folder.some((folder) => folder.changes > 0) &&
        history.folder.every((folder) => folder.excess <= 0)
        ? { sentence: 'Changes of these folders are taken back or cause incidents less often than others', url: null }
        : null
    return worst === null ? null : { sentence: `In ${nameIn(worst.key)}/ ${harmInWords(worst)}`, url: linkOf(worst.last) }
  },
}
