import type { EarlierChange } from '../domain/ranking.ts'
import { countIn, FIELDS, type PreparedCandidate } from './prepare.ts'

const [TITLE, BODY, PATHS, IDENTIFIERS] = (['title', 'body', 'paths', 'identifiers'] as const).map((field) => FIELDS.indexOf(field)) as [
  number,
  number,
  number,
  number,
]
/** A title says in fewer words what a change is about. */
export const TITLE_COUNTS = 2
/** What stands in a path against what stands in a changed line. */
const PATH_WEIGHT = 1
export const IDENTIFIER_WEIGHT = 0.5

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
