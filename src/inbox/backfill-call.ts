// One step of reading a repository's past, through the inbox like everything else: so it survives a crash, runs under the
// repository's lease, and waits for whatever is more urgent.
import { z } from 'zod'
import type { BackfillNote } from '../domain/backfill.ts'
import type { IncomingDelivery } from '../domain/delivery.ts'

export const BACKFILL_EVENT = 'causeway.backfill'

const count = z.number().int().nonnegative()
const note = z.object({ repository: z.object({ id: z.number().int().positive() }), run: count, step: count })

/** The same step asked for twice is one delivery; `nudge` makes it another, for one that was lost. */
export function backfillDelivery(
  installationId: number,
  { repositoryId, run, step }: BackfillNote,
  receivedAt: Date,
  nudge = '',
): IncomingDelivery {
  const body = { installation: { id: installationId }, repository: { id: repositoryId }, run, step }
  return {
    guid: `${BACKFILL_EVENT}:${repositoryId}:${run}:${step}${nudge}`,
    event: BACKFILL_EVENT,
    body: new TextEncoder().encode(JSON.stringify(body)),
    receivedAt,
    installationId,
  }
}

export function decodeBackfill(body: Uint8Array): BackfillNote {
  const { repository, run, step } = note.parse(JSON.parse(new TextDecoder().decode(body)))
  return { repositoryId: repository.id, run, step }
}
