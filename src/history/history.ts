// A repository's past read from somewhere that is not GitHub. git-clone.ts reads a local clone.
import type { ChangedFile, ChangeFacts } from '../domain/change.ts'

/** One change of the main line: a merge with all it brought, or a single commit. */
export type HistoryChange = Pick<ChangeFacts, 'number' | 'mergeSha' | 'title' | 'author' | 'mergedAt' | 'references'> & {
  /** Every commit it brought, `mergeSha` first; at most 250. */
  commitShas: string[]
  /** Message without its title, with the messages of the merged commits behind it; at most 8,000 characters. */
  body: string
  /** New names of the touched files, and old names of those moved; at most 300. */
  paths: string[]
  fileCount: number
  /** The commit's diff is taken against it; null for the first commit. */
  parentSha: string | null
}

/** What only the hunks tell. */
export type HistoryDetail = {
  files: ChangedFile[]
  fileCount: number
  filesTruncated: boolean
  added: number
  deleted: number
  /** Rarest first, at most 120. */
  identifiers: string[]
}

/** What to read the hunks of. */
export type HistoryPoint = Pick<HistoryChange, 'mergeSha' | 'parentSha'>

export type History = {
  /** Newest commit of the main line. */
  head: { sha: string; committedAt: Date }
  /** Main-line changes in the order they landed, oldest first, without hunks; `since` and `until` are inclusive. */
  changes(options: { since?: Date | null; until?: Date | null }): AsyncIterable<HistoryChange>
  /** Hunks of the named changes only, in the order asked: reading them is the expensive part. */
  details(points: Iterable<HistoryPoint> | AsyncIterable<HistoryPoint>): AsyncIterable<{ sha: string; detail: HistoryDetail }>
  /** The commit that a branch, a tag or a sha names. Throws HistoryUnreadable when there is none. */
  resolve(ref: string): Promise<string>
  /** The newest commit that both have in their past. Throws HistoryUnreadable when there is none. */
  mergeBase(a: string, b: string): Promise<string>
  /** Main-line changes of `to` that are not in the past of `from`, oldest first; takes shas. */
  between(from: string, to: string): AsyncIterable<HistoryChange>
  /** A text file as of a commit; null where there is none, or where it is larger than 1 MB. */
  file(sha: string, path: string): Promise<string | null>
  /** Ends what still runs and removes what was written. */
  close(): Promise<void>
}

/** The clone can't be read; the message says which one, why, and the way out. */
export class HistoryUnreadable extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'HistoryUnreadable'
  }
}
