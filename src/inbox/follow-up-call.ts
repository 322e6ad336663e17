// Work that one lane leaves for another, through the inbox like everything else.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { IncomingDelivery } from '../domain/delivery.ts'
import type { FollowUp } from '../work.ts'

export const FOLLOW_UP_EVENT = 'causeway.follow-up'

const id = z.number().int().positive()
const note = z.object({
  repository: z.object({ id }),
  what: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('pull-request'), repositoryId: id, changeId: id }),
    z.object({ kind: z.literal('accuracy'), repositoryId: id }),
    z.object({ kind: z.literal('outcomes'), repositoryId: id }),
    z.object({ kind: z.literal('deployment'), repositoryId: id, deploymentId: id }),
    z.object({ kind: z.literal('gate'), repositoryId: id, requestId: id }),
  ]),
})

/** Laid out like a webhook, so that it is sorted into its repository's lane. */
export function followUpDelivery(installationId: number, what: FollowUp, receivedAt: Date, once: string = randomUUID()): IncomingDelivery {
  const body: z.input<typeof note> & { installation: { id: number } } = {
    installation: { id: installationId },
    repository: { id: what.repositoryId },
    what,
  }
  return {
    guid: `${FOLLOW_UP_EVENT}:${once}`,
    event: FOLLOW_UP_EVENT,
    body: new TextEncoder().encode(JSON.stringify(body)),
    receivedAt,
    installationId,
  }
}

export function decodeFollowUp(body: Uint8Array): FollowUp {
  return note.parse(JSON.parse(new TextDecoder().decode(body))).what
}
