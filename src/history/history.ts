// A repository's past read from somewhere that is not GitHub. git-clone.ts reads a local clone.
import type { ChangeFacts } from '../domain/change.ts'

export type HistoryChange = Pick<
  ChangeFacts,
  'number' | 'mergeSha' | 'title' | 'bodyExcerpt' | 'author' | 'mergedAt' | 'references' | 'fileCount' | 'added' | 'deleted'
> & {
  /** Whole message, for reasons of reverts. */
  body: string
  paths: string[]
}

export type HistoryDetail = Pick<ChangeFacts, 'files' | 'identifiers' | 'filesTruncated' | 'patchId'>

export type History = {
  /** Changes of the main line, oldest first, without hunks. */
  changes(options: { since?: Date; until?: Date; onProgress?: (read: number) => void }): AsyncIterable<HistoryChange>
  /** Hunks of named changes only (`git diff-tree --stdin`): reading them is the expensive part. */
  details(shas: string[]): AsyncIterable<{ sha: string; detail: HistoryDetail }>
}
