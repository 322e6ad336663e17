// The suspects ranker: an incident, its candidates and a model become probabilities with reasons.
// Pure: no I/O, no clock. A conditional logit over the candidates and "none of these"; see docs/decisions.
import type { Candidate, Evidence, IncidentQuery, Ranking, RepositoryPast, Suspect } from '../domain/ranking.ts'
import type { Column, RankingContext, Timeline } from './evidence/evidence-kind.ts'
import { evidenceModules, featureNames, measureAll } from './features.ts'
import type { SuspectModel } from './model.ts'
import { logSumExp, measureNone, noneFeatureNames } from './none-of-these.ts'
import { prepareCandidate, type PreparedCandidate, prepareQuery, type PreparedQuery } from './prepare.ts'
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
  const count = context.candidates.length
  if (count === 0) return { suspects: [], none: 1, pool: 0, modelVersion: model.version }
  const contributions = contributionsOf(measureAll(context), model)
  const { probabilities, none } = probabilitiesOf(context, contributions, model)
  const suspects = context.candidates
    .map(({ candidate }, index) => ({ id: candidate.id, index, probability: probabilities[index]! }))
    .sort((a, b) => b.probability - a.probability || (a.id < b.id ? -1 : 1))
    .map(({ id, index, probability }, place): Suspect => ({
      id,
      probability,
      evidence: place < MAX_EXPLAINED ? evidenceOf(context, contributions, index) : [],
    }))
  return { suspects, none, pool: count, modelVersion: model.version }
}

/** What every kind of evidence looks at. Ruled-out candidates and those that came after the incident are left out. */
export function contextOf(query: PreparedQuery, candidates: readonly PreparedCandidate[], past: RepositoryPast): RankingContext {
  const weighed = candidates
    .filter(({ candidate }) => candidate.ruledOut === null && candidate.mergedAt.getTime() <= query.atMs)
    .sort((a, b) => (a.candidate.id < b.candidate.id ? -1 : 1))
  return { query, candidates: weighed, past, matches: matchTexts(query, weighed, past), timeline: timelineOf(query, weighed) }
}

function timelineOf(query: PreparedQuery, candidates: readonly PreparedCandidate[]): Timeline {
  const agesMs = Float64Array.from(candidates, ({ candidate }) =>
    Math.max(0, query.atMs - (candidate.liveAt ?? candidate.mergedAt).getTime()),
  )
  const sorted = agesMs.toSorted()
  const firstPlace = new Map<number, number>()
  for (const [place, age] of sorted.entries()) if (!firstPlace.has(age)) firstPlace.set(age, place)
  return { agesMs, places: agesMs.map((age) => firstPlace.get(age) ?? 0) }
}

/** Each feature's share of the log-odds, less the pool's average: what it does to this candidate against the others. */
export function contributionsOf(columns: readonly Column[], model: SuspectModel): Column[] {
  const weights = new Map(model.features.map((feature) => [feature.name, feature]))
  return columns.map((column, at) => {
    const feature = weights.get(featureNames[at]!)
    if (feature === undefined || feature.weight === 0) return new Float64Array(column.length)
    const factor = feature.weight / feature.scale / model.temperature
    const shares = new Float64Array(column.length)
    let sum = 0
    for (let index = 0; index < column.length; index++) sum += column[index]!
    const mean = sum / Math.max(1, column.length)
    for (let index = 0; index < column.length; index++) shares[index] = factor * (column[index]! - mean)
    return shares
  })
}

function probabilitiesOf(
  context: RankingContext,
  contributions: readonly Column[],
  model: SuspectModel,
): { probabilities: Float64Array; none: number } {
  const scores = new Float64Array(context.candidates.length)
  for (const column of contributions) for (let index = 0; index < scores.length; index++) scores[index]! += column[index]!
  const none = 1 / (1 + Math.exp(-noneLogOdds(context, scores, model)))
  const total = logSumExp(scores)
  return { probabilities: scores.map((score) => (1 - none) * Math.exp(score - total)), none }
}

function noneLogOdds(context: RankingContext, scores: Float64Array, model: SuspectModel): number {
  const values = new Map<string, number>(measureNone(context, scores).map((value, at) => [noneFeatureNames[at]!, value]))
  return model.none.reduce((sum, { name, weight, mean, scale }) => sum + (weight * ((values.get(name) ?? mean) - mean)) / scale, 0)
}

function evidenceOf(context: RankingContext, contributions: readonly Column[], index: number): Evidence[] {
  let at = 0
  const found: Evidence[] = []
  for (const module of evidenceModules) {
    let strength = 0
    for (let feature = 0; feature < module.features.length; feature++) strength += contributions[at++]![index]!
    if (Math.abs(strength) < MIN_STRENGTH) continue
    const sentence = module.sentence(context, index, strength)
    if (sentence !== null) found.push({ kind: module.kind, sentence, strength, url: null })
  }
  return found.sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength)).slice(0, MAX_EVIDENCE)
}
