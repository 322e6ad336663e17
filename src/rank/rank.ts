// The suspects ranker: an incident, its candidates and a model become probabilities with reasons.
// Pure: no I/O, no clock. A conditional logit over the candidates and "none of these"; see docs/decisions.
import type { Candidate, Evidence, IncidentQuery, Ranking, RepositoryPast, Suspect } from '../domain/ranking.ts'
import { descending } from './descending.ts'
import type { RankingContext, Timeline } from './evidence/evidence-kind.ts'
import { evidenceModules, measureAll } from './features.ts'
import type { SuspectModel } from './model.ts'
import { noneFactsOf } from './none-of-these.ts'
import { type CandidatePool, poolOf } from './pool.ts'
import { prepareCandidate, type PreparedCandidate, prepareQuery, type PreparedQuery } from './prepare.ts'
import { knowing, probabilitiesOf, scoresOf, weigh, type Weighed } from './score.ts'
import { matchTexts } from './text-matches.ts'

/** A reason that moved the log-odds by less than this did not move the probability: it is not shown. */
const MIN_STRENGTH = 0.05
const MAX_EVIDENCE = 5
/** Suspects after these carry no sentences: nobody reads them, and writing them is the slow part. */
const MAX_EXPLAINED = 12

/** Ranks candidates. Same input, same output; their order never matters; ties are broken by id. */
export function rank(query: IncidentQuery, candidates: readonly Candidate[], past: RepositoryPast, model: SuspectModel): Ranking {
  return rankPrepared(query, candidates.map(prepareCandidate), past, model)
}

/** The same for candidates that were cut into terms before. */
export function rankPrepared(
  query: IncidentQuery,
  candidates: readonly PreparedCandidate[],
  past: RepositoryPast,
  model: SuspectModel,
): Ranking {
  const context = contextOf(prepareQuery(query), candidates, past)
  const open = context.candidates.map(({ candidate }) => candidate.ruledOut === null)
  const count = open.filter(Boolean).length
  if (count === 0) return { suspects: [], none: 1, pool: 0, modelVersion: model.version }
  const weighed = weigh(measureAll(context), model)
  const scores = scoresOf(weighed, open.length)
  const { probabilities, none } = knowing(probabilitiesOf(scores, noneFactsOf(context), model), open)
  // Candidates stand in order of id, which breaks ties.
  const places = descending(scores).filter((index) => open[index]!)
  const suspects = Array.from(places, (index, place): Suspect => ({
    id: context.pool.ids[index]!,
    probability: probabilities[index]!,
    evidence: place < MAX_EXPLAINED ? evidenceOf(context, weighed, index) : [],
  }))
  return { suspects, none, pool: count, modelVersion: model.version }
}

/** What every kind of evidence looks at. Candidates that facts rule out and those that came after the incident are left out. */
export function contextOf(query: PreparedQuery, candidates: readonly PreparedCandidate[], past: RepositoryPast): RankingContext {
  const all = poolOf(candidates)
  const pool =
    all.lastMergedMs <= query.atMs ? all : poolOf(all.candidates.filter(({ candidate }) => candidate.mergedAt.getTime() <= query.atMs))
  return {
    query,
    pool,
    candidates: pool.candidates,
    past,
    matches: matchTexts(query, pool, past),
    timeline: timelineOf(query, pool),
  }
}

function timelineOf({ atMs }: PreparedQuery, { effectiveMs, latestFirst }: CandidatePool): Timeline {
  const agesMs = new Float64Array(effectiveMs.length)
  for (let index = 0; index < agesMs.length; index++) agesMs[index] = Math.max(0, atMs - effectiveMs[index]!)
  const places = new Float64Array(agesMs.length)
  for (let at = 1; at < latestFirst.length; at++) {
    const [before, index] = [latestFirst[at - 1]!, latestFirst[at]!]
    places[index] = agesMs[index] === agesMs[before] ? places[before]! : at
  }
  return { agesMs, places }
}

function evidenceOf(context: RankingContext, weighed: readonly Weighed[], index: number): Evidence[] {
  let at = 0
  const found: Evidence[] = []
  for (const module of evidenceModules) {
    let strength = 0
    for (let feature = 0; feature < module.features.length; feature++) {
      const { column, factor, mean } = weighed[at++]!
      strength += factor * (column[index]! - mean)
    }
    if (Math.abs(strength) < MIN_STRENGTH) continue
    const sentence = module.sentence(context, index, strength)
    if (sentence !== null) found.push({ kind: module.kind, sentence, strength, url: null })
  }
  return found.sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength)).slice(0, MAX_EVIDENCE)
}
