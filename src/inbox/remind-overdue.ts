// Follow-ups whose day is over: the lanes of their incidents are asked to say so in the answer.
import type { IncomingDelivery } from '../domain/delivery.ts'
import type { Store } from '../store/store.ts'
import { refreshDelivery } from './refresh-call.ts'

type Remind = { store: Pick<Store, 'followUpQueue'>; add: (delivery: IncomingDelivery) => Promise<void>; now: () => Date }

const MOST_AT_ONCE = 200

/** Nobody is mentioned. What a lane has noted does not come again. */
export async function remindOverdue({ store, add, now }: Remind): Promise<void> {
  for (const { installationId, repositoryId, issueNumber } of await store.followUpQueue.overdue(now(), MOST_AT_ONCE))
    await add(refreshDelivery(installationId, { repositoryId, what: { issues: [issueNumber] } }, now()))
}
