import type { BackfillNote } from '../domain/backfill.ts'
import type { Store } from '../store/store.ts'

const STALLED_MS = 3_600_000

/** Asks once more for the next step of readings that stand still: their note was given up, or dropped while suspended. */
export async function resumeBackfills(
  { backfills, installations }: Pick<Store, 'backfills' | 'installations'>,
  { now, enqueue }: { now: Date; enqueue: (installationId: number, note: BackfillNote) => Promise<void> },
): Promise<number> {
  let resumed = 0
  for (const { installationId, repositoryId, run, step } of await backfills.stalled(new Date(now.getTime() - STALLED_MS))) {
    const installation = await installations.byId(installationId)
    if (!installation || installation.suspendedAt || installation.removedAt) continue
    await enqueue(installationId, { repositoryId, run, step })
    resumed++
  }
  return resumed
}
