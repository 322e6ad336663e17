// A change cut into terms, as bytes for a store: cutting one takes a tenth of a millisecond, reading it back a hundredth.
// Laid out so that all that is compared is a view of the bytes: nothing is put together.
import type { Candidate, EarlierChange } from '../domain/ranking.ts'
import { wordLength } from './earlier-change.ts'
import { PATH_KINDS } from './path-kinds.ts'
import { CODE, FIELDS, LISTS, type PreparedCandidate, type TermList, WORDS } from './prepare.ts'

/** Counted up whenever the same change is cut into other terms or hashes: what was packed before is then packed anew. */
export const VERSION = 3
/** The version, the sizes of the lists, of paths, folders, names and stems, the title's traits, and the lengths of words and fields. */
const [SIZES, PATHS, TRAITS, WORD_LENGTH, LENGTHS] = [1, 1 + LISTS.length, 8, 9, 10] as const
const HEADER = LENGTHS + FIELDS.length

export function packChange(change: PreparedCandidate): Uint8Array {
  const { lists, lengths, traits, kindCounts, pathHashes, folderHashes, nameHashes, stemHashes } = change
  const hashes = [...lists.map((list) => list.hashes), pathHashes, folderHashes, nameHashes, stemHashes]
  const bits = Number(traits.isRoll) | (Number(traits.isReland) << 1) | (Number(traits.isRepair) << 2) | (Number(traits.isFlag) << 3)
  const sizes = hashes.map(({ length }) => length)
  const header = Uint32Array.of(VERSION, ...sizes, bits, wordLength(lists[WORDS]!.counts), ...lengths)
  const parts = [header, ...hashes, ...lists.map(({ counts }) => counts), Uint8Array.from(kindCounts)]
  return Buffer.concat(parts.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)))
}

/** Null when it was packed by another version, or is cut short. */
export function unpackEarlier(id: string, title: string, packed: Uint8Array): EarlierChange | null {
  const read = readPacked(packed)
  if (read === null) return null
  const { header, listAt, hashesFrom } = read
  return {
    id,
    title,
    words: listAt(WORDS),
    length: header[WORD_LENGTH]!,
    // Of thousands only those that read like the report are asked for more than their words.
    get code() {
      return listAt(CODE)
    },
    get places() {
      return hashesFrom(PATHS, 2)
    },
  }
}

/** The same as `prepareCandidate` gives of it; null as `unpackEarlier`. */
export function unpackCandidate(candidate: Candidate, packed: Uint8Array): PreparedCandidate | null {
  const read = readPacked(packed)
  if (read === null) return null
  const { header, listAt, hashesFrom, kindCounts } = read
  const traits = header[TRAITS]!
  return {
    candidate,
    lists: LISTS.map(listAt),
    lengths: [...header.subarray(LENGTHS)],
    traits: { isRoll: (traits & 1) !== 0, isReland: (traits & 2) !== 0, isRepair: (traits & 4) !== 0, isFlag: (traits & 8) !== 0 },
    kindCounts: [...kindCounts],
    pathHashes: hashesFrom(PATHS, 1),
    folderHashes: hashesFrom(PATHS + 1, 1),
    nameHashes: hashesFrom(PATHS + 2, 1),
    stemHashes: hashesFrom(PATHS + 3, 1),
  }
}

function readPacked(packed: Uint8Array) {
  if (packed.byteLength < HEADER * 4) return null
  const bytes = packed.byteOffset % 4 === 0 ? packed : packed.slice()
  const header = new Uint32Array(bytes.buffer, bytes.byteOffset, HEADER)
  if (header[0] !== VERSION) return null
  const sizeOf = (from: number, count: number): number => {
    let size = 0
    for (let at = from; at < from + count; at++) size += header[at]!
    return size
  }
  const counts = (HEADER + sizeOf(SIZES, TRAITS - SIZES)) * 4
  const kinds = counts + sizeOf(SIZES, LISTS.length) * 2
  if (bytes.byteLength !== kinds + PATH_KINDS.length) return null
  const hashesFrom = (place: number, count: number): Uint32Array =>
    new Uint32Array(bytes.buffer, bytes.byteOffset + (HEADER + sizeOf(SIZES, place - SIZES)) * 4, sizeOf(place, count))
  return {
    header,
    /** Those of so many lists, from the one whose size stands at a place of the header. */
    hashesFrom,
    listAt: (list: number): TermList => ({
      hashes: hashesFrom(SIZES + list, 1),
      counts: new Uint16Array(bytes.buffer, bytes.byteOffset + counts + sizeOf(SIZES, list) * 2, header[SIZES + list]),
    }),
    kindCounts: bytes.subarray(kinds),
  }
}
