import { hash } from 'node:crypto'
import { storableText } from './columns.ts'

/** Bytes of a hash; SQLite stores whole numbers in as many as they need, and six is one of its widths. */
export const HASH_BYTES = 6

/**
 * A text's place in an index, 0 … 2^47 − 1. Paths, titles and terms are looked up by it: it keeps index rows small and
 * bounded. Two of a million texts share one about once in 280 databases, and then one count is off by one.
 */
export function hashText(text: string): number {
  const before = known.get(text)
  if (before !== undefined) return before
  const found = hash('sha1', storableText(text), 'buffer').readUIntBE(0, HASH_BYTES) % 2 ** 47
  if (text.length > LONGEST_KNOWN) return found
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(text, found)
  return found
}

// Memo, invisible to callers: an answer asks for the hashes of a report's words half a dozen times. Some 2 MB at most.
const known = new Map<string, number>()
const MOST_KNOWN = 20_000
const LONGEST_KNOWN = 100

/** Different hashes of the texts, ascending, so that concurrent writers touch rows in the same order. */
export function hashTexts(texts: Iterable<string>): number[] {
  return Array.from(new Set(texts), hashText)
    .sort((a, b) => a - b)
    .filter((value, index, all) => value !== all[index - 1])
}

export function packHashes(hashes: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(hashes.length * HASH_BYTES)
  hashes.forEach((value, index) => bytes.writeUIntBE(value, index * HASH_BYTES, HASH_BYTES))
  return bytes
}

export function unpackHashes(bytes: Uint8Array): number[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: buffer.length / HASH_BYTES }, (_, index) => buffer.readUIntBE(index * HASH_BYTES, HASH_BYTES))
}

/**
 * Finds the wanted hashes among packed ones, without unpacking them; made once, asked for hundreds of changes. Most hashes
 * are passed over by their last two bytes alone.
 */
export function packedFinder(wanted: readonly number[]): (bytes: Uint8Array) => number[] {
  const known = new Set(wanted)
  const endings = new Uint8Array(2 ** 16)
  for (const value of wanted) endings[value % 2 ** 16] = 1
  return (bytes) => {
    const found: number[] = []
    for (let at = 0; at + HASH_BYTES <= bytes.length; at += HASH_BYTES) {
      const ending = (bytes[at + 4]! << 8) | bytes[at + 5]!
      if (endings[ending] === 0) continue
      const value = ((bytes[at]! << 8) | bytes[at + 1]!) * 2 ** 32 + ((bytes[at + 2]! << 8) | bytes[at + 3]!) * 2 ** 16 + ending
      if (known.has(value)) found.push(value)
    }
    return found
  }
}
