// What is to be looked at again when its time has come: deployments that wait, and those whose watch is over.
import type { IncomingDelivery } from '../domain/delivery.ts'
import type { Store } from '../store/store.ts'
import { followUpDelivery } from './follow-up-call.ts'

type LookAgain = { store: Pick<Store, 'reviewQueue'>; add: (delivery: IncomingDelivery) => Promise<void>; now: () => Date }

const MOST_AT_ONCE = 200

/** Runs soon after the start too, so that what waited while this process was down is answered. */
export async function lookAgain({ store, add, now }: LookAgain): Promise<void> {
  for (const { installationId, repositoryId, id } of await store.reviewQueue.dueGateRequests(now(), MOST_AT_ONCE))
    await add(followUpDelivery(installationId, { kind: 'gate', repositoryId, requestId: id }, now()))
  for (const { installationId, repositoryId, deploymentId } of await store.reviewQueue.dueReviews(now(), MOST_AT_ONCE))
    await add(followUpDelivery(installationId, { kind: 'deployment', repositoryId, deploymentId }, now()))
}
