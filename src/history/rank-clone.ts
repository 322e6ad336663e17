// The suspects of one moment in a clone's past: what the incident comment would say if only git were known.
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import type { Candidate, IncidentQuery, Ranking } from '../domain/ranking.ts'
import { explain, type Explanation } from '../rank/explain.ts'
import type { SuspectModel } from '../rank/model.ts'
import { prepareCandidate, prepareQuery, type PreparedCandidate } from '../rank/prepare.ts'
import { rankPrepared } from '../rank/rank.ts'
import { recordPast } from '../rank/repository-past.ts'
import { cloneCandidate } from './clone-candidate.ts'
import { findReverts } from './find-reverts.ts'
import type { History, HistoryChange } from './history.ts'

export type CloneRanking = {
  ranking: Ranking
  /** Every candidate of the lookback, by id; those taken back before `at` are ruled out. */
  candidates: Map<string, Candidate>
  /** Newest change before the lookback, when nothing landed inside it. */
  lastBefore: Date | null
  /** The numbers behind these candidates. */
  explain: (ids: readonly string[]) => Explanation
}

/** When it was last seen to work: a moment, or a commit as whoever asked calls it. */
export type WorkedAt = { at: Date } | { sha: string; name: string }

/** File histories and word frequencies are taken from this long before the incident. */
const PAST_MS = 365 * 86_400_000

/** Ranks what landed on the main line within `lookbackMs` before `query.at`. Throws HistoryUnreadable. */
export async function rankClone(
  history: History,
  query: Omit<IncidentQuery, 'services'>,
  options: { lookbackMs: number; model: SuspectModel; worked?: WorkedAt | null },
): Promise<CloneRanking> {
  const atMs = query.at.getTime()
  const from = atMs - options.lookbackMs
  const finder = findReverts(options.lookbackMs, null)
  const past: HistoryChange[] = []
  for await (const change of history.changes({ since: new Date(from - PAST_MS), until: query.at })) {
    finder.add(change)
    past.push(change)
  }
  const recent = past.filter((change) => change.mergedAt.getTime() >= from)
  const recorder = recordPast()
  const prepared = past.slice(0, past.length - recent.length).map((change) => prepareCandidate(cloneCandidate(change, null)))
  let index = 0
  for await (const { detail } of history.details(recent)) {
    const change = recent[index]
    if (change !== undefined) prepared.push(prepareCandidate(cloneCandidate(change, detail)))
    index += 1
  }
  for (const change of prepared) recorder.landed(change)
  for (const back of finder.finish().takenBack) {
    for (const culprit of back.culprits) {
      const change = prepared[culprit]
      if (change === undefined) continue
      const { candidate } = change
      const ageMs = Math.max(0, back.at.getTime() - candidate.mergedAt.getTime())
      recorder.culprit({
        changeId: candidate.id,
        paths: candidate.paths,
        title: candidate.title,
        text: back.text,
        ageMs,
        incidentAt: back.at,
      })
      const sentence = `Was already taken back at ${back.at.toISOString().slice(0, 16)}Z by ${past[back.place]?.mergeSha.slice(0, 12) ?? 'a later change'}`
      prepared[culprit] = { ...change, candidate: { ...candidate, ruledOut: { reason: 'already-reverted', sentence } } }
    }
  }
  const isPast = await partOf(history, options.worked ?? null)
  const pool = prepared.slice(prepared.length - recent.length).map((change): PreparedCandidate => {
    const { candidate } = change
    const sentence = candidate.ruledOut === null ? isPast(candidate) : null
    return sentence === null ? change : { ...change, candidate: { ...candidate, ruledOut: { reason: 'worked-since', sentence } } }
  })
  const asked = prepareQuery({ ...query, services: [] })
  const known = recorder.past(asked)
  return {
    ranking: rankPrepared(asked.query, pool, known, options.model),
    candidates: new Map(pool.map(({ candidate }: PreparedCandidate) => [candidate.id, candidate])),
    explain: (ids) => explain(asked, pool, known, options.model, new Set(ids)),
    lastBefore: recent.length === 0 ? (past.at(-1)?.mergedAt ?? null) : null,
  }
}

/** Tells why a change can't be what broke it, when it was there while it still worked; null of all others. */
async function partOf(history: History, worked: WorkedAt | null): Promise<(candidate: Candidate) => string | null> {
  if (worked === null) return () => null
  if ('at' in worked) {
    return ({ mergedAt }) =>
      mergedAt > worked.at ? null : `Landed ${formatDistanceStrict(mergedAt, worked.at)} before it was last seen to work`
  }
  const later = new Set<string>()
  for await (const { mergeSha } of history.between(worked.sha, history.head.sha)) later.add(mergeSha)
  return ({ id }) => (later.has(id) ? null : `Part of ${worked.name}, which worked`)
}
