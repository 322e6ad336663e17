import { nameIn } from '../risk-keys.ts'
import { type FeatureGroup, largestOr, meanOf } from './feature-group.ts'
import { harmInWords, linkOf, mostHarmed } from './key-history.ts'

/** What came of earlier changes whose titles share words, or begin alike. */
export const titleHistory: FeatureGroup = {
  kind: 'title-history',
  features: [
    { name: 'title-history.word-excess-max', isHarm: true },
    { name: 'title-history.word-excess-mean', isHarm: true },
    { name: 'title-history.word-excess-sum', isHarm: true },
    { name: 'title-history.word-last-14d-max', isHarm: true },
    { name: 'title-history.word-last-14d-mean', isHarm: true },
    { name: 'title-history.word-rare' },
    { name: 'title-history.pair-excess-max', isHarm: true },
    { name: 'title-history.pair-excess-sum', isHarm: true },
    { name: 'title-history.pair-last-14d-max', isHarm: true },
    { name: 'title-history.prefix-excess', isHarm: true },
    { name: 'title-history.prefix-last-14d', isHarm: true },
  ],
  measure({ history }) {
    const { word, pair, prefix } = history
    const excess = word.map((each) => each.excess)
    const pairs = pair.map((each) => each.excess)
    return [
      largestOr(0, excess),
      meanOf(excess),
      excess.reduce((a, b) => a + b, 0),
      Math.log1p(
        8 *
          largestOr(
            0,
            word.map((each) => each.last14d),
          ),
      ),
      Math.log1p(8 * meanOf(word.map((each) => each.last14d))),
      meanOf(word.map((each) => (each.changes < 5 ? 1 : 0))),
      largestOr(0, pairs),
      pairs.reduce((a, b) => a + b, 0),
      Math.log1p(
        8 *
          largestOr(
            0,
            pair.map((each) => each.last14d),
          ),
      ),
      prefix[0]?.excess ?? 0,
      Math.log1p(8 * (prefix[0]?.last14d ?? 0)),
    ]
  },
  sentence({ history, past }, strength) {
    if (strength < 0)
      return past.harms.length === 0 || meanOf(history.word.map((each) => each.excess)) > 0
        ? null
        : { sentence: 'Changes with such titles are taken back or cause incidents less often than others', url: null }
    const worst = mostHarmed([...history.prefix, ...history.pair, ...history.word])
    return worst === null ? null : { sentence: `Titles with "${nameIn(worst.key)}": ${harmInWords(worst)}`, url: linkOf(worst.last) }
  },
}
