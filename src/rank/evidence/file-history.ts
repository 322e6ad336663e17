import type { Candidate, FileHistory, PastCulprit, RepositoryPast } from '../../domain/ranking.ts'
import type { CandidatePool } from '../pool.ts'
import { placesOf } from '../postings.ts'
import { foldersOf, termHash } from '../prepare.ts'
import { type Column, type EvidenceModule, raise, type RankingContext } from './evidence-kind.ts'

const RECENT_CULPRITS = 400
const MAX_FILES = 60
/** Culprits and changes assumed of a file never seen: keeps one unlucky file from looking like a habit. */
const PRIOR_CHANGES = 20
const PRIOR_CULPRITS = 0.4

/** How often the touched files and folders caused trouble before. */
export const fileHistory: EvidenceModule = {
  kind: 'file-history',
  features: [
    'file-history.culprit-rate',
    'file-history.culprits',
    'file-history.folder-culprits',
    'file-history.busiest',
    'file-history.unknown',
  ],
  measure(context) {
    const { rates, culprits, busiest } = worstFiles(context)
    const unknown = new Float64Array(busiest.length)
    for (let index = 0; index < unknown.length; index++) {
      if (busiest[index] === 0) unknown[index] = 1
      rates[index] = Math.log(rates[index]!)
      culprits[index] = Math.log1p(culprits[index]!)
      busiest[index] = Math.log1p(busiest[index]!)
    }
    return [rates, culprits, folderColumn(context), busiest, unknown]
  },
  sentence(context, index, strength) {
    const { path, culprits, changes, busiest } = worstFile(context, index)
    if (culprits > 0 && path !== null)
      return `\`${path}\` was part of ${culprits} earlier ${culprits === 1 ? 'cause' : 'causes'} in ${changes} changes`
    if (strength < 0) return busiest > 0 ? 'Its files have not caused an incident before' : null
    return busiest > 0
      ? `Changes a file that was changed ${busiest} ${busiest === 1 ? 'time' : 'times'} before`
      : 'Changes files not seen before'
  },
}

/** Seen as logarithms: rates that differ by rounding only are equal, and the first stays. */
function isWorse(rate: number, worst: number): boolean {
  return rate > worst && !(Math.log(rate) <= Math.log(worst))
}

/** For each candidate: rate and culprits of its worst file, and changes of its busiest. */
function worstFiles(context: RankingContext): { rates: Column; culprits: Column; busiest: Column } {
  const histories = historiesOf(context)
  const rates = new Float64Array(histories.length).fill(PRIOR_CULPRITS / PRIOR_CHANGES)
  const culprits = new Float64Array(histories.length)
  const busiest = new Float64Array(histories.length)
  for (let index = 0; index < histories.length; index++) {
    const files = histories[index]!
    let worst = -1
    let most = 0
    for (let at = 0; at < files.length; at++) {
      const history = files[at]
      if (history === undefined) continue
      if (history.changes > most) most = history.changes
      const rate = (history.culprits + PRIOR_CULPRITS) / (history.changes + PRIOR_CHANGES)
      if (worst !== -1 && !isWorse(rate, worst)) continue
      worst = rate
      culprits[index] = history.culprits
    }
    if (worst !== -1) rates[index] = worst
    busiest[index] = most
  }
  return { rates, culprits, busiest }
}

type Histories = readonly (readonly (FileHistory | undefined)[])[]

// A recorded past answers for as long as it grows, and a file's history stays the same object.
const recordedByPool = new WeakMap<CandidatePool, { by: RepositoryPast['historiesOf']; histories: Histories }>()

/** Of each candidate's files. */
function historiesOf({ pool, candidates, past: { files, historiesOf: recorded } }: RankingContext): Histories {
  const known = recordedByPool.get(pool)
  if (known !== undefined && known.by === recorded) return known.histories
  let isRecorded = recorded !== undefined
  const histories = candidates.map(({ candidate }) => {
    const found = recorded?.(candidate)?.slice(0, MAX_FILES)
    isRecorded &&= found !== undefined
    return found ?? lookedUp(candidate, files)
  })
  if (isRecorded) recordedByPool.set(pool, { by: recorded, histories })
  return histories
}

function lookedUp({ paths }: Candidate, files: RepositoryPast['files']): (FileHistory | undefined)[] {
  return paths.slice(0, MAX_FILES).map((path) => files.get(path))
}

function worstFile({ candidates, past }: RankingContext, index: number) {
  const worst = { path: null as string | null, culprits: 0, changes: 0, rate: 0, busiest: 0 }
  for (const path of candidates[index]!.candidate.paths.slice(0, MAX_FILES)) {
    const history = past.files.get(path)
    if (history === undefined) continue
    worst.busiest = Math.max(worst.busiest, history.changes)
    const rate = (history.culprits + PRIOR_CULPRITS) / (history.changes + PRIOR_CHANGES)
    if (isWorse(rate, worst.rate)) Object.assign(worst, { path, rate, culprits: history.culprits, changes: history.changes })
  }
  return worst
}

/** log(1 + culprits per landed change) of the worst folder, deep folders counting more than broad ones. */
function folderColumn({ pool, candidates, past, query }: RankingContext): Column {
  const culprits = past.culprits.filter(({ incidentAt }) => incidentAt.getTime() < query.atMs).slice(-RECENT_CULPRITS)
  const byFolder = new Map<number, number>()
  for (const culprit of culprits) for (const hash of folderHashesOf(culprit)) byFolder.set(hash, (byFolder.get(hash) ?? 0) + 1)
  const cases = culprits.length + 5
  const column = new Float64Array(candidates.length)
  const { folders } = pool
  for (const [hash, count] of byFolder) {
    const places = placesOf(folders, hash)
    // Share of culprits there against share of the pool there: a folder that everyone touches says nothing.
    const worth = Math.log1p(count / cases / ((places.length + 1) / (candidates.length + 2)))
    raise(column, places, worth)
  }
  return column
}

// A culprit is compared with every later incident of its repository.
const foldersByCulprit = new WeakMap<PastCulprit, Uint32Array>()

function folderHashesOf(culprit: PastCulprit): Uint32Array {
  let hashes = foldersByCulprit.get(culprit)
  if (hashes === undefined) {
    hashes = Uint32Array.from(foldersOf(culprit.paths.map((path) => path.toLowerCase())), termHash)
    foldersByCulprit.set(culprit, hashes)
  }
  return hashes
}
