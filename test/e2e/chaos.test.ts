// Promise 1 for a few seconds: GitHub fails and goes away, processes are killed, the database is restarted under them.
// `npm run -s chaos -- --seconds 300 --engine postgres` is the same for longer, with three shops and three processes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareChaos, type Chaos } from '../support/chaos.ts'
import { startPostgres, startSqlite, type TestDatabases } from '../support/databases.ts'

const TIMEOUT_MS = 180_000
/** Longer than it should take: how fast is for the bench to say. */
const DRAIN_MS = 120_000
const HELD = { crashes: 0, dead: 0, asUndisturbed: true, violations: [], left: [], ok: true }

describe('a few seconds of chaos', () => {
  let chaos: Chaos
  let sqlite: TestDatabases

  beforeAll(async () => {
    sqlite = await startSqlite()
    chaos = await prepareChaos(1, await sqlite.fresh())
  }, TIMEOUT_MS)

  afterAll(async () => {
    await chaos?.close()
    await sqlite.stop()
  })

  it('lose, double and change nothing on SQLite', { timeout: TIMEOUT_MS }, async () => {
    const result = await chaos.run({ databases: sqlite, seconds: 6, seed: 4, processes: 1, restarts: 0, drainMs: DRAIN_MS })
    expect(result).toMatchObject(HELD)
    expect(result).toMatchObject({ done: result.sent, kills: expect.toSatisfy((kills: number) => kills > 0) as number })
  })

  it('lose, double and change nothing with two processes on a PostgreSQL that is restarted', { timeout: TIMEOUT_MS }, async () => {
    const postgres = await startPostgres()
    try {
      const result = await chaos.run({ databases: postgres, seconds: 6, seed: 4, processes: 2, restarts: 1, drainMs: DRAIN_MS })
      expect(result).toMatchObject({ ...HELD, databaseRestarts: 1 })
      expect(result).toMatchObject({ done: result.sent, kills: expect.toSatisfy((kills: number) => kills > 0) as number })
    } finally {
      await postgres.stop()
    }
  })
})
