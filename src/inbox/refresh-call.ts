// A note that one repository's lane leaves for another's, through the inbox like everything else: what was recorded here
// may change an answer there.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { IncomingDelivery } from '../domain/delivery.ts'
import type { RefreshSubject } from '../work.ts'

export const REFRESH_EVENT = 'causeway.refresh'

export type Refresh = { repositoryId: number; what: RefreshSubject }

const id = z.number().int().positive()
const note = z.object({
  repository: z.object({ id }),
  at: z.iso.datetime().optional(),
  issues: z.array(z.number().int()).max(1000).optional(),
})

/** Laid out like a webhook, so that it is sorted into its repository's lane. */
export function refreshDelivery(installationId: number, { repositoryId, what }: Refresh, receivedAt: Date): IncomingDelivery {
  const subject = what instanceof Date ? { at: what.toISOString() } : what === 'quotes' ? {} : { issues: what.issues }
  const body = { installation: { id: installationId }, repository: { id: repositoryId }, ...subject }
  return {
    guid: `${REFRESH_EVENT}:${randomUUID()}`,
    event: REFRESH_EVENT,
    body: new TextEncoder().encode(JSON.stringify(body)),
    receivedAt,
    installationId,
  }
}

export function decodeRefresh(body: Uint8Array): Refresh {
  const { repository, at, issues } = note.parse(JSON.parse(new TextDecoder().decode(body)))
  const repositoryId = repository.id
  if (at !== undefined) return { repositoryId, what: new Date(at) }
  return { repositoryId, what: issues ? { issues } : 'quotes' }
}
