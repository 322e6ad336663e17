import { titleTraits } from '../../rank/title-traits.ts'
import { type FeatureGroup, type RiskContext } from './feature-group.ts'
import { linkOf } from './key-history.ts'

/** A change that was taken back before is tried again, or something is mended. */
export const reland: FeatureGroup = {
  kind: 'reland',
  features: [
    { name: 'reland.said' },
    { name: 'reland.harmed-title', isHarm: true },
    { name: 'reland.harmed-title-recency', isHarm: true },
    { name: 'reland.repair' },
    { name: 'reland.roll' },
    { name: 'reland.reverts' },
  ],
  measure({ change, history }) {
    const traits = titleTraits(change.title)
    const same = history.title[0]
    return [
      saysReland(change) ? 1 : 0,
      (same?.harms ?? 0) > 0 ? 1 : 0,
      same?.last180d ?? 0,
      traits.isRepair ? 1 : 0,
      traits.isRoll ? 1 : 0,
      change.references.some(({ kind }) => kind === 'reverts') ? 1 : 0,
    ]
  },
  sentence({ change, history }, strength) {
    const last = history.title[0]?.last ?? null
    if (last !== null && strength > 0)
      return {
        sentence: last.kind === 'incident' ? 'The same change caused an incident before' : 'The same change was taken back before',
        url: linkOf(last),
      }
    if (saysReland(change)) return { sentence: 'Puts back what was taken back before', url: null }
    const traits = titleTraits(change.title)
    if (traits.isRepair) return { sentence: 'Says that it mends something', url: null }
    return traits.isRoll ? { sentence: 'Brings in another version of a dependency', url: null } : null
  },
}

function saysReland({ title, references }: RiskContext['change']): boolean {
  return titleTraits(title).isReland || references.some(({ kind }) => kind === 'relands')
}
