import { eq, gt } from 'drizzle-orm'
import { takeTurn } from '../domain/write-pace.ts'
import { ask, type Database } from './database.ts'
import type { WritePaceStore } from './operations.ts'

export function createWritePaceStore(database: Database): WritePaceStore {
  const { writePaces } = database.tables
  return {
    take: (installationId, write, perMinute, now) =>
      database.atomically(function* (q) {
        yield* database.lock(q, `write-pace:${installationId}`)
        const [known] = yield* ask(q.select().from(writePaces).where(eq(writePaces.installationId, installationId)))
        const turn = takeTurn(known ?? null, write, perMinute, now)
        if ('waitMs' in turn) return turn.waitMs
        const row = { installationId, ...turn.pace }
        yield* ask(q.insert(writePaces).values(row).onConflictDoUpdate({ target: writePaces.installationId, set: turn.pace }))
        return 0
      }),
    ahead: async (now) => {
      const rows = await database.queries.select().from(writePaces).where(gt(writePaces.writesUntil, now))
      return rows.map(({ installationId, writesUntil }) => ({ installationId, aheadMs: writesUntil.getTime() - now.getTime() }))
    },
  }
}
