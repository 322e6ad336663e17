// Earlier changes that landed one after the other, as one piece of bytes for a store. An answer looks at the words of
// thousands and at what a few of them touched: by word it is found who holds it, and only those few are put together.
import type { EarlierChange, RepositoryPast } from '../domain/ranking.ts'
import { earlierWords } from './earlier-words.ts'
import { VERSION as CHANGE_VERSION } from './kept-change.ts'

/** Counted up whenever the same changes are laid out in another way. */
const VERSION = 1
/** The versions; how many changes, distinct words, holders of words, terms of code and places there are. */
const HEADER = 6
/** A holder is the change's place in the span and its counts of the word, twelve bits. */
const COUNTS = 1 << 12
export const MOST_IN_SPAN = 2 ** 20

export type KeptSpan = {
  /** In order of landing. */
  changes: readonly EarlierChange[]
  /** Calls `found` with the place of each that holds the word, in order, and the counts of the word there. */
  holding: (hash: number, found: (place: number, counts: number) => void) => void
}

/** Changes in order of landing, at most `MOST_IN_SPAN`. */
export function packSpan(changes: readonly EarlierChange[]): Uint8Array {
  const holders = new Map<number, number[]>()
  for (const [place, { words }] of changes.entries()) {
    for (const [at, hash] of words.hashes.entries()) {
      const known = holders.get(hash)
      const packed = place * COUNTS + words.counts[at]!
      if (known === undefined) holders.set(hash, [packed])
      else known.push(packed)
    }
  }
  const words = Uint32Array.from(holders.keys()).sort()
  const held = [...words].map((hash) => holders.get(hash)!)
  const texts = changes.map(({ id, title }) => Buffer.from(`${id}\n${title}`))
  const code = changes.map((change) => change.code)
  const places = changes.map((change) => change.places)
  const startsOf = (lists: readonly { length: number }[]): Uint32Array => {
    const starts = new Uint32Array(lists.length + 1)
    for (const [at, { length }] of lists.entries()) starts[at + 1] = starts[at]! + length
    return starts
  }
  const codeStarts = startsOf(code.map(({ hashes }) => hashes))
  const placeStarts = startsOf(places)
  const holderStarts = startsOf(held)
  const sizes = [changes.length, words.length, holderStarts.at(-1)!, codeStarts.at(-1)!, placeStarts.at(-1)!]
  const parts: (Uint32Array | Uint16Array | Uint8Array)[] = [
    Uint32Array.of(versions(), ...sizes),
    Uint32Array.from(changes, ({ length }) => length),
    words,
    holderStarts,
    Uint32Array.from(held.flat()),
    codeStarts,
    ...code.map(({ hashes }) => hashes),
    placeStarts,
    ...places,
    startsOf(texts),
    ...code.map(({ counts }) => counts),
    ...texts,
  ]
  return Buffer.concat(parts.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)))
}

/** Null when it was packed by another version, or is cut short. */
export function unpackSpan(packed: Uint8Array): KeptSpan | null {
  if (packed.byteLength < HEADER * 4) return null
  const bytes = packed.byteOffset % 4 === 0 ? packed : packed.slice()
  let offset = 0
  const take = (length: number): Uint32Array => {
    const from = bytes.byteOffset + offset
    offset += length * 4
    return offset > bytes.byteLength ? new Uint32Array(length) : new Uint32Array(bytes.buffer, from, length)
  }
  const [version, changeCount, wordCount, holderCount, codeCount, placeCount] = take(HEADER) as unknown as SpanSizes
  const least = 4 * (HEADER + 4 * changeCount + 3 + 2 * wordCount + 1 + holderCount + codeCount + placeCount) + 2 * codeCount
  if (version !== versions() || bytes.byteLength < least) return null
  const lengths = take(changeCount)
  const words = take(wordCount)
  const holderStarts = take(wordCount + 1)
  const holders = take(holderCount)
  const codeStarts = take(changeCount + 1)
  const codeHashes = take(codeCount)
  const placeStarts = take(changeCount + 1)
  const places = take(placeCount)
  const textStarts = take(changeCount + 1)
  const codeCounts = new Uint16Array(bytes.buffer, bytes.byteOffset + offset, codeCount)
  const texts = Buffer.from(bytes.buffer, bytes.byteOffset + least, bytes.byteLength - least)
  if (texts.byteLength !== textStarts[changeCount]) return null

  const span: Laid = { words, holderStarts, holders, codeStarts, codeHashes, codeCounts, placeStarts, places, textStarts, texts }
  return {
    changes: Array.from(lengths, (length, place) => new ChangeInSpan(span, place, length)),
    holding: (hash, found) => {
      const slot = slotIn(words, hash)
      if (slot === -1) return
      for (let at = holderStarts[slot]!; at < holderStarts[slot + 1]!; at++) found(Math.floor(holders[at]! / COUNTS), holders[at]! % COUNTS)
    },
  }
}

type Laid = Record<
  'words' | 'holderStarts' | 'holders' | 'codeStarts' | 'codeHashes' | 'placeStarts' | 'places' | 'textStarts',
  Uint32Array
> & { codeCounts: Uint16Array; texts: Buffer }

/** Of thousands only those that read like the report are asked for more than their length. */
class ChangeInSpan implements EarlierChange {
  readonly length: number
  readonly #span: Laid
  readonly #place: number

  constructor(span: Laid, place: number, length: number) {
    this.#span = span
    this.#place = place
    this.length = length
  }

  get id(): string {
    return this.#text().split('\n', 1)[0]!
  }

  get title(): string {
    const text = this.#text()
    return text.slice(text.indexOf('\n') + 1)
  }

  get words(): EarlierChange['words'] {
    const { words, holderStarts, holders } = this.#span
    const held = [...words].flatMap((hash, slot) => {
      const packed = holders.subarray(holderStarts[slot], holderStarts[slot + 1]).find((each) => Math.floor(each / COUNTS) === this.#place)
      return packed === undefined ? [] : [[hash, packed % COUNTS] as const]
    })
    return { hashes: Uint32Array.from(held, ([hash]) => hash), counts: Uint16Array.from(held, ([, counts]) => counts) }
  }

  get code(): EarlierChange['code'] {
    const { codeStarts, codeHashes, codeCounts } = this.#span
    const [from, to] = [codeStarts[this.#place], codeStarts[this.#place + 1]]
    return { hashes: codeHashes.subarray(from, to), counts: codeCounts.subarray(from, to) }
  }

  get places(): Uint32Array {
    const { placeStarts, places } = this.#span
    return places.subarray(placeStarts[this.#place], placeStarts[this.#place + 1])
  }

  #text(): string {
    const { texts, textStarts } = this.#span
    return texts.toString('utf8', textStarts[this.#place], textStarts[this.#place + 1])
  }
}

type SpanSizes = [version: number, changes: number, words: number, holders: number, code: number, places: number]

/** Terms are cut by the one, laid out by the other. */
const versions = (): number => CHANGE_VERSION * 1_000 + VERSION

/** Changes that no store keeps as a span yet. */
export function looseSpan(changes: readonly EarlierChange[]): KeptSpan {
  const words = earlierWords()
  for (const change of changes) words.add(change)
  return { changes, holding: (hash, found) => words.holding(hash, found) }
}

/** The last `most` changes of spans in order of landing, as a ranking asks for them. */
export function joinSpans(spans: readonly KeptSpan[], most: number): Required<Pick<RepositoryPast, 'earlier' | 'earlierHolding'>> {
  const all = spans.flatMap(({ changes }) => changes)
  const gone = Math.max(0, all.length - most)
  return {
    earlier: gone === 0 ? all : all.slice(gone),
    earlierHolding: (hash, found) => {
      let first = -gone
      for (const { changes, holding } of spans) {
        const before = first
        holding(hash, (place, counts) => {
          if (before + place >= 0) found(before + place, counts)
        })
        first += changes.length
      }
    },
  }
}

function slotIn(sorted: Uint32Array, hash: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < hash) low = middle + 1
    else high = middle
  }
  return sorted[low] === hash ? low : -1
}
