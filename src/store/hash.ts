import { hash } from 'node:crypto'
import { storableText } from './columns.ts'

/** Bytes of a hash; SQLite stores whole numbers in as many as they need, and six is one of its widths. */
export const HASH_BYTES = 6

/**
 * A text's place in an index, 0 … 2^47 − 1. Paths, titles and terms are looked up by it: it keeps index rows small and
 * bounded. Two of a million texts share one about once in 280 databases, and then one count is off by one.
 */
export function hashText(text: string): number {
  return hash('sha1', storableText(text), 'buffer').readUIntBE(0, HASH_BYTES) % 2 ** 47
}

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

/** Those of the wanted hashes (ascending) that are among the packed ones (ascending), without unpacking them. */
export function packedAmong(bytes: Uint8Array, wanted: readonly number[]): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: number[] = []
  let next = 0
  for (let at = 0; at + HASH_BYTES <= bytes.byteLength && next < wanted.length; at += HASH_BYTES) {
    const value = view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2)
    while (next < wanted.length && wanted[next]! < value) next++
    if (wanted[next] === value) found.push(value)
  }
  return found
}
