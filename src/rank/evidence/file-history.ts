import { foldersOf, matchHashes, slotsOf, termHash } from '../prepare.ts'
import { type Column, columnOf, type EvidenceModule, type RankingContext } from './evidence-kind.ts'

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
    const files = context.candidates.map((_, index) => worstFile(context, index))
    return [
      columnOf(context, (_, index) => files[index]!.rate),
      columnOf(context, (_, index) => Math.log1p(files[index]!.culprits)),
      folderColumn(context),
      columnOf(context, (_, index) => Math.log1p(files[index]!.busiest)),
      columnOf(context, (_, index) => (files[index]!.busiest === 0 ? 1 : 0)),
    ]
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

function worstFile({ candidates, past }: RankingContext, index: number) {
  const worst = { path: null as string | null, culprits: 0, changes: 0, rate: Math.log(PRIOR_CULPRITS / PRIOR_CHANGES), busiest: 0 }
  for (const path of candidates[index]!.candidate.paths.slice(0, MAX_FILES)) {
    const history = past.files.get(path)
    if (history === undefined) continue
    worst.busiest = Math.max(worst.busiest, history.changes)
    const rate = Math.log((history.culprits + PRIOR_CULPRITS) / (history.changes + PRIOR_CHANGES))
    if (worst.path === null || rate > worst.rate) Object.assign(worst, { path, rate, culprits: history.culprits, changes: history.changes })
  }
  return worst
}

/** log(1 + culprits per landed change) of the worst folder, deep folders counting more than broad ones. */
function folderColumn(context: RankingContext): Column {
  const culprits = context.past.culprits.filter(({ incidentAt }) => incidentAt.getTime() < context.query.atMs).slice(-RECENT_CULPRITS)
  const byFolder = new Map<number, number>()
  for (const { paths } of culprits) {
    for (const folder of foldersOf(paths.map((path) => path.toLowerCase()))) {
      const hash = termHash(folder)
      byFolder.set(hash, (byFolder.get(hash) ?? 0) + 1)
    }
  }
  const counts = [...byFolder.values()]
  const wanted = slotsOf([...byFolder.keys()])
  const inPool = new Uint32Array(counts.length)
  const meetings: number[] = []
  for (let index = 0; index < context.candidates.length; index++) {
    matchHashes(wanted, context.candidates[index]!.folderHashes, (slot) => {
      inPool[slot]!++
      meetings.push(index, slot)
    })
  }
  const cases = culprits.length + 5
  // Share of culprits there against share of the pool there: a folder that everyone touches says nothing.
  const worth = counts.map((count, slot) => Math.log1p(count / cases / ((inPool[slot]! + 1) / (context.candidates.length + 2))))
  const column = new Float64Array(context.candidates.length)
  for (let at = 0; at < meetings.length; at += 2) {
    const index = meetings[at]!
    column[index] = Math.max(column[index]!, worth[meetings[at + 1]!]!)
  }
  return column
}
