// Is the best one right? A model of its own: being best says little where nothing is alike.
import type { Features } from './similar-features.ts'
import { linear, type FirstName, type SimilarModel } from './similar-model.ts'
import type { ReadQuery } from './similar-read.ts'

/** Pools of training held this many. */
const POOL = 200
const WIDEST_GAP = 10

/** How the first stands out, from the scores of all (best first) and what it has in common with the query. */
export function firstFeatures(query: ReadQuery, first: Features, scores: readonly number[], chance: number): Record<FirstName, number> {
  const best = scores[0] ?? chance
  const gapTo = (place: number): number => Math.min(WIDEST_GAP, best - (scores[place - 1] ?? Math.min(chance, best)))
  const mass = scores.reduce((sum, score) => sum + Math.exp(score - best), 0) + Math.max(0, POOL - scores.length) * Math.exp(chance - best)
  return {
    logShare: -Math.log(mass),
    gapToSecond: gapTo(2),
    gapToFifth: gapTo(5),
    gapToTenth: gapTo(10),
    titleTrigrams: first.titleTrigrams,
    queryTitleCovered: first.queryTitleCovered,
    candidateTitleCovered: first.candidateTitleCovered,
    queryTitleLength: Math.log1p(query.titleLength),
  }
}

/**
 * Chance of each candidate (`scores` best first) to be the same trouble: the first's is learned; behind it the odds
 * between two candidates are those of the ranking, so that an equal twin is as likely.
 */
export function matchProbabilities(model: SimilarModel, query: ReadQuery, first: Features, scores: readonly number[]): number[] {
  const { bias, features } = model.first
  const logit = bias + linear(features, firstFeatures(query, first, scores, model.chance))
  const probability = 1 / (1 + Math.exp(-logit))
  return scores.map((score) => probability * Math.exp(score - (scores[0] ?? score)))
}
