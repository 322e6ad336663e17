// A change cut into terms, as bytes for a store: cutting one takes a tenth of a millisecond, reading it back a hundredth.
// Laid out so that what an earlier change is compared by is a view of the bytes, and a candidate is put together of them.
import type { Candidate, EarlierChange } from '../domain/ranking.ts'
import { IDENTIFIER_WEIGHT, summarize, TITLE_COUNTS } from './earlier-change.ts'
import { countIn, FIELD_BITS, FIELDS, placesOf, type PreparedCandidate } from './prepare.ts'
import type { TitleTraits } from './title-traits.ts'

/** Counted up whenever the same change is cut into other terms or hashes: what was packed before is then packed anew. */
const VERSION = 2
/** The version, six lengths, the traits of the title, and the number of terms of each field. */
const HEADER = 8 + FIELDS.length
const [TITLE, BODY, PATHS, IDENTIFIERS, SYMBOLS] = [0, 1, 2, 3, 4] as const
const TRAITS = ['isRoll', 'isReland', 'isRepair', 'isFlag'] as const

export function packChange(change: PreparedCandidate): Uint8Array {
  const { words, wordCounts, code, codeWeights, places } = summarize(change)
  const { termHashes, termCounts, pathHashes, folderHashes, nameHashes } = change
  const countOf = new Map<number, number>()
  for (let at = 0; at < termHashes.length; at++) countOf.set(termHashes[at]!, termCounts[at]!)
  const symbols = termHashes.filter((hash) => countIn(countOf.get(hash)!, SYMBOLS) > 0)
  const names = nameHashes.subarray(0, nameHashes.length - folderHashes.length)
  const traits = TRAITS.reduce((bits, trait, at) => bits | (Number(change.traits[trait]) << at), 0)
  const header = [VERSION, words.length, code.length, symbols.length, pathHashes.length, folderHashes.length, names.length, traits]
  const numbers = Uint32Array.of(...header, ...change.lengths, ...words, ...code, ...symbols, ...places, ...names)
  const counts = [
    wordCounts,
    Uint8Array.from(codeWeights, (weight) => weight / IDENTIFIER_WEIGHT),
    Uint8Array.from(words, (hash) => countIn(countOf.get(hash)!, TITLE)),
    Uint8Array.from(code, (hash) => countIn(countOf.get(hash)!, PATHS)),
    Uint8Array.from(code, (hash) => countIn(countOf.get(hash)!, IDENTIFIERS)),
    Uint8Array.from(symbols, (hash) => countIn(countOf.get(hash)!, SYMBOLS)),
  ]
  return Buffer.concat([new Uint8Array(numbers.buffer), ...counts])
}

/** Null when it was packed by another version, or is cut short. */
export function unpackEarlier(id: string, title: string, packed: Uint8Array): EarlierChange | null {
  const read = readPacked(packed)
  if (read === null) return null
  const { words, wordCounts, code, codeHalves, places } = read
  return {
    id,
    title,
    words,
    wordCounts,
    length: wordCounts.reduce((sum, count) => sum + count, 0),
    code,
    codeWeights: Float32Array.from(codeHalves, (halves) => halves * IDENTIFIER_WEIGHT),
    places,
  }
}

/** The same as `prepareCandidate` gives of it; null as `unpackEarlier`. */
export function unpackCandidate(candidate: Candidate, packed: Uint8Array): PreparedCandidate | null {
  const read = readPacked(packed)
  if (read === null) return null
  const { traits, lengths, places, pathCount, names } = read
  const folderHashes = places.subarray(pathCount)
  const nameHashes = new Uint32Array(names.length + folderHashes.length)
  nameHashes.set(names)
  nameHashes.set(folderHashes, names.length)
  // Only what a report names is looked at as a string.
  let located: ReturnType<typeof placesOf> | null = null
  const there = () => (located ??= placesOf(candidate))
  return {
    candidate,
    ...termsOf(read),
    lengths,
    get paths() {
      return there().paths
    },
    get names() {
      return there().names
    },
    get stems() {
      return there().stems
    },
    get folders() {
      return there().folders
    },
    traits: Object.fromEntries(TRAITS.map((trait, at) => [trait, (traits & (1 << at)) !== 0])) as TitleTraits,
    pathHashes: places.subarray(0, pathCount),
    folderHashes,
    nameHashes,
  }
}

type Packed = NonNullable<ReturnType<typeof readPacked>>

function readPacked(packed: Uint8Array) {
  if (packed.byteLength < HEADER * 4) return null
  const bytes = packed.byteOffset % 4 === 0 ? packed : packed.slice()
  const header = new Uint32Array(bytes.buffer, bytes.byteOffset, HEADER)
  if (header[0] !== VERSION) return null
  const [, words = 0, code = 0, symbols = 0, paths = 0, folders = 0, names = 0, traits = 0] = header
  const hashes = HEADER + words + code + symbols + paths + folders + names
  if (bytes.byteLength !== hashes * 4 + 2 * words + 3 * code + symbols) return null
  let at = HEADER
  const numbers = (count: number) => new Uint32Array(bytes.buffer, bytes.byteOffset + ((at += count) - count) * 4, count)
  const lists = {
    words: numbers(words),
    code: numbers(code),
    symbols: numbers(symbols),
    places: numbers(paths + folders),
    names: numbers(names),
  }
  let from = hashes * 4
  const counts = (count: number) => bytes.subarray(from, (from += count))
  return {
    ...lists,
    traits,
    lengths: [...header.subarray(8)],
    pathCount: paths,
    wordCounts: counts(words),
    codeHalves: counts(code),
    titleCounts: counts(words),
    pathCounts: counts(code),
    identifierCounts: counts(code),
    symbolCounts: counts(symbols),
  }
}

/** Three ascending lists become one. */
function termsOf({ words, code, symbols, wordCounts, titleCounts, pathCounts, identifierCounts, symbolCounts }: Packed) {
  const hashes = new Uint32Array(words.length + code.length + symbols.length)
  const packed = new Int32Array(hashes.length)
  let [word, line, symbol, last] = [0, 0, 0, 0]
  for (; word < words.length || line < code.length || symbol < symbols.length; last++) {
    const [a, b, c] = [words[word] ?? Infinity, code[line] ?? Infinity, symbols[symbol] ?? Infinity]
    const hash = a < b ? (a < c ? a : c) : b < c ? b : c
    hashes[last] = hash
    let counts = 0
    if (a === hash) {
      const inTitle = titleCounts[word]!
      counts |= (inTitle << (TITLE * FIELD_BITS)) | ((wordCounts[word++]! - TITLE_COUNTS * inTitle) << (BODY * FIELD_BITS))
    }
    if (b === hash) {
      counts |= (pathCounts[line]! << (PATHS * FIELD_BITS)) | (identifierCounts[line++]! << (IDENTIFIERS * FIELD_BITS))
    }
    if (c === hash) counts |= symbolCounts[symbol++]! << (SYMBOLS * FIELD_BITS)
    packed[last] = counts
  }
  return { termHashes: hashes.subarray(0, last), termCounts: packed.subarray(0, last) }
}
