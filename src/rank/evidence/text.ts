import { countIn, FIELDS } from '../prepare.ts'
import { type Column, type EvidenceModule, relativeToMax, standardized } from './evidence-kind.ts'

const TITLE = FIELDS.indexOf('title')
const BODY = FIELDS.indexOf('body')
const PATHS = FIELDS.indexOf('paths')
const IN_WORDS = [TITLE, BODY, PATHS]
const MAX_SHOWN = 3

/** Words that the report shares with a change's title, message and paths. */
export const text: EvidenceModule = {
  kind: 'text',
  features: [
    'text.title',
    'text.body',
    'text.paths',
    'text.title-relative',
    'text.body-relative',
    'text.paths-relative',
    'text.all',
    'text.all-relative',
    'text.all-standardized',
    'text.coverage',
    'text.rarest',
    'text.place',
    'text.all-relative*rich-text',
  ],
  measure({ matches }) {
    const [title, body, paths] = IN_WORDS.map((field) => matches.fields[field]!) as [Column, Column, Column]
    const relative = relativeToMax(matches.all)
    return [
      title,
      body,
      paths,
      relativeToMax(title),
      relativeToMax(body),
      relativeToMax(paths),
      matches.all,
      relative,
      standardized(matches.all),
      matches.coverage,
      matches.rarest,
      placeByScore(matches.all),
      relative.map((value) => value * matches.richness),
    ]
  },
  sentence({ matches }, index) {
    const shared = matches.shared(index).filter(({ packed }) => IN_WORDS.some((field) => countIn(packed, field) > 0))
    return shared.length === 0 ? null : `Shares the ${sharedWords(shared)}`
  },
}

/** `rare words "idempotency", "ledger"`, weightiest first. */
export function sharedWords(shared: readonly { term: string; idf: number }[]): string {
  const shown = shared.slice(0, MAX_SHOWN)
  const isRare = shown.every(({ idf }) => idf > 3)
  return `${isRare ? 'rare ' : ''}${shown.length === 1 ? 'word' : 'words'} ${shown.map(({ term }) => `"${term}"`).join(', ')}`
}

/** −log of the place by score; candidates that share nothing are all last. */
function placeByScore(scores: Column): Column {
  const sorted = scores.toSorted().reverse()
  const places = new Map<number, number>()
  for (const [place, value] of sorted.entries()) if (!places.has(value)) places.set(value, place)
  return scores.map((value) => (value > 0 ? -Math.log1p(places.get(value) ?? 0) : -Math.log1p(scores.length)))
}
