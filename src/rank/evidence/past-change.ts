// The repository's past as a dictionary: changes that were described in the report's words show which code and which
// folders such words are about, even where a candidate's own words say nothing of it.
import type { EarlierChange } from '../../domain/ranking.ts'
import { codeWeight, wordWeight } from '../earlier-change.ts'
import type { Postings } from '../postings.ts'
import { CODE, FIELDS, foldersOf, matchList, pathsOf, slotOf, slotsOf, termHash } from '../prepare.ts'
import type { TextMatches } from '../text-matches.ts'
import { type Column, columnOf, type EvidenceModule, oncePerPool, type RankingContext, relativeToMax, scaled } from './evidence-kind.ts'

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
    return [code, places, codeAlike(context, alike)].map((column) => relativeToMax(column, trust))
  },
  sentence(context, index) {
    const candidate = context.candidates[index]!
    for (const { change } of alikeChanges(context).slice(0, FOR_PLACES)) {
      if (change.id === candidate.candidate.id) continue
      const known = new Set(change.places)
      const at = candidate.pathHashes.findIndex((hash) => known.has(hash))
      if (at !== -1)
        return `Changes \`${candidate.candidate.paths[at]!}\`, as did an earlier change in the report's words ("${change.title}")`
      const folder = foldersOf(pathsOf(candidate.candidate)).find((path) => path.includes('/') && known.has(termHash(path)))
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

function findAlike(context: RankingContext): Alike[] {
  const earlier = context.past.earlier ?? []
  const scores = wordScores(context, earlier)
  const best: Alike[] = []
  // From the last on, so that of equal ones the later is met first and stays before the others.
  for (let place = earlier.length - 1; place >= 0; place--) {
    const score = scores[place]!
    if (score > (best.length < FOR_PLACES ? 0 : best.at(-1)!.score)) insertInto(best, { change: earlier[place]!, score })
  }
  return best
}

/** BM25 of the report against the words of each. */
function wordScores({ matches: { terms }, past }: RankingContext, earlier: readonly EarlierChange[]): Float64Array {
  const scores = new Float64Array(earlier.length)
  const norms = new Float64Array(earlier.length)
  let total = 0
  for (let place = 0; place < norms.length; place++) total += norms[place] = earlier[place]!.length
  const average = Math.max(1, total / Math.max(1, norms.length))
  for (let place = 0; place < norms.length; place++) {
    norms[place] = SATURATION * (1 - LENGTH_PENALTY + (LENGTH_PENALTY * norms[place]!) / average)
  }
  const add = (place: number, counts: number, worth: number): void => {
    const count = wordWeight(counts)
    scores[place]! += (worth * count * (SATURATION + 1)) / (count + norms[place]!)
  }
  const worths = Float64Array.from(terms, ({ idf, weight }) => idf * weight)
  const hashes = terms.map(({ term }) => termHash(term))
  const { earlierHolding } = past
  if (earlierHolding !== undefined) {
    for (const [at, hash] of hashes.entries()) earlierHolding(hash, (place, counts) => add(place, counts, worths[at]!))
    return scores
  }
  const wanted = slotsOf(hashes)
  for (const [place, { words }] of earlier.entries()) {
    matchList(wanted, words, (slot, counts) => add(place, counts, worths[slot]!))
  }
  return scores
}

/** Behind all that score as much; the last falls out when there are enough. */
function insertInto(best: Alike[], each: Alike): void {
  let at = best.length
  while (at > 0 && best[at - 1]!.score < each.score) at--
  best.splice(at, 0, each)
  if (best.length > FOR_PLACES) best.pop()
}

/** What an earlier change is about: each hash with its weight, 1 where none are given. */
type About = { hashes: Uint32Array; counts?: Uint16Array }

const placesOf = ({ places }: EarlierChange): About => ({ hashes: places })
const codeOf = ({ code }: EarlierChange): About => code

type WeighedPostings = Postings & { kinds?: Uint8Array }

/** What a term counts as code, by the few ways in which it can stand in paths and identifiers. */
const CODE_WEIGHTS = Float64Array.of(0, 0.5, 1, 1.5)
const KINDS = CODE_WEIGHTS.length

/**
 * The code of the pool. By slot how telling a term is, and that times what it counts, kind by kind; by posting its kind there
 * (a place in CODE_WEIGHTS).
 */
const codeOfPool = oncePerPool(({ candidates, lists }) => {
  const code = lists[CODE]!
  const rarities = new Float64Array(code.hashes.length)
  const kinds = new Uint8Array(code.places.length)
  const worths = new Float64Array(KINDS * rarities.length)
  const squares = new Float64Array(candidates.length)
  for (let slot = 0; slot < rarities.length; slot++) {
    const [from, to] = [code.starts[slot]!, code.starts[slot + 1]!]
    const rarity = (rarities[slot] = Math.log((candidates.length + 1) / (to - from + 0.5)))
    for (let kind = 0; kind < KINDS; kind++) worths[KINDS * slot + kind] = CODE_WEIGHTS[kind]! * rarity
    for (let at = from; at < to; at++) {
      const kind = (kinds[at] = 2 * codeWeight(code.counts[at]!))
      squares[code.places[at]!]! += worths[KINDS * slot + kind]! ** 2
    }
  }
  return { ...code, rarities, kinds, worths, squares }
})

/** For each candidate how much of it the given changes share, what few candidates hold counting most. A change is no hint of itself. */
function sharedBy(
  context: RankingContext,
  alike: readonly Alike[],
  lists: readonly WeighedPostings[],
  of: (change: EarlierChange) => About,
): Column {
  const { candidates } = context
  const profile = new Map<number, number>()
  const squares = alike.reduce((sum, { score }) => sum + score ** 2, 0)
  const own = new Float64Array(candidates.length)
  for (const { change, score } of alike) {
    // Squares: the one that reads almost like the report says more than ten that share a word with it.
    const share = score ** 2 / squares
    const { hashes, counts } = of(change)
    for (let at = 0; at < hashes.length; at++) {
      const weight = share * (counts === undefined ? 1 : codeWeight(counts[at]!))
      profile.set(hashes[at]!, (profile.get(hashes[at]!) ?? 0) + weight)
    }
    const place = placeOf(context, change.id)
    if (place !== -1) own[place] = share
  }
  const column = new Float64Array(candidates.length)
  for (const [hash, weight] of profile) {
    const slots = lists.map((list) => slotOf(list, hash))
    const holding = slots.reduce((sum, slot, at) => sum + (slot === -1 ? 0 : lists[at]!.starts[slot + 1]! - lists[at]!.starts[slot]!), 0)
    const rarity = Math.log((candidates.length + 1) / (holding + 0.5))
    for (const [at, list] of lists.entries()) {
      if (slots[at] === -1) continue
      if (list.kinds === undefined) addHolders(column, own, list, slots[at]!, weight, rarity)
      else addCode(column, own, list, list.kinds, slots[at]!, weight, scaled(CODE_WEIGHTS, rarity), CODE_WEIGHTS)
    }
  }
  for (let index = 0; index < column.length; index++) if (column[index]! < 0) column[index] = 0
  return column
}

/** To all that hold something as the given changes do by `weight`; what a change itself brought into that is taken off. */
function addHolders(column: Column, own: Float64Array, { starts, places }: Postings, slot: number, weight: number, rarity: number): void {
  const end = starts[slot + 1]!
  for (let at = starts[slot]!; at < end; at++) column[places[at]!]! += rarity * (weight - own[places[at]!]!)
}

/** The same by what the term counts there: `worths` by kind, and by kind `parts`, what a change of its own share brought in. */
function addCode(
  column: Column,
  own: Float64Array,
  { starts, places }: Postings,
  kinds: Uint8Array,
  slot: number,
  weight: number,
  worths: Float64Array,
  parts: Float64Array,
): void {
  const end = starts[slot + 1]!
  for (let at = starts[slot]!; at < end; at++) {
    const place = places[at]!
    const kind = kinds[at]!
    column[place]! += worths[kind]! * (weight - own[place]! * parts[kind]!)
  }
}

/** Keeps two changes of a file or two each from being as good as equal. */
const LEAST_LENGTH = 0.5
const DUST = 1e-12

/** For each candidate the cosine of its code with that of the given changes, what few candidates hold counting most. */
function codeAlike(context: RankingContext, alike: readonly Alike[]): Column {
  const { candidates } = context
  const code = codeOfPool(context)
  const unheld = Math.log((candidates.length + 1) / 0.5)
  const squares = alike.reduce((sum, { score }) => sum + score ** 2, 0)
  const profile = new Map<number, number>()
  const own = new Float64Array(candidates.length)
  for (const { change, score } of alike) {
    const slots = Array.from(change.code.hashes, (hash) => slotOf(code, hash))
    const worths = slots.map((slot, at) => codeWeight(change.code.counts[at]!) * (slot === -1 ? unheld : code.rarities[slot]!))
    const length = Math.sqrt(worths.reduce((sum, worth) => sum + worth ** 2, 0))
    const share = score ** 2 / squares / (length + LEAST_LENGTH)
    for (const [at, slot] of slots.entries()) if (slot !== -1) profile.set(slot, (profile.get(slot) ?? 0) + share * worths[at]!)
    const place = placeOf(context, change.id)
    if (place !== -1) own[place] = share
  }
  const column = new Float64Array(candidates.length)
  for (const [slot, weight] of profile) {
    const worths = scaled(CODE_WEIGHTS, code.rarities[slot]!)
    addCode(column, own, code, code.kinds, slot, weight, worths, worths)
  }
  const lengths = untoldLengths(context)
  for (let place = 0; place < column.length; place++) column[place] = Math.max(0, column[place]!) / (lengths[place]! + LEAST_LENGTH)
  return column
}

/** How long the code of each candidate is as a vector, without the words that the report holds itself. */
function untoldLengths(context: RankingContext): Column {
  const { starts, places, kinds, rarities, squares } = codeOfPool(context)
  const lengths = squares.slice()
  for (const { slots } of context.matches.terms) {
    const slot = slots[CODE]!
    if (slot === -1) continue
    const end = starts[slot + 1]!
    for (let at = starts[slot]!; at < end; at++) lengths[places[at]!]! -= (CODE_WEIGHTS[kinds[at]!]! * rarities[slot]!) ** 2
  }
  for (let place = 0; place < lengths.length; place++) {
    // What is left of sums that cancel out is dust, which a root would make large.
    lengths[place] = lengths[place]! > DUST * squares[place]! ? Math.sqrt(lengths[place]!) : 0
  }
  return lengths
}

/** Candidates stand in order of id. */
function placeOf({ pool: { ids } }: RankingContext, id: string): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ids[middle]! < id) low = middle + 1
    else high = middle
  }
  return ids[low] === id ? low : -1
}
