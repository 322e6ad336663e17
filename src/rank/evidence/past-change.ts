// The repository's past as a dictionary: changes that were described in the report's words show which code and which
// folders such words are about, even where a candidate's own words say nothing of it.
import type { EarlierChange } from '../../domain/ranking.ts'
import { codeWeight } from '../earlier-change.ts'
import type { Postings } from '../pool.ts'
import { FIELDS, type PreparedCandidate, slotOf, slotsOf, termHash } from '../prepare.ts'
import type { TextMatches } from '../text-matches.ts'
import { type Column, columnOf, type EvidenceModule, oncePerPool, type RankingContext, relativeToMax } from './evidence-kind.ts'

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
  features: ['past-change.same-code', 'past-change.same-places', 'past-change.alike-code'],
  measure(context) {
    const { candidates, matches } = context
    const alike = alikeChanges(context)
    if (alike.length === 0) return this.features.map(() => new Float64Array(candidates.length))
    const { paths, folders } = context.pool
    const places = sharedBy(context, alike.slice(0, FOR_PLACES), [paths, folders], placesOf)
    const code = sharedBy(context, alike.slice(0, FOR_CODE), [codeOfPool(context)], codeOf)
    const breadths = breadthsOf(context)
    for (let index = 0; index < candidates.length; index++) {
      places[index]! /= breadths[index]!
      // Without the words that the report holds itself: one more of them never makes a change look less alike.
      code[index]! /= Math.sqrt(untold(matches, index) + 3)
    }
    const trust = Math.min(1, (context.past.earlier?.length ?? 0) / ENOUGH_EARLIER)
    return [code, places, codeAlike(context, alike)].map((column) => relativeToMax(column).map((share) => trust * share))
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

const breadthsOf = oncePerPool((pool) =>
  columnOf(pool, ({ pathHashes, folderHashes }) => Math.sqrt(pathHashes.length + folderHashes.length + 1)),
)

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

/** What an earlier change is about: each hash with its weight, 1 where none are given. */
type About = { hashes: Uint32Array; weights?: Float32Array }

const placesOf = ({ places }: EarlierChange): About => ({ hashes: places })
const codeOf = ({ code, codeWeights }: EarlierChange): About => ({ hashes: code, weights: codeWeights })

type WeighedPostings = Postings & { weights?: Float32Array }

/** The terms that stand in paths or changed lines; those that stand in words only are left out. */
const codeOfPool = oncePerPool(({ terms }): WeighedPostings => {
  const starts = new Uint32Array(terms.starts.length)
  const places = new Uint32Array(terms.places.length)
  const weights = new Float32Array(terms.places.length)
  let count = 0
  for (let slot = 0; slot + 1 < starts.length; slot++) {
    for (let at = terms.starts[slot]!; at < terms.starts[slot + 1]!; at++) {
      const weight = codeWeight(terms.counts[at]!)
      if (weight === 0) continue
      places[count] = terms.places[at]!
      weights[count++] = weight
    }
    starts[slot + 1] = count
  }
  return { ...terms, starts, places, weights }
})

/** For each candidate how much of it the given changes share, what few candidates hold counting most. A change is no hint of itself. */
function sharedBy(
  { candidates }: RankingContext,
  alike: readonly Alike[],
  lists: readonly WeighedPostings[],
  of: (change: EarlierChange) => About,
): Column {
  const profile = new Map<number, number>()
  const squares = alike.reduce((sum, { score }) => sum + score ** 2, 0)
  const own = new Float64Array(candidates.length)
  for (const { change, score } of alike) {
    // Squares: the one that reads almost like the report says more than ten that share a word with it.
    const share = score ** 2 / squares
    const { hashes, weights } = of(change)
    for (let at = 0; at < hashes.length; at++) profile.set(hashes[at]!, (profile.get(hashes[at]!) ?? 0) + share * (weights?.[at] ?? 1))
    const place = placeOf(candidates, change.id)
    if (place !== -1) own[place] = share
  }
  const column = new Float64Array(candidates.length)
  for (const [hash, weight] of profile) {
    const slots = lists.map((list) => slotOf(list, hash))
    const holding = slots.reduce((sum, slot, at) => sum + (slot === -1 ? 0 : lists[at]!.starts[slot + 1]! - lists[at]!.starts[slot]!), 0)
    const rarity = Math.log((candidates.length + 1) / (holding + 0.5))
    for (const [at, { starts, places, weights }] of lists.entries()) {
      const slot = slots[at]!
      if (slot === -1) continue
      for (let posting = starts[slot]!; posting < starts[slot + 1]!; posting++) {
        const held = weights === undefined ? 1 : weights[posting]!
        const place = places[posting]!
        column[place]! += held * rarity * (weight - own[place]! * held)
      }
    }
  }
  for (let index = 0; index < column.length; index++) if (column[index]! < 0) column[index] = 0
  return column
}

/** Keeps two changes of a file or two each from being as good as equal. */
const LEAST_LENGTH = 0.5

/** For each candidate the cosine of its code with that of the given changes, what few candidates hold counting most. */
function codeAlike(context: RankingContext, alike: readonly Alike[]): Column {
  const { candidates } = context
  const code = codeOfPool(context)
  const rarityOf = (slot: number): number => rarityIn(candidates.length, slot === -1 ? 0 : code.starts[slot + 1]! - code.starts[slot]!)
  const squares = alike.reduce((sum, { score }) => sum + score ** 2, 0)
  const profile = new Map<number, number>()
  const own = new Float64Array(candidates.length)
  for (const { change, score } of alike) {
    const slots = Array.from(change.code, (hash) => slotOf(code, hash))
    const rarities = slots.map(rarityOf)
    const length = rarities.reduce((sum, rarity, at) => sum + (rarity * change.codeWeights[at]!) ** 2, 0) ** 0.5
    const share = score ** 2 / squares / (length + LEAST_LENGTH)
    for (const [at, slot] of slots.entries()) {
      if (slot !== -1) profile.set(slot, (profile.get(slot) ?? 0) + share * change.codeWeights[at]! * rarities[at]!)
    }
    const place = placeOf(candidates, change.id)
    if (place !== -1) own[place] = share
  }
  const column = new Float64Array(candidates.length)
  for (const [slot, weight] of profile) {
    const rarity = rarityOf(slot)
    for (let at = code.starts[slot]!; at < code.starts[slot + 1]!; at++) {
      const place = code.places[at]!
      const held = code.weights![at]! * rarity
      column[place]! += held * (weight - own[place]! * held)
    }
  }
  const lengths = untoldLengths(context, code)
  return column.map((sum, place) => Math.max(0, sum) / (lengths[place]! + LEAST_LENGTH))
}

/** How long the code of each candidate is as a vector, without the words that the report holds itself. */
function untoldLengths(context: RankingContext, code: WeighedPostings): Column {
  const squares = squaresOf(context).slice()
  for (const { term } of context.matches.terms) {
    const slot = slotOf(code, termHash(term))
    if (slot === -1) continue
    const rarity = rarityIn(squares.length, code.starts[slot + 1]! - code.starts[slot]!)
    for (let at = code.starts[slot]!; at < code.starts[slot + 1]!; at++) squares[code.places[at]!]! -= (code.weights![at]! * rarity) ** 2
  }
  return squares.map((square) => Math.sqrt(Math.max(0, square)))
}

const squaresOf = oncePerPool((pool): Column => {
  const { starts, places, weights } = codeOfPool({ pool })
  const squares = new Float64Array(pool.candidates.length)
  for (let slot = 0; slot + 1 < starts.length; slot++) {
    const rarity = rarityIn(squares.length, starts[slot + 1]! - starts[slot]!)
    for (let at = starts[slot]!; at < starts[slot + 1]!; at++) squares[places[at]!]! += (weights![at]! * rarity) ** 2
  }
  return squares
})

const rarityIn = (pool: number, holding: number): number => Math.max(0, Math.log((pool + 1) / (holding + 0.5)))

/** Candidates stand in order of id. */
function placeOf(candidates: readonly PreparedCandidate[], id: string): number {
  let low = 0
  let high = candidates.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (candidates[middle]!.candidate.id < id) low = middle + 1
    else high = middle
  }
  return candidates[low]?.candidate.id === id ? low : -1
}
