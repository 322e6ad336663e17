// How a ranking came about, number by number. The contributions of a candidate add up to its score; what it scores
// against the others is its probability.
import type { RepositoryPast } from '../domain/ranking.ts'
import { featureNames, measureAll } from './features.ts'
import type { SuspectModel } from './model.ts'
import { measureNone, noneFactsOf, noneFeatureNames } from './none-of-these.ts'
import type { PreparedCandidate, PreparedQuery } from './prepare.ts'
import { contextOf } from './rank.ts'
import { scoresOf, weigh } from './score.ts'

/** `contribution` = `weight` × (`value` − `mean`), in log-odds; `mean` is the pool's average. */
export type Share = { name: string; value: number; mean: number; weight: number; contribution: number }

export type Explanation = {
  /** By id of the candidate: its score and every feature, in the order of the model. */
  candidates: ReadonlyMap<string, { score: number; features: Share[] }>
  /** What speaks for "none of these": contributions add up to its log-odds against all candidates together. */
  none: Share[]
}

export function explain(
  query: PreparedQuery,
  prepared: readonly PreparedCandidate[],
  past: RepositoryPast,
  model: SuspectModel,
  wanted: ReadonlySet<string>,
): Explanation {
  const context = contextOf(query, prepared, past)
  const weighed = weigh(measureAll(context), model)
  const scores = scoresOf(weighed, context.candidates.length)
  const candidates = context.candidates.flatMap(({ candidate: { id } }, place) => {
    if (!wanted.has(id)) return []
    const features = weighed.map(({ column, factor, mean }, at): Share => {
      const value = column[place]!
      return { name: featureNames[at]!, value, mean, weight: factor, contribution: factor * (value - mean) }
    })
    return [[id, { score: scores[place]!, features }] as const]
  })
  return { candidates: new Map(candidates), none: scores.length === 0 ? [] : noneShares(measureNone(noneFactsOf(context), scores), model) }
}

function noneShares(values: readonly number[], model: SuspectModel): Share[] {
  return model.none.map(({ name, weight, mean, scale }) => {
    const value = values[noneFeatureNames.findIndex((known) => known === name)] ?? mean
    return { name, value, mean, weight: weight / scale, contribution: (weight * (value - mean)) / scale }
  })
}
