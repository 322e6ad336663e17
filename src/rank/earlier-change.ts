import type { Candidate, EarlierChange } from '../domain/ranking.ts'
import { countIn, FIELDS, prepareCandidate, type PreparedCandidate } from './prepare.ts'

const [TITLE, BODY, PATHS, IDENTIFIERS] = (['title', 'body', 'paths', 'identifiers'] as const).map((field) => FIELDS.indexOf(field)) as [
  number,
  number,
  number,
  number,
]
/** A title says in fewer words what a change is about. */
const TITLE_COUNTS = 2
/** What stands in a path against what stands in a changed line. */
const PATH_WEIGHT = 1
const IDENTIFIER_WEIGHT = 0.5

/** How much a term counts as the code of a change; 0 when it stands in words only. */
export function codeWeight(packed: number): number {
  return (countIn(packed, PATHS) > 0 ? PATH_WEIGHT : 0) + (countIn(packed, IDENTIFIERS) > 0 ? IDENTIFIER_WEIGHT : 0)
}

/** What is kept of a change once it is no candidate any more: its words on one side, where it worked on the other. */
export function summarize({ candidate, termHashes, termCounts, pathHashes, folderHashes }: PreparedCandidate): EarlierChange {
  const words: number[] = []
  const counts: number[] = []
  const code: number[] = []
  const weights: number[] = []
  let length = 0
  for (let at = 0; at < termHashes.length; at++) {
    const packed = termCounts[at]!
    const said = TITLE_COUNTS * countIn(packed, TITLE) + countIn(packed, BODY)
    if (said > 0) {
      words.push(termHashes[at]!)
      counts.push(said)
      length += said
    }
    const weight = codeWeight(packed)
    if (weight > 0) {
      code.push(termHashes[at]!)
      weights.push(weight)
    }
  }
  return {
    id: candidate.id,
    title: candidate.title,
    words: Uint32Array.from(words),
    wordCounts: Uint8Array.from(counts),
    length,
    code: Uint32Array.from(code),
    codeWeights: Float32Array.from(weights),
    places: Uint32Array.from([...pathHashes, ...folderHashes]),
  }
}

/** The same of what a store keeps of it. */
export function earlierChangeOf(change: Pick<Candidate, 'id' | 'title' | 'body' | 'paths' | 'identifiers'>): EarlierChange {
  return summarize(prepareCandidate({ ...NOTHING, ...change }))
}

/** Counted up whenever the same change is cut into other terms or hashes: what was packed before is then packed anew. */
const VERSION = 1
const HEADER = 4

/** As bytes for a store: a header of four numbers, the hashes, then a byte for each word and each code term. */
export function packEarlier({ words, wordCounts, code, codeWeights, places }: EarlierChange): Uint8Array {
  const numbers = Uint32Array.of(VERSION, words.length, code.length, places.length, ...words, ...code, ...places)
  const bytes = new Uint8Array(numbers.byteLength + words.length + code.length)
  bytes.set(new Uint8Array(numbers.buffer))
  bytes.set(wordCounts, numbers.byteLength)
  bytes.set(
    codeWeights.map((weight) => weight / IDENTIFIER_WEIGHT),
    numbers.byteLength + words.length,
  )
  return bytes
}

/** Null when it was packed by another version, or is cut short. */
export function unpackEarlier(id: string, title: string, packed: Uint8Array): EarlierChange | null {
  if (packed.byteLength < HEADER * 4) return null
  const bytes = packed.byteOffset % 4 === 0 ? packed : packed.slice()
  const at = (start: number, count: number) => new Uint32Array(bytes.buffer, bytes.byteOffset + start * 4, count)
  const [version, words = 0, code = 0, places = 0] = at(0, HEADER)
  const hashes = HEADER + words + code + places
  if (version !== VERSION || bytes.byteLength !== hashes * 4 + words + code) return null
  const wordCounts = bytes.subarray(hashes * 4, hashes * 4 + words)
  return {
    id,
    title,
    words: at(HEADER, words),
    wordCounts,
    length: wordCounts.reduce((sum, count) => sum + count, 0),
    code: at(HEADER + words, code),
    codeWeights: Float32Array.from(bytes.subarray(hashes * 4 + words), (halves) => halves * IDENTIFIER_WEIGHT),
    places: at(HEADER + words + code, places),
  }
}

const NOTHING: Omit<Candidate, 'id' | 'title' | 'body' | 'paths' | 'identifiers'> = {
  files: [],
  fileCount: 0,
  added: 0,
  deleted: 0,
  symbols: [],
  author: null,
  labels: [],
  mergedAt: new Date(0),
  liveAt: null,
  serviceDistance: null,
  references: [],
  bumps: [],
  filesTruncated: false,
  ruledOut: null,
}
