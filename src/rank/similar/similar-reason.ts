// Why an earlier incident is shown, in words of the incident itself.
import { errorClasses } from '../fingerprint.ts'
import type { Features } from './similar-features.ts'
import type { QueryTerm, ReadCandidate, ReadQuery } from './similar-read.ts'
import { COMPARED_LENGTH } from './similar-terms.ts'
import { termOf, terms } from '../text.ts'

const MOST_WORDS = 3
const MOST_IN_FIX = 2
const MOST_CHARACTERS = 40
const WORD = /[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_$.-]{0,60}/gu

/** "same error class ECONNRESET in checkout; shares “ledger” and “timeout”". Foreign text in it is raw. */
export function sharedReason(query: ReadQuery, candidate: ReadCandidate, features: Features): { reason: string; sharedTerms: string[] } {
  const sharedTerms = sharedWords(query, candidate)
  const machine: string[] = []
  if (features.sameStack === 1) machine.push('same stack trace')
  const classes = features.sameError === 1 ? sharedClasses(query, candidate) : []
  if (classes.length > 0) machine.push(`same error class ${classes.slice(0, 2).join(' and ')}`)
  else if (features.sameTemplate === 1) machine.push('same error message')
  const services = candidate.incident.services.filter((service) => query.services.has(service))
  const parts = machine.length > 0 ? [machine.join(', ')] : []
  if (services.length > 0) {
    const where = services.slice(0, 2).join(' and ')
    if (parts.length > 0) parts[0] = `${parts[0]} in ${where}`
    else parts.push(`same service ${where}`)
  }
  if (sharedTerms.length > 0) parts.push(`shares ${inWords(sharedTerms.map((word) => `“${word}”`))}`)
  const inFix = inWordsOf(query, candidate.resolutionMet).slice(0, MOST_IN_FIX)
  if (inFix.length > 0) parts.push(`what ended it mentions ${inWords(inFix.map((word) => `“${word}”`))}`)
  return { reason: parts.length === 0 ? 'similar text' : parts.join('; '), sharedTerms }
}

/** The rarest of the incident's terms, as it spells them. */
function inWordsOf(query: ReadQuery, met: readonly QueryTerm[]): string[] {
  const spelled = spellings(textOf(query))
  return met.toSorted((a, b) => b.idf - a.idf || (a.term < b.term ? -1 : 1)).flatMap(({ term }) => spelled.get(term) ?? [])
}

function sharedClasses(query: ReadQuery, candidate: ReadCandidate): string[] {
  const known = new Set(errorClasses(textOf(candidate)))
  return query.print.errorClasses.filter((name) => known.has(name))
}

/** The rarest shared words, as the incident spells them. */
function sharedWords(query: ReadQuery, candidate: ReadCandidate): string[] {
  const weight = (term: QueryTerm): number => term.idf * (term.inTitle ? 1.5 : 1) * ((candidate.met.get(term)?.inTitle ?? 0) > 0 ? 1.5 : 1)
  const shared = [...candidate.met.keys()].sort((a, b) => weight(b) - weight(a) || (a.term < b.term ? -1 : 1))
  const spelled = spellings(textOf(query))
  const words: string[] = []
  for (const { term } of shared) {
    const word = UNSPACED_TERM.test(term) ? wholeRun(term, textOf(query), textOf(candidate)) : (spelled.get(term) ?? term)
    if (word === null) continue
    // Parts and pairs of a word that is named already add nothing; a longer one says more than its part.
    const within = words.findIndex((known) => includes(word, known))
    if (words.some((known) => includes(known, word))) continue
    if (within >= 0) words[within] = word
    else if (words.length < MOST_WORDS) words.push(word)
    if (words.length === MOST_WORDS && within < 0) break
  }
  return words
}

const UNSPACED_TERM = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Katakana}ー々]{2,}$/u
const SAME_SCRIPT = [/[\p{Script=Katakana}ー]/u, /[\p{Script=Han}々]/u, /\p{Script=Hangul}/u]

/**
 * Scripts without spaces are indexed in pairs of characters: the longest run of the same script around the pair that
 * both texts have is the word. Null for a piece of two different katakana words.
 */
function wholeRun(pair: string, text: string, other: string): string | null {
  const source = text.normalize('NFKC')
  const target = other.normalize('NFKC')
  const script = SAME_SCRIPT.find((each) => each.test(pair))
  const from = source.indexOf(pair)
  if (script === undefined || from < 0) return null
  let start = from
  let end = from + pair.length
  const canGrow = (character: string | undefined, grown: string): boolean =>
    character !== undefined && script.test(character) && grown.length <= MOST_CHARACTERS && target.includes(grown)
  while (canGrow(source[start - 1], source.slice(start - 1, end))) start--
  while (canGrow(source[end], source.slice(start, end + 1))) end++
  const isPiece = script === SAME_SCRIPT[0] && [source[start - 1], source[end]].some((next) => next !== undefined && script.test(next))
  return isPiece && end - start <= 2 ? null : source.slice(start, end)
}

function spellings(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [match] of text.matchAll(WORD)) {
    const word = match.replace(/[.-]+$/, '')
    const term = termOf(word) ?? (terms(word).length === 1 ? terms(word)[0] : undefined)
    if (term !== undefined && !found.has(term)) found.set(term, word)
  }
  return found
}

const textOf = ({ incident }: ReadQuery | ReadCandidate): string => `${incident.title}\n${incident.body.slice(0, COMPARED_LENGTH)}`
const includes = (whole: string, part: string): boolean => whole.toLowerCase().includes(part.toLowerCase())
const inWords = (items: readonly string[]): string =>
  items.length <= 1 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
