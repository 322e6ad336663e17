// Text in any language becomes search terms. Everything that compares words (suspects, similar incidents,
// the text index) goes through here, so that both sides of a comparison are always cut the same way.
import { stemmer } from 'stemmer'
import { stopWords } from './stop-words.ts'
import { termHash } from './term-hash.ts'

/** Longer input is cut: a report of 64k characters has said what it says. */
export const MAX_TEXT_LENGTH = 65_536
export const MAX_TERMS = 2_000

const MAX_WORD_LENGTH = 64
const MAX_WHOLE_LENGTH = 120

/** Scripts written without spaces, plus Hangul, whose words carry their particles with them. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー々'
const WORD = `[[\\p{L}\\p{N}\\p{M}_$]--[${UNSPACED}]]`
const CHUNK = new RegExp(`[${UNSPACED}]+|${WORD}+(?:(?:[.\\/\\\\\\-]|::?(?!\\d)|->)${WORD}+)*`, 'gv')
const ASCII_CHUNK = /[A-Za-z0-9_$]+(?:(?:[./\\-]|::?(?!\d)|->)[A-Za-z0-9_$]+)*/g
const ASCII = /^[\0-\x7f]*$/
const UNSPACED_START = new RegExp(`^[${UNSPACED}]`, 'v')
const HUMPS = /\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?[\p{Ll}\p{M}\p{N}]+|\p{Lu}[\p{Lu}\p{N}]*|[\p{L}\p{M}]+|\p{N}+/gu
const SEPARATORS = /[^\p{L}\p{N}\p{M}_$]+/u
const PLAIN_WORD = /^[A-Za-z0-9_$]+$/
const DIGITS = /^\p{N}+$/u
const ERROR_CODE = /^\d{3,5}$/
const STEMMABLE = /^[a-z]{3,}$/
const KANA_PARTICLE = /^\p{Script=Hiragana}{1,2}$/u
const BIGRAM_RUN = /[\p{Script=Han}\p{Script=Hangul}々]{2,}|[\p{Script=Katakana}ー]{2,}/gu

const segmenter = new Intl.Segmenter('ja', { granularity: 'word' })

// A memo, invisible to callers: words repeat so much that it makes tokenising about five times faster.
const memo = new Map<string, Chunk>()
const wordMemo = new Map<string, readonly string[]>()
const MEMO_SIZE = 60_000
type Chunk = { terms: readonly string[]; hashes: readonly number[] }

/** Fields that `hashedTerms` can tell apart. */
export const TERM_PLACES = 8

/**
 * Search terms of a text, in order, repeats kept (frequency matters): stemmed words, parts of identifiers and
 * the whole identifier, numbers that look like error codes; words and character pairs for unspaced scripts.
 * Never throws; at most MAX_TERMS terms from the first MAX_TEXT_LENGTH characters.
 */
export function terms(text: string): string[] {
  const found: string[] = []
  forEachChunk(text, (chunk) => {
    for (const term of chunk.terms) {
      if (found.length === MAX_TERMS) return false
      found.push(term)
    }
    return true
  })
  return found
}

/** Adds `hash × TERM_PLACES + field` of each of the same terms to `found`; returns how many there are. */
export function hashedTerms(text: string, found: number[], field: number): number {
  let count = 0
  forEachChunk(text, ({ hashes }) => {
    for (let at = 0; at < hashes.length; at++) {
      if (count === MAX_TERMS) return false
      found.push(hashes[at]! * TERM_PLACES + field)
      count++
    }
    return true
  })
  return count
}

function forEachChunk(text: string, wantsMore: (chunk: Chunk) => boolean): void {
  let source = text.slice(0, MAX_TEXT_LENGTH)
  const isAscii = ASCII.test(source)
  if (!isAscii) source = source.normalize('NFKC').slice(0, MAX_TEXT_LENGTH)
  const pattern = isAscii ? ASCII_CHUNK : CHUNK
  pattern.lastIndex = 0
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    if (!wantsMore(readChunk(match[0]))) return
  }
}

/** The same terms, each once, in order of first appearance. */
export function uniqueTerms(text: string): string[] {
  return [...new Set(terms(text))]
}

/** One word as `terms` would give it, or null when it is a stop word or too short: for comparing names one by one. */
export function termOf(word: string): string | null {
  const lower = word.toLowerCase()
  if (DIGITS.test(lower)) return ERROR_CODE.test(lower) ? lower : null
  if (lower.length < 2 || lower.length > MAX_WORD_LENGTH || stopWords.has(lower)) return null
  return STEMMABLE.test(lower) ? stemmer(lower) : lower
}

function readChunk(chunk: string): Chunk {
  const known = memo.get(chunk)
  if (known !== undefined) return known
  const found = UNSPACED_START.test(chunk) ? termsOfUnspaced(chunk) : termsOfIdentifier(chunk)
  const read = { terms: found, hashes: found.map(termHash) }
  remember(memo, chunk, read)
  return read
}

function termsOfIdentifier(chunk: string): readonly string[] {
  if (PLAIN_WORD.test(chunk)) return termsOfWord(chunk)
  const found: string[] = []
  const words = chunk.split(SEPARATORS)
  for (const word of words) found.push(...termsOfWord(word))
  if (words.length > 1) {
    addWhole(chunk, found)
    // A path is also known by its file name.
    const name = chunk.slice(Math.max(chunk.lastIndexOf('/'), chunk.lastIndexOf('\\')) + 1)
    if (name.length < chunk.length && name.includes('.')) addWhole(name, found)
  }
  return found
}

/** The paths of a repository are many, the words they are made of few. */
function termsOfWord(word: string): readonly string[] {
  const known = wordMemo.get(word)
  if (known !== undefined) return known
  const found: string[] = []
  const parts = word.match(HUMPS) ?? []
  for (const part of parts) {
    const term = termOf(part)
    if (term !== null) found.push(term)
  }
  if (parts.length > 1) addWhole(word, found)
  remember(wordMemo, word, found)
  return found
}

function remember<Found>(known: Map<string, Found>, word: string, found: Found): void {
  if (word.length > MAX_WORD_LENGTH) return
  if (known.size >= MEMO_SIZE) known.clear()
  // A slice of a longer string keeps all of it alive; what goes into the memo must be a copy.
  known.set(word.length > 12 ? copyOf(word) : word, found)
}

/** Writes the characters anew, lone surrogates included: several times cheaper than a structured clone. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}

function addWhole(identifier: string, found: string[]): void {
  const whole = identifier.toLowerCase()
  if (whole.length >= 3 && whole.length <= MAX_WHOLE_LENGTH && !stopWords.has(whole)) found.push(whole)
}

function termsOfUnspaced(run: string): string[] {
  const found = new Set<string>()
  for (const { segment, isWordLike } of segmenter.segment(run)) {
    if (isWordLike === true && !KANA_PARTICLE.test(segment)) found.add(segment)
  }
  // The segmenter cuts the same word differently in different sentences; pairs of characters always meet.
  for (const [sequence] of run.matchAll(BIGRAM_RUN)) {
    const characters = [...sequence]
    for (let at = 0; at + 1 < characters.length; at++) found.add(`${characters[at] ?? ''}${characters[at + 1] ?? ''}`)
  }
  return [...found]
}
