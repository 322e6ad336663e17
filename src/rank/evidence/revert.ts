import type { ChangeReference } from '../../domain/change.ts'
import type { PreparedCandidate } from '../prepare.ts'
import { columnOf, type EvidenceModule, type RankingContext } from './evidence-kind.ts'

/**
 * Relations inside the pool: put back after a revert, taken back already, repaired by or repairing another.
 * "Is a revert" is no feature: where reverts are the ground truth it would be credited with an artefact.
 */
export const revert: EvidenceModule = {
  kind: 'revert',
  features: ['revert.relands', 'revert.taken-back', 'revert.repaired-later', 'revert.repairs', 'revert.touched-later'],
  measure(context) {
    const relations = relationsIn(context)
    return [
      columnOf(context, (candidate) => (isReland(candidate) ? 1 : 0)),
      columnOf(context, (_, index) => (relations[index]!.takenBack ? 1 : 0)),
      columnOf(context, (_, index) => Math.log1p(relations[index]!.repairedLater)),
      columnOf(context, (_, index) => (relations[index]!.repairs ? 1 : 0)),
      columnOf(context, (_, index) => Math.log1p(relations[index]!.touchedLater)),
    ]
  },
  sentence(context, index, strength) {
    const relation = relationsIn(context)[index]!
    if (relation.takenBack) return 'Was taken back by a later change'
    if (isReland(context.candidates[index]!)) return 'Puts back a change that was taken back before'
    if (relation.repairedLater > 0) return 'A later change repairs the same files'
    if (relation.repairs) return strength > 0 ? 'Repairs files that another recent change touched' : 'Is itself a repair of a recent change'
    return relation.touchedLater > 0
      ? `${relation.touchedLater} later ${relation.touchedLater === 1 ? 'change touches' : 'changes touch'} the same files`
      : null
  },
}

type Relation = { takenBack: boolean; repairedLater: number; repairs: boolean; touchedLater: number }

/** A file that more of the pool touches than this is a crossroads, not a relation. */
const MAX_SHARING = 12
const MAX_PATHS = 30
/** More places than a pool can have; a 32-bit hash above it still fits a double. */
const PLACES = 2 ** 20

function relationsIn(context: RankingContext): Relation[] {
  const known = relationsByPool.get(context.candidates)
  if (known !== undefined) return known
  const { candidates, timeline } = context
  const relations = candidates.map((): Relation => ({ takenBack: false, repairedLater: 0, repairs: false, touchedLater: 0 }))
  const repairs = candidates.map(({ traits }) => traits.isRepair)
  const met = new Set<number>()
  for (const touching of sharedPaths(candidates)) {
    for (const earlier of touching) {
      for (const later of touching) {
        if (timeline.places[earlier]! <= timeline.places[later]!) continue
        const pair = earlier * candidates.length + later
        if (met.has(pair)) continue
        met.add(pair)
        relations[earlier]!.touchedLater++
        if (repairs[later]!) {
          relations[earlier]!.repairedLater++
          relations[later]!.repairs = true
        }
      }
    }
  }
  markTakenBack(candidates, timeline.places, relations)
  relationsByPool.set(candidates, relations)
  return relations
}

/** For each path that a few candidates share: their places. Sorting numbers is much faster than a map of lists. */
function* sharedPaths(candidates: readonly PreparedCandidate[]): Generator<Uint32Array> {
  // Most paths stand in one candidate only; a rough count by the hash's low bits leaves them out.
  const roughCounts = new Uint8Array(1 << 17)
  const bucket = (hash: number): number => hash & 0x1ffff
  for (const { pathHashes } of candidates) {
    for (let at = 0; at < Math.min(MAX_PATHS, pathHashes.length); at++) {
      const place = bucket(pathHashes[at]!)
      if (roughCounts[place]! < 2) roughCounts[place]!++
    }
  }
  const found: number[] = []
  for (let index = 0; index < candidates.length; index++) {
    const { pathHashes } = candidates[index]!
    for (let at = 0; at < Math.min(MAX_PATHS, pathHashes.length); at++) {
      if (roughCounts[bucket(pathHashes[at]!)] === 2) found.push(pathHashes[at]! * PLACES + index)
    }
  }
  const keys = Float64Array.from(found)
  const total = keys.length
  keys.sort()
  for (let start = 0, end = 0; start < total; start = end) {
    const hash = Math.floor(keys[start]! / PLACES)
    while (end < total && Math.floor(keys[end]! / PLACES) === hash) end++
    if (end - start >= 2 && end - start <= MAX_SHARING) yield Uint32Array.from(keys.subarray(start, end), (key) => key % PLACES)
  }
}

// One ranking asks for its relations once for the columns and again for each sentence.
const relationsByPool = new WeakMap<readonly PreparedCandidate[], Relation[]>()

function markTakenBack(candidates: readonly PreparedCandidate[], places: Float64Array, relations: Relation[]): void {
  const byTitle = Map.groupBy(candidates.keys(), (index) => candidates[index]!.candidate.title)
  const byNumber = Map.groupBy(candidates.keys(), (index) => candidates[index]!.candidate.number ?? -1)
  for (const [by, { candidate }] of candidates.entries()) {
    for (const reference of candidate.references) {
      if (reference.kind !== 'reverts') continue
      for (const target of targetsOf(reference, candidates, byTitle, byNumber)) {
        if (target !== by && places[target]! >= places[by]!) relations[target]!.takenBack = true
      }
    }
  }
}

function targetsOf(
  reference: ChangeReference,
  candidates: readonly PreparedCandidate[],
  byTitle: ReadonlyMap<string, number[]>,
  byNumber: ReadonlyMap<number, number[]>,
): number[] {
  if (reference.by === 'title') return byTitle.get(reference.title) ?? []
  if (reference.by === 'number') return byNumber.get(reference.number) ?? []
  const { sha } = reference
  if (sha.length < 7) return []
  return [...candidates.keys()].filter((index) => {
    const { candidate } = candidates[index]!
    return (candidate.shas ?? [candidate.id]).some((known) => known.startsWith(sha) || sha.startsWith(known))
  })
}

function isReland({ candidate, traits }: PreparedCandidate): boolean {
  return traits.isReland || candidate.references.some(({ kind }) => kind === 'relands')
}
