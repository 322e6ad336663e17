// What each group of features adds to the log-odds of harm, as the model is or as a repository has adjusted it. Pure.
import type { RiskAdjustment } from '../domain/risk.ts'
import { type RiskModel, stepsBelow, wordsIn } from './model.ts'
import { featureGroups } from './risk-features.ts'

/** The group of the weights of single words; they are said with the title. */
const WORDS = 'words'

/** What a repository's outcomes may make count more or less: the groups of features, and words. */
export const adjustableGroups: readonly string[] = [...featureGroups.map(({ kind }) => kind), WORDS]

/** In the order of `adjustableGroups`. `values`: those of `measureRisk`; `words`: stems of the title. */
export function strengthsOf(values: ArrayLike<number>, words: Iterable<string>, model: RiskModel): number[] {
  const learned = new Map(model.features.map((feature) => [feature.name, feature]))
  let at = 0
  const groups = featureGroups.map(({ features }) =>
    features.reduce((sum, { name }) => {
      const feature = learned.get(name)
      const value = values[at++]!
      return feature === undefined ? sum : sum + stepsBelow(feature, value)
    }, 0),
  )
  return [...groups, wordsIn(words, model)]
}

/** The same strengths as they count in a repository: each times its factor, and with what its own slopes add. */
export function adjustedStrengths(
  strengths: readonly number[],
  values: ArrayLike<number>,
  { factors, slopes }: Pick<RiskAdjustment, 'factors' | 'slopes'>,
): number[] {
  let at = 0
  return adjustableGroups.map((group, place) => {
    let sum = strengths[place]! * (factors[group] ?? 1)
    for (const { name } of featureGroups[place]?.features ?? []) {
      const slope = slopes[name]
      if (slope !== undefined) sum += slope.rise * (values[at]! - slope.mean)
      at++
    }
    return sum
  })
}
