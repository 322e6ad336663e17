import type { ChangeReference } from '../../domain/change.ts'
import type { CandidatePool } from '../pool.ts'
import type { PreparedCandidate } from '../prepare.ts'
import { type Column, columnOf, type EvidenceModule, oncePerPool } from './evidence-kind.ts'

/**
 * Relations inside the pool: put back after a revert, taken back already, repaired by or repairing another.
 * "Is a revert" is no feature: where reverts are the ground truth it would be credited with an artefact.
 */
export const revert: EvidenceModule = {
  kind: 'revert',
  features: [
    'revert.relands',
    'revert.taken-back',
    'revert.repaired-later',
    'revert.repairs',
    'revert.touched-later',
    'revert.repaired-soon',
    'revert.follows-soon',
    'revert.mends',
  ],
  measure: (context) => columnsOf(context),
  sentence(context, index, strength) {
    const relations = relationsIn(context)
    const touchedLater = relations.touchedLater[index]!
    if (relations.takenBack[index] === 1) return 'Was taken back by a later change'
    if (isReland(context.candidates[index]!)) return 'Puts back a change that was taken back before'
    if (relations.repairedLater[index]! > 0) return 'A later change repairs the same files'
    if (relations.repairs[index] === 1)
      return strength > 0 ? 'Repairs files that another recent change touched' : 'Is itself a repair of a recent change'
    if (context.candidates[index]!.traits.isRepair && strength < 0) return 'Is itself a repair'
    if (relations.followsSoon[index] === 1) return 'Follows within a day on another change of the same files'
    return touchedLater > 0 ? `${touchedLater} later ${touchedLater === 1 ? 'change touches' : 'changes touch'} the same files` : null
  },
}

/** No report changes any of it. */
const columnsOf = oncePerPool((pool) => {
  const { takenBack, repairedLater, repairs, touchedLater, repairedSoon, followsSoon } = relationsIn({ pool })
  return [
    columnOf(pool, (candidate) => (isReland(candidate) ? 1 : 0)),
    takenBack,
    repairedLater.map(Math.log1p),
    repairs,
    touchedLater.map(Math.log1p),
    repairedSoon,
    followsSoon,
    columnOf(pool, ({ traits }) => (traits.isRepair ? 1 : 0)),
  ]
})

/** A number for each candidate; all but `repairedLater` and `touchedLater`, which count, are 0 or 1. */
type Relations = Record<'takenBack' | 'repairedLater' | 'repairs' | 'touchedLater' | 'repairedSoon' | 'followsSoon', Column>

const SOON_MS = 24 * 3_600_000

/** A file that more of the pool touches than this is a crossroads, not a relation. */
const MAX_SHARING = 12
const MAX_PATHS = 30
const MIN_SHA_LENGTH = 7

const relationsIn = oncePerPool((pool): Relations => {
  const column = (): Column => new Float64Array(pool.candidates.length)
  const relations = {
    takenBack: column(),
    repairedLater: column(),
    repairs: column(),
    touchedLater: column(),
    repairedSoon: column(),
    followsSoon: column(),
  }
  relateByPath(pool, relations)
  markTakenBack(pool, relations.takenBack)
  return relations
})

function relateByPath({ candidates, effectiveMs }: CandidatePool, relations: Relations): void {
  const { starts, groups, sharing, members } = sharedPaths(candidates)
  const metBy = new Int32Array(candidates.length).fill(-1)
  for (let earlier = 0; earlier < candidates.length; earlier++) {
    for (let at = starts[earlier]!; at < starts[earlier + 1]!; at++) {
      const group = groups[at]!
      if (sharing[group]! < 2 || sharing[group]! > MAX_SHARING) continue
      for (let member = group * MAX_SHARING; member < group * MAX_SHARING + sharing[group]!; member++) {
        const later = members[member]!
        const passedMs = effectiveMs[later]! - effectiveMs[earlier]!
        if (passedMs <= 0 || metBy[later] === earlier) continue
        metBy[later] = earlier
        relations.touchedLater[earlier]!++
        const isSoon = passedMs < SOON_MS
        if (isSoon) relations.followsSoon[later] = 1
        if (!candidates[later]!.traits.isRepair) continue
        relations.repairedLater[earlier]!++
        relations.repairs[later] = 1
        if (isSoon) relations.repairedSoon[earlier] = 1
      }
    }
  }
}

/** Equal paths are one group. `groups` from `starts[n]` are those of candidate n; `members` has MAX_SHARING places a group. */
type SharedPaths = { starts: Uint32Array; groups: Uint32Array; sharing: Uint32Array; members: Uint32Array }

function sharedPaths(candidates: readonly PreparedCandidate[]): SharedPaths {
  const starts = new Uint32Array(candidates.length + 1)
  for (let index = 0; index < candidates.length; index++) {
    starts[index + 1] = starts[index]! + Math.min(MAX_PATHS, candidates[index]!.pathHashes.length)
  }
  const total = starts[candidates.length]!
  let size = 16
  while (size < total * 2) size *= 2
  // An open hash table of group + 1: a map of lists would be several times slower.
  const cells = new Uint32Array(size)
  const hashes = new Uint32Array(total)
  const groups = new Uint32Array(total)
  const sharing = new Uint32Array(total)
  const members = new Uint32Array(total * MAX_SHARING)
  let count = 0
  for (let index = 0; index < candidates.length; index++) {
    const { pathHashes } = candidates[index]!
    const start = starts[index]!
    for (let at = start; at < starts[index + 1]!; at++) {
      const hash = pathHashes[at - start]!
      let cell = hash & (size - 1)
      while (cells[cell] !== 0 && hashes[cells[cell]! - 1] !== hash) cell = (cell + 1) & (size - 1)
      if (cells[cell] === 0) {
        hashes[count] = hash
        cells[cell] = ++count
      }
      const group = cells[cell]! - 1
      if (sharing[group]! < MAX_SHARING) members[group * MAX_SHARING + sharing[group]!] = index
      sharing[group]!++
      groups[at] = group
    }
  }
  return { starts, groups, sharing, members }
}

function markTakenBack({ candidates, effectiveMs }: CandidatePool, takenBack: Column): void {
  let targets: Targets | null = null
  for (const [by, { candidate }] of candidates.entries()) {
    for (const reference of candidate.references) {
      if (reference.kind !== 'reverts') continue
      targets ??= targetsIn(candidates)
      for (const target of targetsOf(reference, targets)) {
        if (target !== by && effectiveMs[target]! <= effectiveMs[by]!) takenBack[target] = 1
      }
    }
  }
}

type Targets = {
  byTitle: ReadonlyMap<string, number[]>
  byNumber: ReadonlyMap<number, number[]>
  /** By the first seven digits; ids shorter than that stand under the empty string. */
  bySha: ReadonlyMap<string, { index: number; sha: string }[]>
}

function targetsIn(candidates: readonly PreparedCandidate[]): Targets {
  const places = [...candidates.keys()]
  const known = places.flatMap((index) => {
    const { shas, id } = candidates[index]!.candidate
    return (shas ?? [id]).map((sha) => ({ index, sha }))
  })
  return {
    byTitle: Map.groupBy(places, (index) => candidates[index]!.candidate.title),
    byNumber: Map.groupBy(places, (index) => candidates[index]!.candidate.number ?? -1),
    bySha: Map.groupBy(known, ({ sha }) => (sha.length < MIN_SHA_LENGTH ? '' : sha.slice(0, MIN_SHA_LENGTH))),
  }
}

function targetsOf(reference: ChangeReference, { byTitle, byNumber, bySha }: Targets): number[] {
  if (reference.by === 'title') return byTitle.get(reference.title) ?? []
  if (reference.by === 'number') return byNumber.get(reference.number) ?? []
  const { sha } = reference
  if (sha.length < MIN_SHA_LENGTH) return []
  return [...(bySha.get(sha.slice(0, MIN_SHA_LENGTH)) ?? []), ...(bySha.get('') ?? [])]
    .filter((known) => known.sha.startsWith(sha) || sha.startsWith(known.sha))
    .map(({ index }) => index)
}

function isReland({ candidate, traits }: PreparedCandidate): boolean {
  return traits.isReland || candidate.references.some(({ kind }) => kind === 'relands')
}
