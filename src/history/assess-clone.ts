// The risk of changes in a clone, from the clone's own past: what the check on a pull request would say if only git were known.
import { statedBumps } from '../changes/describe/bumps.ts'
import type { RiskAdjustment, RiskAssessment, RiskChange, RiskPast } from '../domain/risk.ts'
import { adjustmentFrom } from '../risk/adjust.ts'
import { assessChange } from '../risk/assess-change.ts'
import { missingOf } from '../risk/gather-risk-past.ts'
import type { RiskModel } from '../risk/model.ts'
import { outcomeOf, type RiskOutcome, WARM_UP } from '../risk/outcome.ts'
import { type RiskMemory, riskMemory, SETTLED_AFTER_MS } from '../risk/risk-memory.ts'
import { cloneCandidate } from './clone-candidate.ts'
import { findReverts } from './find-reverts.ts'
import type { History, HistoryChange, HistoryDetail } from './history.ts'

/** Older changes tell little about today's, and reading them takes long. */
const PAST_MS = 3 * 365 * 86_400_000
/** Files whose companions are looked up, and how many of their last changes are looked at. */
const COMPANIONED = 3
const LAST_CHANGES = 12
const PROGRESS_EVERY = 1_000
/** The newest outcomes from which the model is adjusted, and after how many more it is again. */
const MOST_OUTCOMES = 20_000
const ADJUSTED_EVERY = 200
/** Of the past only paths are read, not lines: how large changes were says nothing there. */
const NOT_LEARNED = ['size']

export type ClonePast = {
  /** Changes read, and how many of them came to harm. */
  changes: number
  harmed: number
  /** What was said of each asked change, by sha, when it landed. */
  assessed: ReadonlyMap<string, { change: RiskChange; assessment: RiskAssessment }>
  /** Sha of a change → sha of the change that took it back. */
  takenBack: ReadonlyMap<string, string>
  /** The risk of what has not landed. */
  assess(change: RiskChange): RiskAssessment
}

/**
 * Everything that landed on the history's main line until `until`, three years back at most; `asked` (by sha, with their
 * hunks) are assessed with what was known before each of them. Throws HistoryUnreadable.
 */
export async function readClonePast(
  history: History,
  until: Date,
  options: { model: RiskModel; asked?: ReadonlyMap<string, HistoryDetail>; onProgress?: (changes: number) => void },
): Promise<ClonePast> {
  const landed: HistoryChange[] = []
  const finder = findReverts(SETTLED_AFTER_MS, null)
  for await (const change of history.changes({ since: new Date(until.getTime() - PAST_MS), until })) {
    finder.add(change)
    landed.push(change)
    if (landed.length % PROGRESS_EVERY === 0) options.onProgress?.(landed.length)
  }
  const { takenBack } = finder.finish()
  const memory = riskMemory()
  const together = companionIndex(landed)
  const learner = outcomeLearner(options.model)
  const isReverting = new Set(takenBack.map(({ place }) => place))
  const isHarmed = new Set(takenBack.flatMap(({ culprits, at }) => culprits.filter((culprit) => isWithinTime(landed[culprit], at))))
  const assess = (change: RiskChange): RiskAssessment =>
    assessChange(change, { ...memory.past(change), missing: together.missing(change) }, options.model, learner.known(change.at))
  const assessed = new Map<string, { change: RiskChange; assessment: RiskAssessment }>()
  let told = 0
  let harmed = 0
  for (const [place, found] of landed.entries()) {
    for (let back = takenBack[told]; back?.place === place; back = takenBack[++told])
      for (const culprit of back.culprits) if (tell(memory, landed[culprit], culprit, back.at)) harmed++
    const detail = options.asked?.get(found.mergeSha)
    if (detail !== undefined) {
      const change = riskChangeOf(found, detail)
      assessed.set(found.mergeSha, { change, assessment: assess(change) })
    }
    const change = riskChangeOf(found, null)
    if (place >= Math.max(WARM_UP, landed.length - MOST_OUTCOMES) && !isReverting.has(place))
      learner.add(outcomeOf(change, memory.past(change), isHarmed.has(place)))
    memory.landed(change)
    together.landed(place)
  }
  const shaOf = (place: number): string => landed[place]?.mergeSha ?? ''
  return {
    changes: landed.length,
    harmed,
    assessed,
    takenBack: new Map(takenBack.flatMap(({ place, culprits }) => culprits.map((culprit) => [shaOf(culprit), shaOf(place)] as const))),
    assess,
  }
}

/** What was taken back later than the foretold 14 days is no harm in that sense. */
function isWithinTime(culprit: HistoryChange | undefined, at: Date): culprit is HistoryChange {
  return culprit !== undefined && at.getTime() - culprit.mergedAt.getTime() <= SETTLED_AFTER_MS
}

function tell(memory: RiskMemory, culprit: HistoryChange | undefined, place: number, at: Date): boolean {
  if (!isWithinTime(culprit, at)) return false
  memory.harmed(place, { kind: 'reverted', knownAt: at, title: culprit.title, url: null, incident: null })
  return true
}

/** What the outcomes that were settled by a moment had taught. */
function outcomeLearner(model: RiskModel): { add(outcome: RiskOutcome): void; known(at: Date): RiskAdjustment | null } {
  const outcomes: RiskOutcome[] = []
  let learned: { from: number; adjustment: RiskAdjustment | null } = { from: 0, adjustment: null }
  return {
    add: (outcome) => void outcomes.push(outcome),
    known(at) {
      const settledMs = at.getTime() - SETTLED_AFTER_MS
      let settled = learned.from
      while (settled < outcomes.length && outcomes[settled]!.at.getTime() < settledMs) settled++
      if (settled - learned.from >= ADJUSTED_EVERY)
        learned = { from: settled, adjustment: adjustmentFrom(outcomes.slice(0, settled), model, NOT_LEARNED) }
      return learned.adjustment
    },
  }
}

function companionIndex(landed: readonly HistoryChange[]): {
  landed(place: number): void
  missing(change: RiskChange): RiskPast['missing']
} {
  const placesOf = new Map<string, number[]>()
  return {
    landed(place) {
      for (const path of new Set(landed[place]!.paths)) placesOf.set(path, [...(placesOf.get(path) ?? []).slice(1 - LAST_CHANGES), place])
    },
    missing({ files }) {
      const paths = files.map(({ path }) => path)
      const busiest = paths
        .map((path) => ({ path, places: placesOf.get(path) ?? [] }))
        .sort((a, b) => b.places.length - a.places.length || (a.path < b.path ? -1 : 1))
        .slice(0, COMPANIONED)
      return missingOf(
        new Set(paths),
        busiest.map(({ path, places }) => ({ path, changes: places.map((place) => landed[place]!.paths) })),
      )
    },
  }
}

/** `detail` null: only paths are known, as for the past. */
export function riskChangeOf(change: HistoryChange, detail: HistoryDetail | null): RiskChange {
  const { title, body } = cloneCandidate(change, detail)
  const pathsOnly = () =>
    change.paths.map((path) => ({ path, previousPath: null, status: 'modified' as const, added: 0, deleted: 0, ranges: [], symbols: [] }))
  const files = detail === null ? pathsOnly() : detail.files
  return {
    title,
    body,
    bumps: detail === null ? [] : statedBumps({ title, body, files }),
    files,
    filesTruncated: detail === null ? change.paths.length < change.fileCount : detail.filesTruncated,
    fileCount: detail?.fileCount ?? change.fileCount,
    added: detail?.added ?? 0,
    deleted: detail?.deleted ?? 0,
    labels: [],
    references: change.references,
    at: change.mergedAt,
  }
}
