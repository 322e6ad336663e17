// An incident's title and body as the comparison reads them: every term in its place, as a hash. Cutting two hundred
// texts takes longer than comparing them, so the store keeps what comes of it.
import { COMPARED_LENGTH } from './similar-terms.ts'
import { hashedTerms, TERM_PLACES } from '../text.ts'

export type Words = { title: Uint32Array; body: Uint32Array }

export function cutWords({ title, body }: { title: string; body: string }): Words {
  return { title: hashesOf(title), body: hashesOf(body.slice(0, COMPARED_LENGTH)) }
}

function hashesOf(text: string): Uint32Array {
  const found: number[] = []
  hashedTerms(text, found, 0)
  return Uint32Array.from(found, (each) => each / TERM_PLACES)
}

/** Counted up whenever the same text is cut into other terms or hashes: what was packed before is then cut anew. */
const VERSION = 1
const HEADER = 2

/** As bytes for a store: the version, how many stand in the title, then all of them. */
export function packWords({ title, body }: Words): Uint8Array {
  return new Uint8Array(Uint32Array.of(VERSION, title.length, ...title, ...body).buffer)
}

/** Null when it was packed by another version, or is cut short. */
export function unpackWords(packed: Uint8Array): Words | null {
  if (packed.byteLength < HEADER * 4 || packed.byteLength % 4 !== 0) return null
  const bytes = packed.byteOffset % 4 === 0 ? packed : packed.slice()
  const numbers = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  const titleEnd = HEADER + numbers[1]!
  if (numbers[0] !== VERSION || titleEnd > numbers.length) return null
  return { title: numbers.subarray(HEADER, titleEnd), body: numbers.subarray(titleEnd) }
}
