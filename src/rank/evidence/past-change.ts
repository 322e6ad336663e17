// The repository's past as a dictionary: changes that were described in the report's words show which code and which
// folders such words are about, even where a candidate's own words say nothing of it.
import type { EarlierChange } from '../../domain/ranking.ts'
import { codeWeight, wordWeight } from '../earlier-change.ts'
import { placesOf } from '../postings.ts'
import { CODE, FIELDS, foldersOf, matchList, pathsOf, slotOf, slotsOf, termHash } from '../prepare.ts'
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
    const places = samePlaces(context, alike.slice(0, FOR_PLACES))
    const code = sameCode(context, alike.slice(0, FOR_CODE))
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

/** What each of them has to say, all together 1. Squares: the one that reads almost like the report says more than ten that share a word with it. */
function sharesOf(alike: readonly Alike[]): number[] {
  const squares = alike.reduce((sum, { score }) => sum + score ** 2, 0)
  return alike.map(({ score }) => score ** 2 / squares)
}

/** For each candidate how many of the given changes' paths and folders it shares, those that few candidates hold counting most. */
function samePlaces(context: RankingContext, alike: readonly Alike[]): Column {
  const { paths, folders, ids } = context.pool
  const profile = new Map<number, number>()
  const own = new Float64Array(ids.length)
  for (const [at, share] of sharesOf(alike).entries()) {
    const { places, id } = alike[at]!.change
    for (const hash of places) profile.set(hash, (profile.get(hash) ?? 0) + share)
    const place = placeOf(context, id)
    if (place !== -1) own[place] = share
  }
  const column = new Float64Array(ids.length)
  for (const [hash, weight] of profile) {
    const holders = [placesOf(paths, hash), placesOf(folders, hash)]
    const rarity = Math.log((ids.length + 1) / (holders[0]!.length + holders[1]!.length + 0.5))
    // A change is no hint of itself.
    for (const places of holders) {
      for (let at = 0; at < places.length; at++) column[places[at]!]! += rarity * (weight - own[places[at]!]!)
    }
  }
  for (let index = 0; index < column.length; index++) if (column[index]! < 0) column[index] = 0
  return column
}

/** What a term counts as code, by the few ways in which it can stand in paths and identifiers. */
const CODE_WEIGHTS = Float64Array.of(0, 0.5, 1, 1.5)
const KINDS = CODE_WEIGHTS.length
const kindOf = (counts: number): number => 2 * codeWeight(counts)

/**
 * The code of the pool: by posting in which of these ways the term stands there, its kind; by slot how telling the term is,
 * and what that makes of it, kind by kind.
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
      const kind = (kinds[at] = kindOf(code.counts[at]!))
      squares[code.places[at]!]! += worths[KINDS * slot + kind]! ** 2
    }
  }
  return { ...code, rarities, kinds, worths, squares }
})

type PoolCode = ReturnType<typeof codeOfPool>

/** What some changes' code has in common: by slot its weight, and by place what a candidate that is one of them brought in itself. */
type CodeProfile = { weights: Map<number, number>; own: Map<number, number> }

/** `worthOf`: of a term of one of them, by its slot and its kind there; `shares`: of each of them. */
function profileOf(
  context: RankingContext,
  alike: readonly Alike[],
  shares: readonly number[],
  worthOf: (slot: number, kind: number) => number,
): CodeProfile {
  const code = codeOfPool(context)
  const profile: CodeProfile = { weights: new Map(), own: new Map() }
  for (const [at, { change }] of alike.entries()) {
    matchPool(code, change.code, (slot, kind) => {
      profile.weights.set(slot, (profile.weights.get(slot) ?? 0) + shares[at]! * worthOf(slot, kind))
    })
    const place = placeOf(context, change.id)
    if (place !== -1) profile.own.set(place, shares[at]!)
  }
  return profile
}

/** Calls `found` with the slot and the kind of each of these terms that the pool holds. */
function matchPool(code: PoolCode, { hashes, counts }: EarlierChange['code'], found: (slot: number, kind: number) => void): void {
  for (let at = 0; at < hashes.length; at++) {
    const slot = slotOf(code, hashes[at]!)
    if (slot !== -1) found(slot, kindOf(counts[at]!))
  }
}

/** For each candidate how much of its code a profile speaks of, what few candidates hold counting most. A change is no hint of itself. */
function sharedCode(context: RankingContext, { weights, own }: CodeProfile, worthOf: (slot: number, kind: number) => number): Column {
  const code = codeOfPool(context)
  const { starts, places, kinds, worths } = code
  const column = new Float64Array(context.candidates.length)
  const added = new Float64Array(KINDS)
  for (const [slot, weight] of weights) {
    for (let kind = 0; kind < KINDS; kind++) added[kind] = worths[KINDS * slot + kind]! * weight
    const end = starts[slot + 1]!
    for (let at = starts[slot]!; at < end; at++) column[places[at]!]! += added[kinds[at]!]!
  }
  for (const [place, share] of own) {
    column[place] = 0
    matchPool(code, context.candidates[place]!.lists[CODE]!, (slot, kind) => {
      column[place]! += worths[KINDS * slot + kind]! * ((weights.get(slot) ?? 0) - share * worthOf(slot, kind))
    })
    if (column[place] < 0) column[place] = 0
  }
  return column
}

function sameCode(context: RankingContext, alike: readonly Alike[]): Column {
  const worthOf = (_: number, kind: number): number => CODE_WEIGHTS[kind]!
  return sharedCode(context, profileOf(context, alike, sharesOf(alike), worthOf), worthOf)
}

/** Keeps two changes of a file or two each from being as good as equal. */
const LEAST_LENGTH = 0.5
const DUST = 1e-12

/** For each candidate the cosine of its code with that of the given changes, what few candidates hold counting most. */
function codeAlike(context: RankingContext, alike: readonly Alike[]): Column {
  const code = codeOfPool(context)
  const worthOf = (slot: number, kind: number): number => code.worths[KINDS * slot + kind]!
  const shares = sharesOf(alike).map((share, at) => share / (lengthOf(context, alike[at]!.change) + LEAST_LENGTH))
  const column = sharedCode(context, profileOf(context, alike, shares, worthOf), worthOf)
  const lengths = untoldLengths(context)
  for (let place = 0; place < column.length; place++) column[place]! /= lengths[place]! + LEAST_LENGTH
  return column
}

/** How long the code of a change is as a vector; what no candidate holds is as rare as can be. */
function lengthOf(context: RankingContext, { code: { hashes, counts } }: EarlierChange): number {
  const code = codeOfPool(context)
  const unheld = Math.log((context.candidates.length + 1) / 0.5)
  let squares = 0
  for (let at = 0; at < hashes.length; at++) {
    const slot = slotOf(code, hashes[at]!)
    squares += (CODE_WEIGHTS[kindOf(counts[at]!)]! * (slot === -1 ? unheld : code.rarities[slot]!)) ** 2
  }
  return Math.sqrt(squares)
}

/** How long the code of each candidate is as a vector, without the words that the report holds itself. */
function untoldLengths(context: RankingContext): Column {
  const { starts, places, kinds, worths, squares } = codeOfPool(context)
  const lengths = squares.slice()
  for (const { slots } of context.matches.terms) {
    const slot = slots[CODE]!
    if (slot === -1) continue
    const end = starts[slot + 1]!
    for (let at = starts[slot]!; at < end; at++) lengths[places[at]!]! -= worths[KINDS * slot + kinds[at]!]! ** 2
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
