import { linkOwn } from '../changes/link-references.ts'
import type { PastReading, PhaseResult } from './phase.ts'

const WINDOW_MS = 86_400_000
const WINDOWS = 14
const MOST_A_WINDOW = 2000

/** Ties changes to those they take back or repeat, oldest first, now that all are known. The store only. */
export async function linkPastChanges({ work, repository, backfill }: PastReading): Promise<PhaseResult> {
  const now = work.now().getTime()
  let from = backfill.cursor === null ? backfill.since.getTime() : Number(backfill.cursor)
  for (let windows = 0; windows < WINDOWS && from <= now; windows += 1, from += WINDOW_MS) {
    const to = new Date(from + WINDOW_MS)
    for (const change of await work.tenant.changes.mergedBetween([repository.id], new Date(from), to, MOST_A_WINDOW)) {
      if (change.references.length > 0 || change.patchId !== null) await linkOwn(work, change)
    }
  }
  return { cursor: from > now ? null : String(from) }
}
