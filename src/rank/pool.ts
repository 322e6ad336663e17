// The candidates of one question as an index: which of them hold a term, a path, a folder or a name. A report asks
// about a few hundred of these, a pool of 5,000 holds a million: looking up is a hundred times less work than scanning.
import { isInPool } from '../domain/ranking.ts'
import { descending } from './descending.ts'
import { type CountedPostings, countedPostingsOf, type Postings, postingsOf } from './postings.ts'
import { FIELDS, LISTS, type PreparedCandidate } from './prepare.ts'

/** Candidates by place, in order of id. Those that facts rule out are not in it. */
export type CandidatePool = {
  candidates: readonly PreparedCandidate[]
  ids: readonly string[]
  /** When each landed, in milliseconds, and when the last of them did; −∞ without any. */
  mergedMs: Float64Array
  lastMergedMs: number
  /** When each took effect, in milliseconds: went live, else landed. */
  effectiveMs: Float64Array
  /** Places of the candidates, the one that took effect last first. */
  latestFirst: Uint32Array
  /** Number of terms of each candidate's fields, and their mean (at least 1), in the order of FIELDS. */
  lengths: readonly Float64Array[]
  meanLengths: readonly number[]
  /** Who holds a term in words, code and symbols, with its counts there. */
  lists: readonly CountedPostings[]
  paths: Postings
  folders: Postings
  /** File names, and the same without extension. */
  names: Postings
  stems: Postings
}

const pools = new WeakMap<readonly PreparedCandidate[], CandidatePool>()

/** The index of a list, made once: whoever asks many reports of one list must hand over the same one and leave it as it is. */
export function poolOf(candidates: readonly PreparedCandidate[]): CandidatePool {
  let pool = pools.get(candidates)
  if (pool === undefined) pools.set(candidates, (pool = makePool(candidates)))
  return pool
}

function makePool(given: readonly PreparedCandidate[]): CandidatePool {
  const candidates = given
    .filter(({ candidate }) => isInPool(candidate))
    .sort((a, b) => (a.candidate.id < b.candidate.id ? -1 : a.candidate.id > b.candidate.id ? 1 : 0))
  const effectiveMs = new Float64Array(candidates.length)
  const mergedMs = new Float64Array(candidates.length)
  for (const [place, { candidate }] of candidates.entries()) {
    mergedMs[place] = candidate.mergedAt.getTime()
    effectiveMs[place] = (candidate.liveAt ?? candidate.mergedAt).getTime()
  }
  const lengths = FIELDS.map((_, field) => {
    const column = new Float64Array(candidates.length)
    for (let place = 0; place < column.length; place++) column[place] = candidates[place]!.lengths[field]!
    return column
  })
  return {
    candidates,
    ids: candidates.map(({ candidate }) => candidate.id),
    mergedMs,
    lastMergedMs: mergedMs.reduce((last, at) => Math.max(last, at), -Infinity),
    effectiveMs,
    latestFirst: descending(effectiveMs),
    lengths,
    meanLengths: lengths.map((column) => Math.max(1, column.reduce((sum, length) => sum + length, 0) / Math.max(1, column.length))),
    lists: LISTS.map((list) =>
      countedPostingsOf(
        candidates.map(({ lists }) => lists[list]!.hashes),
        candidates.map(({ lists }) => lists[list]!.counts),
      ),
    ),
    paths: postingsOf(candidates.map(({ pathHashes }) => pathHashes)),
    folders: postingsOf(candidates.map(({ folderHashes }) => folderHashes)),
    names: postingsOf(candidates.map(({ nameHashes }) => nameHashes)),
    stems: postingsOf(candidates.map(({ stemHashes }) => stemHashes)),
  }
}
