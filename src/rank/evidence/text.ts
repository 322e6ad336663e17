import type { RepositoryPast } from '../../domain/ranking.ts'
import { countIn, FIELDS, type PreparedQuery } from '../prepare.ts'
import { terms } from '../text.ts'
import { countsAbove } from '../descending.ts'
import { type Column, type EvidenceModule, relativeToMax, scaled, standardized } from './evidence-kind.ts'

const TITLE = FIELDS.indexOf('title')
const BODY = FIELDS.indexOf('body')
const PATHS = FIELDS.indexOf('paths')
const IN_WORDS = [TITLE, BODY, PATHS]
const MAX_SHOWN = 3
const PLAIN_TERM = /^[\w$.:/-]+$/
/** Held by fewer than about one change in twenty. */
const RARE_IDF = 3
const ENOUGH_BEFORE = 200
/**
 * Ranked by, but not shown: folders and file types that half of all paths hold, headings of issue forms, and words that
 * say nothing alone.
 */
const UNTELLING = new Set(
  terms(
    `src lib libs app apps pkg packages test tests spec specs ts js tsx jsx mjs py rb go rs java kt php cs css html json yml
    yaml md txt sh service services severity started seen expected happened not no none never one two`,
  ),
)

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
    'text.title-told',
    'text.paths-told',
    'text.title-rarest',
    'text.paths-rarest',
    'text.alone',
    'text.standout',
    'text.introduced',
  ],
  measure({ matches, past, candidates }) {
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
      scaled(relative, matches.richness),
      matches.told[TITLE]!,
      matches.told[PATHS]!,
      matches.rarestIn[TITLE]!,
      matches.rarestIn[PATHS]!,
      matches.alone,
      matches.standout,
      relativeToMax(matches.introduced, trustIn(past, candidates.length)),
    ]
  },
  sentence({ matches, query }, index, strength) {
    const shared = matches.shared(index).filter(({ packed }) => IN_WORDS.some((field) => countIn(packed, field) > 0))
    const words = sharedWords(query, shared)
    return words === null ? null : `Shares ${strength < 0 ? 'only ' : ''}the ${words}`
  },
}

/** `rare words "idempotency", "ledger"`, weightiest first, as the report writes them; null when none of them tells anything. */
export function sharedWords(query: PreparedQuery, shared: readonly { term: string; idf: number }[]): string | null {
  const shown = shared.filter(({ term }) => !UNTELLING.has(term)).slice(0, 2 * MAX_SHOWN)
  if (shown.length === 0) return null
  const { byTerm, words: said } = writtenIn(query)
  const found = new Set(shown.map(({ term }) => byTerm.get(term) ?? term))
  // "House" says nothing beside "ClickHouse", which it is a part of.
  const isPart = (word: string): boolean => !said.has(word) && [...found].some((other) => holds(other, word))
  const words = [...found].filter((word) => !isPart(word)).slice(0, MAX_SHOWN)
  const isRare = shown.slice(0, words.length).every(({ idf }) => idf > RARE_IDF)
  return `${isRare ? 'rare ' : ''}${words.length === 1 ? 'word' : 'words'} ${words.map((word) => `"${word}"`).join(', ')}`
}

const holds = (word: string, part: string): boolean => word.length > part.length && word.toLowerCase().includes(part.toLowerCase())

// A dozen suspects share the same few words of one report.
type Written = { words: ReadonlySet<string>; byTerm: ReadonlyMap<string, string> }
const writtenByQuery = new WeakMap<PreparedQuery, Written>()

function writtenIn(prepared: PreparedQuery): Written {
  let written = writtenByQuery.get(prepared)
  if (written === undefined) writtenByQuery.set(prepared, (written = wordsByTerm(prepared)))
  return written
}

const PARTS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g

/** A term is a stem or a part of a name; people recognise the word they wrote, which is the first that begins as it does. */
function wordsByTerm({ query }: PreparedQuery): Written {
  const byTerm = new Map<string, string>()
  const keep = (word: string): void => {
    const lower = word.toLowerCase()
    for (const term of terms(word)) {
      if (lower.startsWith(term.slice(0, 3)) && PLAIN_TERM.test(term) && !byTerm.has(term)) byTerm.set(term, word)
    }
  }
  const words = new Set(`${query.title} ${query.text.slice(0, 8_000)}`.match(/[\w$]+(?:[.:/-]+[\w$]+)*/g))
  words.forEach(keep)
  for (const word of words) word.match(PARTS)?.forEach(keep)
  return { words, byTerm }
}

/** With few changes from before the pool nearly every word is new, whoever landed first. */
function trustIn({ documentCount }: RepositoryPast, pool: number): number {
  return Math.max(0, Math.min(1, (documentCount - pool) / ENOUGH_BEFORE))
}

/** −log of the place by score; candidates that share nothing are all last. */
function placeByScore(scores: Column): Column {
  const above = countsAbove(scores)
  const places = new Float64Array(scores.length).fill(-Math.log1p(scores.length))
  for (let index = 0; index < places.length; index++) if (scores[index]! > 0) places[index] = -Math.log1p(above[index]!)
  return places
}
