// A repository's past, built up as it happened: for replays and prepared data sets.
import type { Candidate, EarlierChange, FileHistory, PastCulprit, RepositoryPast } from '../domain/ranking.ts'
import { summarize } from './earlier-change.ts'
import { earlierWords } from './earlier-words.ts'
import { type PreparedCandidate, type PreparedQuery, termHash, termHashesOf } from './prepare.ts'

export type PastRecorder = {
  /** A change landed. Call in order of landing. */
  landed(change: PreparedCandidate): void
  /** A cause was found out. Call when it became known, never before. */
  culprit(culprit: PastCulprit): void
  /** What is known now, for one report. Its maps stay live: use it before recording more. */
  past(query: PreparedQuery): RepositoryPast
}

const RHYTHM_MS = 90 * 86_400_000
const MAX_CULPRITS = 1_000
/** Changes whose words and places are compared with a report. */
const MAX_EARLIER = 6_000

export function recordPast(): PastRecorder {
  const frequencies = new Map<number, number>()
  const files = new Map<string, FileHistory>()
  // A path's history stays one object, so that a change finds those of its paths at once when it is weighed.
  const histories = new WeakMap<Candidate, FileHistory[]>()
  const culprits: PastCulprit[] = []
  let earlier: EarlierChange[] = []
  const words = earlierWords()
  let landedAt: Date[] = []
  let documentCount = 0

  const historyOf = (path: string): FileHistory => {
    let history = files.get(path)
    if (history === undefined) files.set(path, (history = { changes: 0, culprits: 0 }))
    return history
  }

  const historiesOf = (candidate: Candidate): readonly FileHistory[] | undefined => histories.get(candidate)

  return {
    landed(change) {
      const { candidate } = change
      documentCount++
      const summary = summarize(change)
      earlier.push(summary)
      words.add(summary)
      if (earlier.length >= 2 * MAX_EARLIER) {
        earlier = earlier.slice(-MAX_EARLIER)
        words.forgetBelow(documentCount - MAX_EARLIER)
      }
      for (const hash of termHashesOf(change)) frequencies.set(hash, (frequencies.get(hash) ?? 0) + 1)
      const touched = candidate.paths.map(historyOf)
      for (const history of touched) history.changes++
      histories.set(candidate, touched)
      landedAt.push(candidate.mergedAt)
    },
    culprit(culprit) {
      culprits.push(culprit)
      for (const path of culprit.paths) historyOf(path).culprits++
    },
    past(query) {
      const documentFrequency = new Map<string, number>()
      for (const term of query.counts.keys()) {
        const count = frequencies.get(termHash(term))
        if (count !== undefined) documentFrequency.set(term, count)
      }
      landedAt = landedAt.filter((at) => at.getTime() >= query.atMs - RHYTHM_MS)
      const latest = earlier.slice(-MAX_EARLIER)
      const first = documentCount - latest.length
      return {
        documentCount,
        documentFrequency,
        culprits: culprits.slice(-MAX_CULPRITS),
        files,
        historiesOf,
        earlier: latest,
        earlierHolding: (hash, found) => {
          words.holding(hash, (number, counts) => {
            if (number >= first) found(number - first, counts)
          })
        },
        landedAt,
      }
    },
  }
}
