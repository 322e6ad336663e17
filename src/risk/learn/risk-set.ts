// A repository's past as a data set, and what each of its changes looked like when it landed. Pure.
import type { RiskChange, RiskHarm } from '../../domain/risk.ts'
import { outcomeOf, type RiskOutcome } from '../outcome.ts'
import { titleKey } from '../risk-keys.ts'
import { riskMemory, SETTLED_AFTER_MS } from '../risk-memory.ts'

export type SetChange = {
  at: Date
  title: string
  files: { path: string; added: number; deleted: number }[]
  fileCount: number
  added: number
  deleted: number
  /** Earlier reverts of its files, as the set counts them: a baseline. */
  priorReverts: number
  isRevert: boolean
  /** Within 14 days: what is to be foretold. */
  isReverted: boolean
  isFixed: boolean
}

export type RiskSet = { name: string; /** Of its content. */ hash: string; changes: SetChange[] }

/** One change, with what baselines go by. */
export type RiskRow = RiskOutcome & { lines: number; fileCount: number; priorReverts: number }

/** Changes of a repository that only warm its past up. */
const WARM_UP = 2_000

/** Rows of all changes after the warm-up that are no reverts themselves, oldest first. */
export function rowsOf(set: RiskSet): RiskRow[] {
  const memory = riskMemory()
  const harms = harmsOf(set)
  const rows: RiskRow[] = []
  let told = 0
  for (const [place, each] of set.changes.entries()) {
    for (let next = harms[told]; next !== undefined && next.knownAt <= each.at && next.place < place; next = harms[++told])
      memory.harmed(next.place, harmOf(next))
    const change = changeOf(each)
    if (place >= WARM_UP && !each.isRevert) {
      rows.push({
        ...outcomeOf(change, memory.past(change), each.isReverted),
        lines: each.added + each.deleted,
        fileCount: each.fileCount,
        priorReverts: each.priorReverts,
      })
    }
    memory.landed(change)
  }
  return rows
}

function changeOf({ at, title, files, fileCount, added, deleted }: SetChange): RiskChange {
  return {
    at,
    title,
    body: '',
    files: files.map((file) => ({ ...file, previousPath: null, status: 'modified', ranges: [], symbols: [] })),
    filesTruncated: files.length < fileCount,
    fileCount,
    added,
    deleted,
    labels: [],
    bumps: [],
    references: [],
  }
}

type KnownHarm = { place: number; knownAt: Date; title: string }

const harmOf = ({ knownAt, title }: KnownHarm): RiskHarm => ({ kind: 'reverted', knownAt, title, url: null, incident: null })

/**
 * When each harm became known: when a revert of the same title, or else of much the same files, landed within 14 days;
 * after 14 days where no such revert is found. In the order in which they became known.
 */
function harmsOf({ changes }: RiskSet): KnownHarm[] {
  const reverts = changes.flatMap((change, place) =>
    change.isRevert
      ? [{ place, atMs: change.at.getTime(), key: titleKey(change.title), paths: new Set(change.files.map(({ path }) => path)) }]
      : [],
  )
  const harms: KnownHarm[] = []
  let first = 0
  for (const [place, { at, title, files, isReverted, isFixed }] of changes.entries()) {
    while (first < reverts.length && reverts[first]!.place <= place) first++
    if (!isReverted && !isFixed) continue
    const untilMs = at.getTime() + SETTLED_AFTER_MS
    const within = []
    for (let next = first; next < reverts.length && reverts[next]!.atMs <= untilMs; next++) within.push(reverts[next]!)
    const key = titleKey(title)
    const paths = new Set(files.map(({ path }) => path))
    const revert =
      within.find((each) => each.key === key) ?? (isReverted ? within.find((each) => isMuchTheSame(each.paths, paths)) : undefined)
    harms.push({ place, title, knownAt: new Date(Math.max(at.getTime(), revert?.atMs ?? untilMs)) })
  }
  return harms.sort((a, b) => a.knownAt.getTime() - b.knownAt.getTime() || a.place - b.place)
}

function isMuchTheSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const shared = a.intersection(b).size
  return shared > 0 && shared / (a.size + b.size - shared) >= 0.5
}
