// Is the cause among the candidates at all? What the question, the pool and the scores say about that.
import type { RankingContext } from './evidence/evidence-kind.ts'

/** What the chance that the cause is listed depends on; the names in a model file. */
export const noneFeatureNames = [
  'none.bias',
  'none.log-pool',
  'none.rich-text',
  'none.text-mass',
  'none.best-text',
  'none.rarest-word',
  'none.latest-ages',
  'none.newest-against-past',
  'none.undecided',
  'none.best-score*rich-text',
] as const

/** What is known of the question whatever the weights are. */
export type NoneFacts = {
  /** 0 (the report says nothing) to 1. */
  richness: number
  /** log(1 + summed weight of the report's words, by rarity). */
  textMass: number
  /** How far the best match of words lies above the pool's average, in standard deviations. */
  bestText: number
  /** log(1 + idf of the rarest word that report and a candidate share). */
  rarestWord: number
  /** log(1 + hours) since the fifth latest change took effect. */
  latestAges: number
  /** The same since the latest one, less what this repository's causes took at the median. */
  newestAgainstPast: number
}

const HOUR_MS = 3_600_000
const LATEST = 5
const RECENT_CULPRITS = 30
/** What a repository without a past is taken to be like, and how many cases that is worth. */
const PRIOR_AGES_H = [8, 8, 8]

export function noneFactsOf({ matches, timeline, past, pool: { latestFirst } }: RankingContext): NoneFacts {
  const hoursSince = (latest: number): number => (timeline.agesMs[latestFirst[latest]!] ?? 0) / HOUR_MS
  const known = [...past.culprits.slice(-RECENT_CULPRITS).map(({ ageMs }) => ageMs / HOUR_MS), ...PRIOR_AGES_H].sort((a, b) => a - b)
  const usual = (known[(known.length - 1) >> 1]! + known[known.length >> 1]!) / 2
  return {
    richness: matches.richness,
    textMass: Math.log1p(matches.terms.reduce((sum, { idf, weight }) => sum + idf * weight, 0)),
    bestText: standoutOf(matches.all),
    rarestWord: Math.log1p(maxOf(matches.rarest, 0)),
    latestAges: Math.log1p(hoursSince(Math.min(LATEST, latestFirst.length) - 1)),
    newestAgainstPast: Math.log1p(hoursSince(0)) - Math.log1p(usual),
  }
}

function standoutOf(values: Float64Array): number {
  const count = Math.max(1, values.length)
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index]!
  const mean = sum / count
  let squares = 0
  for (let index = 0; index < values.length; index++) squares += (values[index]! - mean) ** 2
  const deviation = Math.sqrt(squares / count)
  return deviation < 1e-9 ? 0 : (maxOf(values, 0) - mean) / deviation
}

/**
 * Values of `noneFeatureNames`; `scores` are the candidates' log-odds. Their weighted sum is the log-odds of
 * "none of these" against all candidates together, so that a longer list alone doesn't make a cause likelier.
 */
export function measureNone(facts: NoneFacts, scores: Float64Array): number[] {
  return [
    1,
    Math.log1p(scores.length),
    facts.richness,
    facts.textMass,
    facts.bestText,
    facts.rarestWord,
    facts.latestAges,
    facts.newestAgainstPast,
    undecidedOf(scores),
    maxOf(scores, -Infinity) * facts.richness,
  ]
}

/** Entropy of the ranking: 0 when one candidate holds all the weight, about 1 when all hold the same. */
function undecidedOf(scores: Float64Array): number {
  const total = logSumExp(scores)
  let entropy = 0
  for (let index = 0; index < scores.length; index++) entropy += Math.exp(scores[index]! - total) * (total - scores[index]!)
  return entropy / Math.log1p(scores.length)
}

export function logSumExp(values: Float64Array): number {
  const max = maxOf(values, -Infinity)
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += Math.exp(values[index]! - max)
  return max + Math.log(sum)
}

function maxOf(values: Float64Array, least: number): number {
  let max = least
  for (let index = 0; index < values.length; index++) if (values[index]! > max) max = values[index]!
  return max
}
