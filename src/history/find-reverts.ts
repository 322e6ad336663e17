// Goes through a main line as it grew and finds the reverts that say why, with what they took back.
// Pure. Each dropped revert is counted under its reason, so that what was left out can be judged.
import type { HistoryChange } from './history.ts'
import { clears, isPlanned, isStopgap, reasonOf } from './revert-reason.ts'

export type DropReason =
  | 'revert of a revert'
  | 'culprit unknown'
  | 'culprit outside the window'
  | 'same culprit as an earlier case'
  | 'no reason given or too short'
  | 'planned or administrative'
  | 'culprit cleared later'
  | 'fewer than five candidates'
  | 'before the range asked for'

/** Places count main-line changes from 0 in landing order. */
export type RevertCase = {
  place: number
  sha: string
  at: Date
  title: string
  text: string
  culprits: number[]
  poolStart: number
  /** Exclusive: the place of the revert itself. */
  poolEnd: number
}

/** Something was taken back: later cases may know it, earlier ones may not. */
export type TakenBack = { place: number; at: Date; culprits: number[]; text: string }

export type FoundReverts = { cases: RevertCase[]; takenBack: TakenBack[]; dropped: Partial<Record<DropReason, number>>; changes: number }

const MIN_POOL = 5
const SVN = /(?:^git-svn-id: \S{1,300}@|^llvm-svn: )(\d{3,9})/m
const CHANGE_ID = /^Change-Id: (I[0-9a-f]{8,40})/m

/** Call `add` for each change, oldest first, then `finish`. Memory: the changes within `lookbackMs`, and small indexes of all. */
export function findReverts(lookbackMs: number, since: Date | null): { add(change: HistoryChange): void; finish(): FoundReverts } {
  const names = nameIndex()
  const window = new Map<number, HistoryChange>()
  const cases: RevertCase[] = []
  const takenBack: TakenBack[] = []
  const dropped: Partial<Record<DropReason, number>> = {}
  const asked = new Set<number>()
  let place = 0
  let first = 0
  const drop = (reason: DropReason): void => void (dropped[reason] = (dropped[reason] ?? 0) + 1)

  function judge(change: HistoryChange): RevertCase | DropReason | null {
    if (!change.references.some((reference) => reference.kind === 'reverts')) return null
    if (change.references.some((reference) => reference.kind === 'relands')) return 'revert of a revert'
    const culprits = names.revertedBy(change).filter((culprit) => culprit < place)
    if (culprits.length === 0) return 'culprit unknown'
    const inWindow = culprits.filter((culprit) => culprit >= first)
    const known = inWindow.map((culprit) => window.get(culprit)).filter((culprit) => culprit !== undefined)
    const text = reasonOf(change, known) ?? ''
    if (known.some((culprit) => isRevertTitle(culprit))) return 'revert of a revert'
    takenBack.push({ place, at: change.mergedAt, culprits, text })
    if (inWindow.length === 0) return 'culprit outside the window'
    if (since !== null && change.mergedAt < since) return 'before the range asked for'
    if (text === '') return 'no reason given or too short'
    if (isPlanned(text) || known.every(({ title }) => isStopgap(title))) return 'planned or administrative'
    if (inWindow.every((culprit) => asked.has(culprit))) return 'same culprit as an earlier case'
    if (place - first < MIN_POOL) return 'fewer than five candidates'
    for (const culprit of inWindow) asked.add(culprit)
    return {
      place,
      sha: change.mergeSha,
      at: change.mergedAt,
      title: change.title,
      text,
      culprits: inWindow,
      poolStart: first,
      poolEnd: place,
    }
  }

  return {
    add(change) {
      for (; first < place && (window.get(first)?.mergedAt.getTime() ?? 0) < change.mergedAt.getTime() - lookbackMs; first += 1)
        window.delete(first)
      const verdict = judge(change)
      if (typeof verdict === 'string') drop(verdict)
      else if (verdict !== null) cases.push(verdict)
      else if (change.references.some((reference) => reference.kind === 'relands') && clears(change.body)) {
        const cleared = names.relandedBy(change)
        const at = cases.findIndex((found) => found.culprits.some((culprit) => cleared.includes(culprit)))
        if (at !== -1) {
          cases.splice(at, 1)
          drop('culprit cleared later')
        }
      }
      names.add(change, place)
      window.set(place, change)
      place += 1
    },
    finish: () => ({ cases, takenBack, dropped, changes: place }),
  }
}

function isRevertTitle(change: HistoryChange): boolean {
  return /^\W*(?:\[[^\]]{0,80}\]\s*)*(?:\w{1,20}:\s*)?(?:revert|back(?:ed)?[ -]?out|roll(?:ed)?[ -]?back)/i.test(change.title)
}

/** Finds places by sha, number, title, Subversion revision and Change-Id; of equal titles the newest counts. */
function nameIndex() {
  const shas = new Map<string, { sha: string; place: number }>()
  const numbers = new Map<number, number>()
  const titles = new Map<string, number>()

  const placesOf = (change: HistoryChange, kind: 'reverts' | 'relands'): number[] => {
    const places = new Set<number>()
    const named = change.references.filter((reference) => reference.kind === kind)
    const add = (place: number | undefined): void => void (place !== undefined && places.add(place))
    for (const reference of named) {
      if (reference.by === 'number') add(numbers.get(reference.number))
      if (reference.by !== 'sha') continue
      const known = shas.get(reference.sha.slice(0, 7))
      if (known?.sha.startsWith(reference.sha) === true) add(known.place)
    }
    // A title may have been used before: it counts only where nothing more exact was said.
    if (places.size === 0) for (const reference of named) if (reference.by === 'title') add(titles.get(titleKey(reference.title)))
    return [...places]
  }

  return {
    add(change: HistoryChange, place: number): void {
      for (const sha of change.commitShas) shas.set(sha.slice(0, 7), { sha, place })
      if (change.number !== null) numbers.set(change.number, place)
      titles.set(titleKey(change.title), place)
      const revision = SVN.exec(change.body)?.[1]
      if (revision !== undefined) titles.set(`r${revision}`, place)
      const changeId = CHANGE_ID.exec(change.body)?.[1]
      if (changeId !== undefined) titles.set(titleKey(changeId), place)
    },
    revertedBy: (change: HistoryChange) => placesOf(change, 'reverts'),
    relandedBy: (change: HistoryChange) => placesOf(change, 'relands'),
  }
}

/** A copy, so that the index does not keep whole messages alive. */
function titleKey(title: string): string {
  return Buffer.from(title.trim().toLowerCase().replace(/\s+/g, ' ').slice(0, 120), 'utf8').toString('utf8')
}
