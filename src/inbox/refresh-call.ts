// A note that one repository's lane leaves for another's, through the inbox like everything else: what was recorded here
// may change an answer there.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { IncomingDelivery } from '../domain/delivery.ts'

export const REFRESH_EVENT = 'causeway.refresh'

export type Refresh = { repositoryId: number; at: Date }

const note = z.object({ repository: z.object({ id: z.number().int().positive() }), at: z.iso.datetime() })

/** Laid out like a webhook, so that it is sorted into its repository's lane. */
export function refreshDelivery(installationId: number, { repositoryId, at }: Refresh, receivedAt: Date): IncomingDelivery {
  const body = { installation: { id: installationId }, repository: { id: repositoryId }, at: at.toISOString() }
  return {
    guid: `${REFRESH_EVENT}:${randomUUID()}`,
    event: REFRESH_EVENT,
    body: new TextEncoder().encode(JSON.stringify(body)),
    receivedAt,
    installationId,
  }
}

export function decodeRefresh(body: Uint8Array): Refresh {
  const { repository, at } = note.parse(JSON.parse(new TextDecoder().decode(body)))
  return { repositoryId: repository.id, at: new Date(at) }
}
