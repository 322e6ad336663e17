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
  const best = scores.reduce((max, score) => Math.max(max, score), -Infinity)
  const total = logSumExp(scores)
  const latest = context.timeline.agesMs.reduce((min, age) => Math.min(min, age), Infinity)
  const bestCoverage = context.matches.coverage.reduce((max, share) => Math.max(max, share), 0)
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
  const max = values.reduce((best, value) => Math.max(best, value), -Infinity)
  return max + Math.log(values.reduce((sum, value) => sum + Math.exp(value - max), 0))
}
