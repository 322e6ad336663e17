import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import Sqlite from 'better-sqlite3'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkpointApart } from '../../../src/store/checkpoints.ts'
import { ask } from '../../../src/store/database.ts'
import { createStore, openDatabase, openStore } from '../../../src/store/open-store.ts'
import { openSqlite } from '../../../src/store/sqlite.ts'
import { startSqlite, type TestDatabases } from '../../support/databases.ts'
import { storeContract } from './store.contract.ts'

let databases: TestDatabases
beforeAll(async () => {
  databases = await startSqlite()
})
afterAll(() => databases.stop())

storeContract(
  () => databases,
  async () => openStore(await databases.fresh(), { synchronous: 'NORMAL' }),
)

const delivery = (guid: string) => ({ guid, event: 'push', body: new Uint8Array(100_000), receivedAt: new Date(0), installationId: null })

describe('a SQLite file', () => {
  const opened = async (url: string) => (await openStore(url)).close()
  const pathOf = (url: string) => url.slice('file:'.length)

  it('is migrated once by several processes that start at the same moment', async () => {
    const url = await databases.bare()
    const module = JSON.stringify(new URL('../../../src/store/open-store.ts', import.meta.url).href)
    const script = `const { openStore } = await import(${module}); const store = await openStore(process.argv[1]);
      await store.tokens.create({ hash: String(process.pid), installationId: 1, scope: 'read', label: '', createdAt: new Date() }); await store.close()`
    const codes = Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '--eval', script, url], { stdio: 'inherit' })
      return ((await once(child, 'exit')) as [number])[0]
    })
    expect(await Promise.all(codes)).toEqual([0, 0, 0, 0])
    const store = await openStore(url)
    expect(await store.tokens.list()).toHaveLength(4)
    await store.close()
  })

  it('is made durable by default: WAL, a full sync at each commit, foreign keys', async () => {
    const url = await databases.fresh()
    const database = openSqlite(pathOf(url))
    const pragma = (name: string) =>
      (database.queries as unknown as { get(query: unknown): Record<string, unknown> }).get(sql.raw(`pragma ${name}`))
    expect(pragma('journal_mode')).toEqual({ journal_mode: 'wal' })
    expect(pragma('synchronous')).toEqual({ synchronous: 2 })
    expect(pragma('foreign_keys')).toEqual({ foreign_keys: 1 })
    await database.close()
  })

  it('undoes a whole unit of work when one step fails', async () => {
    const database = openSqlite(':memory:')
    const { leases } = database.tables
    const lease = { lane: 'a', holder: 'one', expiresAt: new Date(0) }
    const twice = database.atomically(function* (q) {
      yield* ask(q.insert(leases).values(lease))
      yield* ask(q.insert(leases).values(lease))
    })
    await expect(twice).rejects.toThrow(/UNIQUE/)
    expect(await database.queries.select().from(leases)).toEqual([])
    await database.close()
  })

  it('that a newer program wrote is refused', async () => {
    const url = await databases.fresh()
    await opened(url)
    const client = new Sqlite(pathOf(url))
    client.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run('later', Date.UTC(2999, 0))
    client.close()
    await expect(opened(url)).rejects.toThrow(/newer Causeway/)
  })

  it('that is no database, or damaged, is refused by name and left as it was', async () => {
    const url = await databases.bare()
    const text = 'dear diary, '.repeat(1000)
    await writeFile(pathOf(url), text)
    await expect(opened(url)).rejects.toThrow(`${pathOf(url)} is not a SQLite database`)
    expect(await readFile(pathOf(url), 'utf8')).toBe(text)
    const damaged = await databases.fresh()
    await opened(damaged)
    const bytes = await readFile(pathOf(damaged))
    await writeFile(pathOf(damaged), bytes.fill(0xff, 100, 4096))
    await expect(opened(damaged)).rejects.toThrow(`${pathOf(damaged)} is damaged`)
  })

  it('that is full refuses what it can not keep, keeps what it has, and goes on when there is room', async () => {
    const database = await openDatabase(await databases.fresh(), {})
    const store = createStore(database)
    const limit = (pages: string) =>
      (database.queries as unknown as { get(query: unknown): unknown }).get(sql.raw(`pragma max_page_count = ${pages}`))
    await store.deliveries.add([delivery('before')])
    limit('1')
    await expect(store.deliveries.add([delivery('full')])).rejects.toThrow(/disk is full/)
    expect(await store.deliveries.counts()).toMatchObject({ queued: 1 })
    limit('1000000')
    await store.deliveries.add([delivery('full')])
    expect(await store.deliveries.counts()).toMatchObject({ queued: 2 })
    await store.close()
  })

  it('has its log copied beside its writer, where a process asks for it, and leaves none behind', async () => {
    const url = await databases.fresh()
    const store = await openStore(url, { synchronous: 'NORMAL', checkpointsApart: true })
    const watcher = new Sqlite(pathOf(url))
    const log = () => (watcher.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[])[0]
    const guids = Array.from({ length: 200 }, (_, one) => `one-${one}`)
    await store.deliveries.add(guids.map(delivery))
    // Less than what a writer itself begins to copy at.
    expect(log()?.log).toBeLessThan(4000)
    await expect.poll(() => log()?.checkpointed, { timeout: 10_000 }).toBeGreaterThan(2000)
    watcher.close()
    await store.close()
    expect(existsSync(`${pathOf(url)}-wal`)).toBe(false)
    const again = await openStore(url)
    expect(await again.deliveries.counts()).toMatchObject({ unsorted: 200 })
    await again.close()
  })

  it('is written without that thread when it can not begin', async () => {
    await expect(checkpointApart('/nowhere/causeway.db', 1).end()).resolves.toBeUndefined()
  })

  it('in a place that can not be written is refused', async () => {
    const url = await databases.bare()
    await writeFile(pathOf(url), '')
    await expect(opened(`${url}/causeway.db`)).rejects.toThrow(`${pathOf(url)}/causeway.db can't be opened for writing`)
  })

  it('is named by a URL of a known kind', async () => {
    await expect(openStore('mysql://root:secret@localhost/x')).rejects.toThrow(/^A database URL begins with "file:".*has mysql:\.$/)
    await expect(openStore('causeway.db')).rejects.toThrow(/no scheme/)
  })
})
