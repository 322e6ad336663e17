import { countIn, FIELDS } from '../prepare.ts'
import { type EvidenceModule, relativeToMax } from './evidence-kind.ts'
import { sharedWords } from './text.ts'

const IDENTIFIERS = FIELDS.indexOf('identifiers')
const SYMBOLS = FIELDS.indexOf('symbols')

/** Words that the report shares with the identifiers of changed lines and the functions around them. */
export const identifier: EvidenceModule = {
  kind: 'identifier',
  features: [
    'identifier.changed',
    'identifier.enclosing',
    'identifier.changed-relative',
    'identifier.enclosing-relative',
    'identifier.changed-told',
    'identifier.enclosing-rarest',
  ],
  measure({ matches }) {
    const changed = matches.fields[IDENTIFIERS]!
    const enclosing = matches.fields[SYMBOLS]!
    return [changed, enclosing, relativeToMax(changed), relativeToMax(enclosing), matches.told[IDENTIFIERS]!, matches.rarestIn[SYMBOLS]!]
  },
  sentence({ matches, query }, index, strength) {
    const shared = matches.shared(index)
    const only = strength < 0 ? 'only ' : ''
    const changed = sharedWords(
      query,
      shared.filter(({ packed }) => countIn(packed, IDENTIFIERS) > 0),
    )
    if (changed !== null) return `Changes code that holds ${only}the ${changed}`
    const enclosing = sharedWords(
      query,
      shared.filter(({ packed }) => countIn(packed, SYMBOLS) > 0),
    )
    return enclosing === null ? null : `Changes functions named with ${only}the ${enclosing}`
  },
}
