// One change out of several reports of it, in whatever order they came. Pure: no database.
import type { ChangeFacts } from '../domain/change.ts'

/** Facts with what decides between two reports of the same change. */
export type KnownChange = ChangeFacts & {
  /** `updatedAt` of the report that brought the files; null when none did. */
  detailedAt: Date | null
  /** Hashes of the terms it is found by. */
  terms: number[]
}

/** Files of a commit folded into a pull request stand until the pull request's own come, however late those are. */
const FOLDED = new Date(0)

/** A report as it arrives. */
export function reported(facts: ChangeFacts, terms: number[]): KnownChange {
  return {
    ...facts,
    commitShas: inOrder([...facts.commitShas, facts.mergeSha]),
    detailedAt: facts.files.length > 0 ? facts.updatedAt : null,
    terms,
  }
}

/**
 * Joins two reports of one change; `later` arrived later. A pull request says more than a commit, then the newer
 * `updatedAt` wins; what the winner does not know is filled from the other, and files are never lost to a report
 * without any.
 */
export function foldChange(earlier: KnownChange, later: KnownChange): KnownChange {
  const laterWins = compare(later, earlier) >= 0
  const winner = laterWins ? later : earlier
  const loser = absorbable(winner, laterWins ? earlier : later)
  const detailed = laterWins ? newerDetail(loser, winner) : newerDetail(winner, loser)
  const sized = winner.fileCount > 0 ? winner : detailed
  return {
    ...winner,
    number: winner.number ?? loser.number,
    commitShas: inOrder([...winner.commitShas, ...loser.commitShas]),
    baseSha: winner.baseSha ?? loser.baseSha,
    headSha: winner.headSha ?? loser.headSha,
    author: winner.author ?? loser.author,
    merger: winner.merger ?? loser.merger,
    reviewers: filled(winner.reviewers, loser.reviewers),
    // Of two reports of a pull request the newer one's words count, also when they no longer refer to anything.
    references: loser.number === null ? filled(winner.references, loser.references) : winner.references,
    bumps: filled(winner.bumps, loser.bumps),
    fileCount: sized.fileCount,
    added: sized.added,
    deleted: sized.deleted,
    files: detailed.files,
    filesTruncated: detailed.filesTruncated,
    identifiers: filled(detailed.identifiers, winner.identifiers),
    patchId: detailed.patchId ?? winner.patchId ?? loser.patchId,
    detailedAt: detailed.detailedAt,
    terms: detailed.terms,
  }
}

/** What a pull request takes over from a commit of it: everything from the commit it landed as, the sha from others. */
function absorbable(winner: KnownChange, loser: KnownChange): KnownChange {
  if (winner.number === null || loser.number !== null) return loser
  if (loser.mergeSha === winner.mergeSha) return { ...loser, detailedAt: loser.detailedAt && FOLDED, baseSha: null, headSha: null }
  return {
    ...loser,
    ...{ baseSha: null, headSha: null, author: null, merger: null, reviewers: [], references: [], bumps: [] },
    ...{ files: [], identifiers: [], patchId: null, detailedAt: null },
  }
}

function compare(a: KnownChange, b: KnownChange): number {
  const pullRequestFirst = Number(a.number !== null) - Number(b.number !== null)
  return pullRequestFirst || a.updatedAt.getTime() - b.updatedAt.getTime()
}

function newerDetail(earlier: KnownChange, later: KnownChange): KnownChange {
  if (later.detailedAt === null) return earlier.detailedAt === null && compare(later, earlier) >= 0 ? later : earlier
  if (earlier.detailedAt === null) return later
  if (later.detailedAt.getTime() !== earlier.detailedAt.getTime()) return later.detailedAt > earlier.detailedAt ? later : earlier
  return later.filesTruncated && !earlier.filesTruncated ? earlier : later
}

function filled<T>(first: T[], second: T[]): T[] {
  return first.length > 0 ? first : second
}

function inOrder(shas: string[]): string[] {
  return [...new Set(shas)].sort()
}
