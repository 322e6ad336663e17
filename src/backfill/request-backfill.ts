import type { Backfill, BackfillNote } from '../domain/backfill.ts'
import type { TenantStore } from '../store/store.ts'

type BackfillRequest = { repositoryId: number; since: Date; incidentsSince: Date }

/**
 * Asks for a repository's past to be read. What was read already, or is being read from as early, is not read again unless
 * `isForced`. Returns whether it will be. `enqueue` must be durable; a crash before it is mended by `resumeBackfills`.
 */
export async function requestBackfill(
  tenant: Pick<TenantStore, 'backfills'>,
  { repositoryId, since, incidentsSince }: BackfillRequest,
  { now, enqueue, isForced = false }: { now: Date; enqueue: (note: BackfillNote) => Promise<void>; isForced?: boolean },
): Promise<boolean> {
  const known = await tenant.backfills.get(repositoryId)
  if (known && !isForced) return false
  if (known && known.finishedAt === null && known.since <= since && known.incidentsSince <= incidentsSince) return false
  const started: Backfill = {
    repositoryId,
    run: (known?.run ?? 0) + 1,
    since,
    incidentsSince,
    phase: 'changes',
    cursor: null,
    step: 0,
    requestedAt: now,
    updatedAt: now,
    finishedAt: null,
    pullRequests: 0,
    deployments: 0,
    incidents: 0,
    problems: [],
  }
  await tenant.backfills.save(started)
  await enqueue({ repositoryId, run: started.run, step: 0 })
  return true
}
