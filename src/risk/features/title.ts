import { uniqueTerms } from '../../rank/text.ts'
import type { RiskModel } from '../model.ts'
import type { FeatureGroup } from './feature-group.ts'

const LONGEST_TITLE = 300
const LONGEST_WORD = 40
/** Words that are named, and the least that one of them must add to the log-odds. */
const MOST_WORDS = 2
const MIN_WEIGHT = 0.05

/** What the title says, whatever the repository: its words have weights of their own in the model. */
export const title: FeatureGroup = {
  kind: 'title',
  features: [{ name: 'title.length' }, { name: 'title.words' }],
  measure({ change, keys }) {
    return [Math.log1p(change.title.length), Math.log1p(keys.word.length)]
  },
  sentence({ change }, strength, { words }) {
    const telling = tellingWords(change.title, words, strength)
    if (telling.length === 0) return null
    const often = strength > 0 ? 'often' : 'rarely'
    return {
      sentence: `Titles with ${telling.map((word) => `"${word}"`).join(' and ')} ${often} come before a revert, in any repository`,
      url: null,
    }
  },
}

/** Those that moved the risk most in the direction of `strength`, as the title has them. */
function tellingWords(title: string, weights: RiskModel['words'], strength: number): string[] {
  const found = new Map<string, number>()
  for (const word of title
    .slice(0, LONGEST_TITLE)
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}_-]+/u)) {
    const known = uniqueTerms(word).flatMap((term) => (Object.hasOwn(weights, term) ? [weights[term]!] : []))
    const weight = known.reduce((a, b) => a + b, 0) * Math.sign(strength)
    if (weight >= MIN_WEIGHT && word.length <= LONGEST_WORD) found.set(word, weight)
  }
  return [...found]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_WORDS)
    .map(([word]) => word)
}
