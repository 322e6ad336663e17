import { readPullRequestFiles } from '../changes/read-files.ts'
import { storeChange } from '../changes/store-change.ts'
import type { Change } from '../domain/change.ts'
import { z } from 'zod'
import type { PastReading, PhaseResult } from './phase.ts'

const CHANGES_A_STEP = 20
/** Of a repository that merges more within its window, the newest. */
const MOST_CHANGES = 300

/** Some five minutes: then the rest goes on without. */
const MOST_FAILURES = 9

const position = z.object({ before: z.number(), left: z.number().int() })

/**
 * The changed lines of what could be the cause of an incident now: only REST tells them, a request for each change. What
 * merged before the window serves as history, for which its paths and words do.
 */
export async function readPastLines({ work, repository, catalog, backfill, failures }: PastReading): Promise<PhaseResult> {
  const now = work.now().getTime()
  const at = backfill.cursor === null ? { before: now, left: MOST_CHANGES } : position.parse(JSON.parse(backfill.cursor))
  const from = new Date(Math.max(backfill.since.getTime(), backfill.requestedAt.getTime() - catalog.settings.incidents.lookbackMs))
  const changes = await work.tenant.changes.mergedBetween([repository.id], from, new Date(at.before), CHANGES_A_STEP)
  const unread = changes.filter(isWithoutLines)
  const passing: Error[] = []
  for (const { id: _id, revertedBy: _reverted, sameAsChangeId: _same, ...facts } of unread) {
    const { number, fileCount, added, deleted } = facts
    if (number === null) continue
    const files = await readPullRequestFiles(work, repository, { number, fileCount, added, deleted }, (error) => passing.push(error))
    if (files.files.length > 0) await storeChange(work, { ...facts, ...files })
  }
  // Tried again as a whole: what was read is known then. A diff that GitHub always fails on must not hold the past up.
  if (passing[0] && failures < MOST_FAILURES) throw passing[0]
  const oldest = Math.min(...changes.map((change) => change.mergedAt.getTime()))
  const left = at.left - unread.length
  const isOver = changes.length < CHANGES_A_STEP || left <= 0
  // Those of the same moment come again with the next step, and are known then.
  return { cursor: isOver ? null : JSON.stringify({ before: oldest < at.before ? oldest : oldest - 1, left }) }
}

function isWithoutLines(change: Change): boolean {
  return change.number !== null && change.added + change.deleted > 0 && change.files.every((file) => file.ranges.length === 0)
}
