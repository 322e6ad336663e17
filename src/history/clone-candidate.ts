// A change of a clone as the ranker wants it.
import { bumpsOf } from '../changes/describe/bumps.ts'
import type { Candidate } from '../domain/ranking.ts'
import type { HistoryChange, HistoryDetail } from './history.ts'

const MAX_BODY = 2000
/** Lines that machines add to messages: they name reviews and builds, not what the change does. */
const TRAILER =
  /^(?:[A-Z][\w-]{1,40}-(?:by|on|id|Id|ID|Queue|Submit|Position|Footer)|git-svn-id|llvm-svn|Differential Revision|Reviewers|Subscribers|Tags|Commit-Queue|Depends-On|fbshipit-source-id|Review URL)\s*:.*$/gm

/** `detail` null: the hunks were not read, so nothing is known of names and lines. Deployments of a clone are never known. */
export function cloneCandidate(change: HistoryChange, detail: HistoryDetail | null): Candidate {
  return {
    id: change.mergeSha,
    number: change.number,
    shas: change.commitShas,
    title: change.title,
    body: change.body.replace(TRAILER, '').trim().slice(0, MAX_BODY),
    paths: change.paths,
    files: detail?.files ?? [],
    fileCount: change.fileCount,
    added: detail?.added ?? 0,
    deleted: detail?.deleted ?? 0,
    identifiers: detail?.identifiers ?? [],
    symbols: [...new Set((detail?.files ?? []).flatMap((file) => file.symbols))],
    author: change.author,
    labels: [],
    mergedAt: change.mergedAt,
    liveAt: null,
    serviceDistance: null,
    references: change.references,
    bumps: change.author?.isBot === true ? bumpsOf(change) : [],
    filesTruncated: detail === null || detail.filesTruncated,
    ruledOut: null,
  }
}
