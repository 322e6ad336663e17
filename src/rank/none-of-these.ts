import type { RankingContext } from './evidence/evidence-kind.ts'

/** What the chance that the cause is listed at all depends on. */
export const noneFeatureNames = [
  'none.bias',
  'none.log-pool',
  'none.best-coverage',
  'none.spread',
  'none.poor-text',
  'none.quiet-hours',
] as const

/**
 * Values of `noneFeatureNames`; `scores` are the candidates' log-odds. Their weighted sum is the log-odds of
 * "none of these" against all candidates together, so that a longer list alone doesn't make a cause likelier.
 */
export function measureNone(context: RankingContext, scores: Float64Array): number[] {
  const best = maxOf(scores, -Infinity)
  const total = logSumExp(scores)
  let latest = Infinity
  for (const age of context.timeline.agesMs) if (age < latest) latest = age
  const bestCoverage = maxOf(context.matches.coverage, 0)
  return [
    1,
    Math.log1p(scores.length),
    bestCoverage,
    // 0 when one candidate holds all the weight, high when no change stands out.
    total - best,
    1 - context.matches.richness,
    Math.log1p(latest / 3_600_000),
  ]
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
