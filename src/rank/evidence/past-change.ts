// The repository's past as a dictionary: changes that were described in the report's words show which code and which
// folders such words are about, even where a candidate's own words say nothing of it.
import type { EarlierChange } from '../../domain/ranking.ts'
import { codeWeight } from '../earlier-change.ts'
import { FIELDS, type HashSlots, type PreparedCandidate, slotOf, slotsOf, termHash } from '../prepare.ts'
import type { TextMatches } from '../text-matches.ts'
import { type Column, type EvidenceModule, type RankingContext, relativeToMax } from './evidence-kind.ts'

const SATURATION = 1.2
const LENGTH_PENALTY = 0.75
/** With fewer, the best match is most often a suspect itself, whose words then lift all others of its folders. */
const ENOUGH_EARLIER = 200
/** So many of the changes that read most like the report are asked which code, and which folders, it is about. */
const FOR_CODE = 10
const FOR_PLACES = 30
const PATHS = FIELDS.indexOf('paths')
const IDENTIFIERS = FIELDS.indexOf('identifiers')

/** Works on the code that earlier changes with the report's words worked on. */
export const pastChange: EvidenceModule = {
  kind: 'past-change',
  features: ['past-change.same-code', 'past-change.same-places'],
  measure(context) {
    const { candidates, matches } = context
    const alike = alikeChanges(context)
    if (alike.length === 0) return [new Float64Array(candidates.length), new Float64Array(candidates.length)]
    const places = shared(candidates, weighted(alike.slice(0, FOR_PLACES)), {
      of: ({ places }) => ({ hashes: places, weightAt: () => 1 }),
      inCandidate: ({ pathHashes, folderHashes }, { cells, mask }, visit) => {
        for (const hashes of [pathHashes, folderHashes])
          for (let at = 0; at < hashes.length; at++) if (cells[hashes[at]! & mask] !== 0) visit(hashes[at]!, 1)
      },
      length: ({ pathHashes, folderHashes }) => pathHashes.length + folderHashes.length + 1,
    })
    const code = shared(candidates, weighted(alike.slice(0, FOR_CODE)), {
      of: ({ code, codeWeights }) => ({ hashes: code, weightAt: (at) => codeWeights[at]! }),
      inCandidate: ({ termHashes, termCounts }, { cells, mask }, visit) => {
        for (let at = 0; at < termHashes.length; at++)
          if (cells[termHashes[at]! & mask] !== 0) visit(termHashes[at]!, codeWeight(termCounts[at]!))
      },
      // Without the words that the report holds itself: one more of them never makes a change look less alike.
      length: (_, index) => untold(matches, index) + 3,
    })
    const trust = Math.min(1, (context.past.earlier?.length ?? 0) / ENOUGH_EARLIER)
    return [code, places].map((column) => relativeToMax(column).map((share) => trust * share))
  },
  sentence(context, index) {
    const candidate = context.candidates[index]!
    for (const { change } of alikeChanges(context).slice(0, FOR_PLACES)) {
      if (change.id === candidate.candidate.id) continue
      const known = new Set(change.places)
      const at = candidate.pathHashes.findIndex((hash) => known.has(hash))
      if (at !== -1)
        return `Changes \`${candidate.candidate.paths[at]!}\`, as did an earlier change in the report's words ("${change.title}")`
      const folder = candidate.folders.find((path) => path.includes('/') && known.has(termHash(path)))
      if (folder !== undefined) return `Changes \`${folder}/\`, as did an earlier change in the report's words ("${change.title}")`
    }
    return null
  },
}

function untold({ untold: lengths }: TextMatches, index: number): number {
  return lengths[PATHS]![index]! + 0.5 * lengths[IDENTIFIERS]![index]!
}

type Alike = { change: EarlierChange; score: number }

const alikeByContext = new WeakMap<RankingContext, Alike[]>()

/** Earlier changes by BM25 of their title and message, best first; of equal ones the later. */
function alikeChanges(context: RankingContext): Alike[] {
  let alike = alikeByContext.get(context)
  if (alike === undefined) alikeByContext.set(context, (alike = findAlike(context)))
  return alike
}

function findAlike({ matches, past }: RankingContext): Alike[] {
  const earlier = past.earlier ?? []
  const { hashes, cells, mask } = slotsOf(matches.terms.map(({ term }) => termHash(term)))
  const worths = Float64Array.from(matches.terms, ({ idf, weight }) => idf * weight)
  let total = 0
  for (const { length } of earlier) total += length
  const average = Math.max(1, total / Math.max(1, earlier.length))
  const found: (Alike & { place: number })[] = []
  for (const [place, change] of earlier.entries()) {
    const { words, wordCounts, length } = change
    const norm = SATURATION * (1 - LENGTH_PENALTY + (LENGTH_PENALTY * length) / average)
    let score = 0
    for (let at = 0; at < words.length; at++) {
      const hash = words[at]!
      let cell = hash & mask
      let slot = cells[cell]!
      while (slot !== 0 && hashes[slot - 1] !== hash) {
        cell = (cell + 1) & mask
        slot = cells[cell]!
      }
      if (slot !== 0) score += (worths[slot - 1]! * wordCounts[at]! * (SATURATION + 1)) / (wordCounts[at]! + norm)
    }
    if (score > 0) found.push({ change, score, place })
  }
  return found.sort((a, b) => b.score - a.score || b.place - a.place).slice(0, FOR_PLACES)
}

/** Squares: the one that reads almost like the report says more than ten that share a word with it. */
function weighted(alike: readonly Alike[]): { change: EarlierChange; weight: number }[] {
  const sum = alike.reduce((all, { score }) => all + score ** 2, 0)
  return alike.map(({ change, score }) => ({ change, weight: score ** 2 / sum }))
}

type Side = {
  of: (change: EarlierChange) => { hashes: Uint32Array; weightAt: (at: number) => number }
  /** Visits what may be in `slots`: a million terms are passed over, so their loops ask for an empty cell themselves. */
  inCandidate(candidate: PreparedCandidate, slots: HashSlots, visit: (hash: number, weight: number) => void): void
  length(candidate: PreparedCandidate, index: number): number
}

/** For each candidate how much of it the given changes share, what few candidates hold counting most. A change is no hint of itself. */
function shared(candidates: readonly PreparedCandidate[], hints: readonly { change: EarlierChange; weight: number }[], side: Side): Column {
  const profile = new Map<number, number>()
  for (const { change, weight } of hints) {
    const { hashes, weightAt } = side.of(change)
    for (let at = 0; at < hashes.length; at++) profile.set(hashes[at]!, (profile.get(hashes[at]!) ?? 0) + weight * weightAt(at))
  }
  const slots = slotsOf([...profile.keys()])
  const weights = [...profile.values()]
  const inPool = new Uint32Array(weights.length)
  const hits: number[] = []
  for (let index = 0; index < candidates.length; index++) {
    side.inCandidate(candidates[index]!, slots, (hash, weight) => {
      if (weight === 0) return
      const slot = slotOf(slots, hash)
      if (slot === -1) return
      inPool[slot]!++
      hits.push(index, slot, weight)
    })
  }
  const rarities = Float64Array.from(inPool, (count) => Math.log((candidates.length + 1) / (count + 0.5)))
  const own = new Map(hints.map(({ change, weight }) => [change.id, weight]))
  const owned = candidates.map(({ candidate }) => own.get(candidate.id) ?? 0)
  const column = new Float64Array(candidates.length)
  for (let at = 0; at < hits.length; at += 3) {
    const [index, slot, weight] = [hits[at]!, hits[at + 1]!, hits[at + 2]!]
    column[index]! += weight * rarities[slot]! * (weights[slot]! - owned[index]! * weight)
  }
  return column.map((sum, index) => Math.max(0, sum) / Math.sqrt(side.length(candidates[index]!, index)))
}
