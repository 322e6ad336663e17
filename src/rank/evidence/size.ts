import { columnOf, type EvidenceModule, oncePerPool } from './evidence-kind.ts'

const TINY_LINES = 5

/** How much was changed, and over how many places. */
export const size: EvidenceModule = {
  kind: 'size',
  features: ['size.log-lines', 'size.log-added', 'size.log-files', 'size.log-folders', 'size.tiny'],
  measure: oncePerPool(({ candidates }) => [
    columnOf({ candidates }, ({ candidate }) => Math.log1p(candidate.added + candidate.deleted)),
    columnOf({ candidates }, ({ candidate }) => Math.log1p(candidate.added)),
    columnOf({ candidates }, ({ candidate }) => Math.log1p(candidate.fileCount)),
    columnOf({ candidates }, ({ folderHashes }) => Math.log1p(folderHashes.length)),
    columnOf({ candidates }, ({ candidate }) => (candidate.added + candidate.deleted <= TINY_LINES ? 1 : 0)),
  ]),
  sentence(context, index, strength) {
    const { added, deleted, fileCount } = context.candidates[index]!.candidate
    const lines = added + deleted
    const files = `${fileCount} ${fileCount === 1 ? 'file' : 'files'}`
    return `${lines} changed ${lines === 1 ? 'line' : 'lines'} in ${files}${strength > 0 ? '' : ', which speaks against it'}`
  },
}
