import type { EarlierChange } from '../domain/ranking.ts'
import { CODE, countIn, type PreparedCandidate, WORDS } from './prepare.ts'

/** A title says in fewer words what a change is about. */
const TITLE_COUNTS = 2
/** What stands in a path against what stands in a changed line. */
const PATH_WEIGHT = 1
const IDENTIFIER_WEIGHT = 0.5

/** How often a term stands in the words of a change, from its counts in title and body. */
export function wordWeight(counts: number): number {
  return TITLE_COUNTS * countIn(counts, 0) + countIn(counts, 1)
}

/** How much a term counts as the code of a change, from its counts in paths and identifiers. */
export function codeWeight(counts: number): number {
  return (countIn(counts, 0) > 0 ? PATH_WEIGHT : 0) + (countIn(counts, 1) > 0 ? IDENTIFIER_WEIGHT : 0)
}

/** Of all its words together. */
export function wordLength(counts: Uint16Array): number {
  let length = 0
  for (let at = 0; at < counts.length; at++) length += wordWeight(counts[at]!)
  return length
}

/** What is kept of a change once it is no candidate any more: its words on one side, where it worked on the other. */
export function summarize({ candidate, lists, pathHashes, folderHashes }: PreparedCandidate): EarlierChange {
  const places = new Uint32Array(pathHashes.length + folderHashes.length)
  places.set(pathHashes)
  places.set(folderHashes, pathHashes.length)
  const words = lists[WORDS]!
  return { id: candidate.id, title: candidate.title, words, length: wordLength(words.counts), code: lists[CODE]!, places }
}
