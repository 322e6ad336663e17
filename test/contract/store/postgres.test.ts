import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../../../src/store/database.ts'
import { openDatabase, openStore } from '../../../src/store/open-store.ts'
import { startPostgres, type TestDatabases } from '../../support/databases.ts'
import { storeContract } from './store.contract.ts'

let databases: TestDatabases
beforeAll(async () => {
  databases = await startPostgres()
}, 120_000)
afterAll(() => databases.stop())

storeContract(
  () => databases,
  async () => openStore(await databases.fresh(), { poolSize: 8 }),
)

describe('a PostgreSQL database', () => {
  const messageOf = async (url: string) => {
    try {
      await (await openStore(url)).close()
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    return 'opened'
  }

  it('that a newer program wrote is refused', async () => {
    const url = await databases.fresh()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', ['later', Date.UTC(2999, 0)])
    await client.end()
    expect(await messageOf(url)).toMatch(/newer Causeway/)
  })

  it('that can not be reached or entered is named, without the password', async () => {
    const url = new URL(await databases.fresh())
    const messages: string[] = []
    for (const [part, value] of [
      ['port', '1'],
      ['password', 'very-wrong'],
      ['pathname', '/nothing'],
    ] as const) {
      const wrong = new URL(url)
      wrong[part] = value
      messages.push(await messageOf(wrong.href))
    }
    expect(messages).toEqual([
      expect.stringMatching(/^The PostgreSQL database causeway_\d+ at 127\.0\.0\.1:1 can't be reached \(ECONNREFUSED\)/),
      expect.stringMatching(/refused the user or the password/),
      expect.stringMatching(/^The PostgreSQL database nothing at .* does not exist/),
    ])
    expect(messages.join()).not.toMatch(/made-up|very-wrong/)
  })

  it('that ends a connection in the middle of a unit of work costs that work, and not the process', async () => {
    const url = await databases.fresh()
    const database = await openDatabase(url, { poolSize: 1 })
    const { leases } = database.tables
    const end = async () => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction'`)
      await client.end()
      await delay(50)
    }
    const ended = database.atomically(function* (q) {
      yield* ask(q.insert(leases).values({ lane: 'a', holder: 'one', expiresAt: new Date(0) }))
      // Between two queries nobody waits for an answer: the error belongs to none of them.
      yield* ask(end())
      yield* ask(q.insert(leases).values({ lane: 'b', holder: 'one', expiresAt: new Date(0) }))
    })
    await expect(ended).rejects.toThrow()
    expect(await database.queries.select().from(leases)).toEqual([])
    await database.close()
  })

  it('lets go of what a process holds that froze in the middle of a unit of work', async () => {
    const url = await databases.fresh()
    const [frozen, other] = await Promise.all([openDatabase(url, { idleInTransactionMs: 200 }), openDatabase(url, {})])
    const awake = Promise.withResolvers<void>()
    const holds = Promise.withResolvers<void>()
    const froze = frozen.atomically(function* (q) {
      yield* frozen.lock(q, 'a lane')
      holds.resolve()
      yield* ask(awake.promise)
      yield* frozen.lock(q, 'another lane')
    })
    const told = expect(froze).rejects.toThrow()
    await holds.promise
    const took = other.atomically(function* (q) {
      yield* other.lock(q, 'a lane')
    })
    expect(await Promise.race([took.then(() => 'taken over'), delay(10_000, 'still held')])).toBe('taken over')
    awake.resolve()
    await told
    await Promise.all([frozen.close(), other.close()])
  })

  it('orders text by code unit though its own locale does not', async () => {
    const client = new pg.Client({ connectionString: await databases.fresh() })
    await client.connect()
    await client.query(`insert into leases values ('a', '', now()), ('B', '', now()), ('b', '', now())`)
    const own = await client.query<{ lane: string }>('select lane from leases order by lane collate "default"')
    const ours = await client.query<{ lane: string }>('select lane from leases order by lane')
    await client.end()
    expect(own.rows.map((row) => row.lane)).toEqual(['a', 'b', 'B'])
    expect(ours.rows.map((row) => row.lane)).toEqual(['B', 'a', 'b'])
  })
})
