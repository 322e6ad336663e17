/** Someone by login; `isBot` is GitHub's word (`[bot]` suffix or type Bot), never a guess. */
export type Person = { login: string; isBot: boolean }

/** A range of lines in the new version of a file; `count` 0 marks a pure deletion at `start`. */
export type LineRange = { start: number; count: number }

export type FileStatus = 'added' | 'modified' | 'removed' | 'renamed' | 'copied' | 'changed'

export type ChangedFile = {
  path: string
  previousPath: string | null
  status: FileStatus
  added: number
  deleted: number
  /** Changed ranges of the new version; empty when the patch is not known (binary, too large). At most 40. */
  ranges: LineRange[]
  /** Names of enclosing functions or classes from hunk headers. At most 40. */
  symbols: string[]
}

/** What a change says it takes back, or puts back. */
export type ChangeReference =
  | { kind: 'reverts' | 'relands' | 'cherry-picks'; by: 'sha'; sha: string }
  | { kind: 'reverts' | 'relands' | 'cherry-picks'; by: 'number'; number: number }
  | { kind: 'reverts' | 'relands'; by: 'title'; title: string }

/** A dependency bump made by a bot. */
export type DependencyBump = { dependency: string; from: string | null; to: string | null }

/** Facts of a change before the store gives it an id. */
export type ChangeFacts = {
  repositoryId: number
  /** Pull request number; null for a commit pushed without one. */
  number: number | null
  /** The commit on the deployed branch that carries it: the merge, squash or last rebased commit. */
  mergeSha: string
  /** Every commit on the deployed branch that belongs to it, `mergeSha` included. */
  commitShas: string[]
  /** The commit of the branch on which the first of `commitShas` stands; null when they may not be all. */
  baseSha: string | null
  headSha: string | null
  /** Branch it landed on. */
  branch: string
  title: string
  /** First 2,000 characters, control characters removed. */
  bodyExcerpt: string
  author: Person | null
  merger: Person | null
  reviewers: Person[]
  labels: string[]
  mergedAt: Date
  files: ChangedFile[]
  /** True when GitHub or git did not give the whole list: a missing file is then unknown, not untouched. */
  filesTruncated: boolean
  fileCount: number
  added: number
  deleted: number
  /** Identifiers of changed lines, rarest first, at most 120. */
  identifiers: string[]
  references: ChangeReference[]
  /** `git patch-id --stable`, where it could be computed from whole patches. */
  patchId: string | null
  bumps: DependencyBump[]
  url: string
  /** GitHub's `updated_at` of the source; an older one never overwrites a newer one. */
  updatedAt: Date
}

/** A change as stored. */
export type Change = ChangeFacts & {
  id: number
  /** Later changes that took this one back, oldest first. */
  revertedBy: { changeId: number; mergedAt: Date }[]
  /** The change this one repeats on another branch (cherry-pick or backport); null when it is itself the first. */
  sameAsChangeId: number | null
}
