import { uniqueTerms } from '../../rank/text.ts'
import type { FeatureGroup } from './feature-group.ts'

/** What the title says, whatever the repository: its words have weights of their own in the model. */
export const title: FeatureGroup = {
  kind: 'title',
  features: [{ name: 'title.length' }, { name: 'title.words' }],
  measure({ change, keys }) {
    return [Math.log1p(change.title.length), Math.log1p(keys.word.length)]
  },
  sentence({ change }, strength) {
    const words = uniqueTerms(change.title)
    if (words.length === 0) return null
    return {
      sentence: strength > 0 ? 'Such words in a title often come before a revert' : 'Such words in a title rarely come before a revert',
      url: null,
    }
  },
}
