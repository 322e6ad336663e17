// Asks the ranker about every revert in a clone's past that says why, each with only what was known at that moment.
// Two passes: the first finds the reverts, the second ranks. A history too long to be kept is read twice, so that memory
// follows the lookback and not the length of the history.
import type { Candidate } from '../domain/ranking.ts'
import { baselineOrders, randomAccuracy } from '../rank/baselines.ts'
import { type Accuracy, accuracyOf, bootstrapInterval, type Interval, macroOf } from '../rank/metrics.ts'
import type { SuspectModel } from '../rank/model.ts'
import { prepareCandidate, prepareQuery, type PreparedCandidate } from '../rank/prepare.ts'
import { rankPrepared } from '../rank/rank.ts'
import { recordPast } from '../rank/repository-past.ts'
import { cloneCandidate } from './clone-candidate.ts'
import { findReverts, type DropReason, type RevertCase, type TakenBack } from './find-reverts.ts'
import type { History, HistoryChange, HistoryDetail, HistoryPoint } from './history.ts'

export type ReplayOptions = {
  /** Reverts from then on are asked; null: all of them. */
  since: Date | null
  lookbackMs: number
  model: SuspectModel
  onProgress?: (progress: { stage: 'reading' | 'ranking'; changes: number; cases: number }) => void
}

type ReplayMiss = { sha: string; at: Date; text: string; culprit: { sha: string; title: string }; rank: number; pool: number }

export type ReplayResult = {
  changes: number
  cases: number
  dropped: Partial<Record<DropReason, number>>
  /** When the first and the last case were found out; null without cases. */
  from: Date | null
  to: Date | null
  accuracy: Accuracy
  /** 95 %, of the accuracy. */
  intervals: { top1: Interval; top5: Interval; mrr: Interval }
  baselines: { random: Accuracy; recency: Accuracy; bm25: Accuracy }
  medianPool: number
  /** Cases whose culprit stood lowest, worst first; at most 10. */
  misses: ReplayMiss[]
}

const PROGRESS_EVERY = 500
const MAX_MISSES = 10

/** Replays a history. Throws HistoryUnreadable when git can't read it. */
export async function replayHistory(history: History, options: ReplayOptions): Promise<ReplayResult> {
  const from = options.since === null ? null : new Date(options.since.getTime() - options.lookbackMs)
  const finder = findReverts(options.lookbackMs, options.since)
  const points: HistoryPoint[] = []
  const kept = keepWhileSmall()
  let read = 0
  for await (const change of history.changes({ since: from })) {
    finder.add(change)
    kept.add(change)
    points.push({ mergeSha: change.mergeSha, parentSha: change.parentSha })
    read += 1
    if (read % PROGRESS_EVERY === 0) options.onProgress?.({ stage: 'reading', changes: read, cases: 0 })
  }
  const found = finder.finish()
  const inPool = poolMembers(found.cases, found.changes)
  const answers = await rankAll(history, kept.all() ?? history.changes({ since: from }), options, found, inPool, points)
  const ranks = answers.map(({ rank }) => rank)
  const baselines = {
    random: macroOf(answers.map(({ random }) => random)),
    recency: accuracyOf(answers.map(({ recency }) => recency)),
    bm25: accuracyOf(answers.map(({ bm25 }) => bm25)),
  }
  return {
    changes: found.changes,
    cases: answers.length,
    dropped: found.dropped,
    from: found.cases[0]?.at ?? null,
    to: found.cases[answers.length - 1]?.at ?? null,
    accuracy: accuracyOf(ranks),
    intervals: {
      top1: bootstrapInterval(ranks.map((rank) => (rank === 1 ? 1 : 0))),
      top5: bootstrapInterval(ranks.map((rank) => (rank !== null && rank <= 5 ? 1 : 0))),
      mrr: bootstrapInterval(ranks.map((rank) => (rank === null ? 0 : 1 / rank))),
    },
    baselines,
    medianPool: answers.map(({ pool }) => pool).sort((a, b) => a - b)[Math.floor(answers.length / 2)] ?? 0,
    misses: answers
      .map(({ miss }) => miss)
      .filter((miss) => miss.rank > 5)
      .sort((a, b) => b.rank - a.rank || (a.sha < b.sha ? -1 : 1))
      .slice(0, MAX_MISSES),
  }
}

type CaseAnswer = { rank: number | null; recency: number | null; bm25: number | null; random: Accuracy; pool: number; miss: ReplayMiss }

async function rankAll(
  history: History,
  changes: Iterable<HistoryChange> | AsyncIterable<HistoryChange>,
  options: ReplayOptions,
  found: { cases: RevertCase[]; takenBack: TakenBack[]; changes: number },
  inPool: Uint8Array,
  points: readonly HistoryPoint[],
): Promise<CaseAnswer[]> {
  const recorder = recordPast()
  const held = new Map<number, PreparedCandidate>()
  const answers: CaseAnswer[] = []
  const details = history.details(points.filter((_, place) => inPool[place] === 1))[Symbol.asyncIterator]()
  const lastCase = found.cases.at(-1)?.place ?? -1
  let place = 0
  let nextCase = 0
  let told = 0
  let evicted = 0
  try {
    for await (const change of changes) {
      if (place > lastCase) break
      const incident = found.cases[nextCase]
      if (incident?.place === place) {
        for (; evicted < incident.poolStart; evicted += 1) held.delete(evicted)
        answers.push(answer(incident))
        nextCase += 1
        options.onProgress?.({ stage: 'ranking', changes: place, cases: answers.length })
      }
      // The outcome of a revert is known once it landed: to cases after it, never to its own.
      for (let back = found.takenBack[told]; back?.place === place; back = found.takenBack[told]) {
        tell(back)
        told += 1
      }
      const detail = inPool[place] === 1 ? await nextDetail() : null
      const prepared = prepareCandidate(cloneCandidate(change, detail))
      recorder.landed(prepared)
      if (detail !== null) held.set(place, prepared)
      place += 1
      if (place % PROGRESS_EVERY === 0) options.onProgress?.({ stage: 'ranking', changes: place, cases: answers.length })
    }
  } finally {
    await details.return?.()
  }
  return answers

  async function nextDetail(): Promise<HistoryDetail | null> {
    const next = await details.next()
    return next.done === true ? null : next.value.detail
  }

  function answer(incident: RevertCase): CaseAnswer {
    const pool: PreparedCandidate[] = []
    for (let at = incident.poolStart; at < incident.poolEnd; at += 1) {
      const candidate = held.get(at)
      if (candidate !== undefined) pool.push(candidate)
    }
    const culprits = new Set(incident.culprits.map((culprit) => points[culprit]?.mergeSha ?? ''))
    const query = prepareQuery({ at: incident.at, title: '', text: incident.text, services: [] })
    const ranking = rankPrepared(query.query, pool, recorder.past(query), options.model)
    const orders = baselineOrders(query, pool)
    const rank = firstOf(
      ranking.suspects.map(({ id }) => id),
      culprits,
    )
    const culprit = held.get(incident.culprits[0] ?? -1)?.candidate
    return {
      rank,
      recency: firstOf(orders.recency, culprits),
      bm25: firstOf(orders.bm25, culprits),
      random: randomAccuracy(pool.length, culprits.size),
      pool: pool.length,
      miss: {
        sha: incident.sha,
        at: incident.at,
        text: incident.text,
        culprit: { sha: culprit?.id ?? '', title: culprit?.title ?? '' },
        rank: rank ?? pool.length,
        pool: pool.length,
      },
    }
  }

  function tell(back: TakenBack): void {
    for (const culprit of back.culprits) {
      const prepared = held.get(culprit)
      if (prepared === undefined) continue
      const { candidate } = prepared
      const ageMs = Math.max(0, back.at.getTime() - candidate.mergedAt.getTime())
      recorder.culprit({
        changeId: candidate.id,
        paths: candidate.paths,
        title: candidate.title,
        text: back.text,
        ageMs,
        incidentAt: back.at,
      })
      held.set(culprit, { ...prepared, candidate: ruledOut(candidate, back) })
    }
  }
}

function ruledOut(candidate: Candidate, back: TakenBack): Candidate {
  return { ...candidate, ruledOut: { reason: 'already-reverted', sentence: `Was already taken back at ${back.at.toISOString()}` } }
}

/** About 40 MB of text. */
const MAX_KEPT = 20_000_000

function keepWhileSmall(): { add(change: HistoryChange): void; all(): HistoryChange[] | null } {
  let kept: HistoryChange[] | null = []
  let size = 0
  return {
    add(change) {
      size += 500 + change.title.length + change.body.length + change.paths.length * 60
      if (size > MAX_KEPT) kept = null
      kept?.push(change)
    },
    all: () => kept,
  }
}

/** Which places stand in at least one pool: only their hunks are read. */
function poolMembers(cases: readonly RevertCase[], changes: number): Uint8Array {
  const members = new Uint8Array(changes)
  for (const { poolStart, poolEnd } of cases) members.fill(1, poolStart, poolEnd)
  return members
}

function firstOf(ids: readonly string[], culprits: ReadonlySet<string>): number | null {
  const place = ids.findIndex((id) => culprits.has(id))
  return place === -1 ? null : place + 1
}
