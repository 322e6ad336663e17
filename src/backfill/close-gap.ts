import type { BackfillNote } from '../domain/backfill.ts'
import type { Store } from '../store/store.ts'
import { requestBackfill } from './request-backfill.ts'

/** Reads every repository's past since then once more: webhooks of that time are lost. */
export async function closeGap(
  store: Pick<Store, 'installations' | 'tenant'>,
  { since, now, enqueue }: { since: Date; now: Date; enqueue: (installationId: number, note: BackfillNote) => Promise<void> },
): Promise<number> {
  let asked = 0
  for (const { id, suspendedAt, removedAt } of await store.installations.all()) {
    if (suspendedAt || removedAt) continue
    const tenant = store.tenant(id)
    for (const repository of await tenant.repositories.all()) {
      if (repository.removedAt) continue
      const request = { repositoryId: repository.id, since, incidentsSince: since }
      if (await requestBackfill(tenant, request, { now, isForced: true, enqueue: (note) => enqueue(id, note) })) asked++
    }
  }
  return asked
}
