// Which of a repository's earlier changes hold a word: an index that grows as they land, since a replay asks it for
// thousands of reports, and reading six thousand changes for each took a quarter of its time.
import type { EarlierChange } from '../domain/ranking.ts'

export type EarlierWords = {
  /** Changes are numbered by landing, from 0. */
  add(change: EarlierChange): void
  /** Forgets all with lower numbers. */
  forgetBelow(number: number): void
  /** Calls `found` with the number of each that holds the word, in order of landing, and the counts of the word there. */
  holding(hash: number, found: (number: number, counts: number) => void): void
}

/** Counts take twelve bits. */
const COUNTS = 1 << 12

export function earlierWords(): EarlierWords {
  const holders = new Map<number, number[]>()
  let landed = 0
  return {
    add({ words: { hashes, counts } }) {
      for (let at = 0; at < hashes.length; at++) {
        const packed = landed * COUNTS + counts[at]!
        const known = holders.get(hashes[at]!)
        if (known === undefined) holders.set(hashes[at]!, [packed])
        else known.push(packed)
      }
      landed++
    },
    forgetBelow(number) {
      for (const [hash, known] of holders) {
        const kept = known.filter((packed) => packed >= number * COUNTS)
        if (kept.length === 0) holders.delete(hash)
        else if (kept.length < known.length) holders.set(hash, kept)
      }
    },
    holding(hash, found) {
      for (const packed of holders.get(hash) ?? []) {
        const number = Math.floor(packed / COUNTS)
        found(number, packed - number * COUNTS)
      }
    },
  }
}
