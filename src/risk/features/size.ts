import { counted, type FeatureGroup, type RiskContext } from './feature-group.ts'

/** How much is changed, and over how many places it is spread. */
export const size: FeatureGroup = {
  kind: 'size',
  features: [
    { name: 'size.lines' },
    { name: 'size.added' },
    { name: 'size.deleted-share' },
    { name: 'size.files' },
    { name: 'size.folders' },
    { name: 'size.tops' },
    { name: 'size.entropy' },
  ],
  measure({ change }) {
    const { added, deleted, fileCount, files } = change
    const paths = files.map((file) => file.path)
    return [
      Math.log1p(added + deleted),
      Math.log1p(added),
      deleted / Math.max(1, added + deleted),
      Math.log1p(fileCount),
      Math.log1p(new Set(paths.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))))).size),
      Math.log1p(new Set(paths.map((path) => path.split('/', 1)[0])).size),
      entropyOf(change),
    ]
  },
  sentence({ change }) {
    const { added, deleted, fileCount } = change
    return { sentence: `Changes ${counted(added + deleted, 'line')} in ${counted(fileCount, 'file')}`, url: null }
  },
}

/** Bits it takes to say in which file a changed line is: 0 for one file, high when spread evenly. */
function entropyOf({ files }: RiskContext['change']): number {
  const lines = files.map((file) => file.added + file.deleted).sort((a, b) => a - b)
  const total = lines.reduce((a, b) => a + b, 0)
  if (total === 0) return 0
  return lines.reduce((bits, count) => (count === 0 ? bits : bits - (count / total) * Math.log2(count / total)), 0)
}
