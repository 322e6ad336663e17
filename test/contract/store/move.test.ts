// One file becomes PostgreSQL, and a copy of the file is a database of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backupSqlite } from '../../../src/store/backup.ts'
import type { Database } from '../../../src/store/database.ts'
import { keyOf, rowsAfter, tableNames } from '../../../src/store/every-table.ts'
import { holdsAnything, moveStore } from '../../../src/store/move.ts'
import { createStore, openDatabase } from '../../../src/store/open-store.ts'
import { startPostgres, type TestDatabases } from '../../support/databases.ts'
import { at, change, deployment, incident, live, octocat, repository, sha, toService } from './made-up.ts'

let postgres: TestDatabases
let folder: string

beforeAll(async () => {
  postgres = await startPostgres()
  folder = mkdtempSync(join(tmpdir(), 'causeway-move-'))
})
afterAll(async () => {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function filled(name: string): Promise<Database> {
  const database = await openDatabase(`file:${join(folder, name)}`, {})
  const store = createStore(database)
  const tenant = store.tenant(1)
  await tenant.repositories.upsert(repository(7, 1))
  await store.deliveries.add(
    Array.from({ length: 1100 }, (_, n) => ({
      guid: `g${n + 1}`,
      event: 'push',
      body: new Uint8Array([n % 256, 0, 255]),
      receivedAt: at(n),
      installationId: 1,
    })),
  )
  const changeId = await tenant.changes.upsert(change(7, sha('a'), { number: 1, title: '決済 😀', mergedAt: at(1) }))
  await tenant.changes.upsert(change(7, sha('b'), { number: 2, mergedAt: new Date(at(2).getTime() + 7) }))
  const [deploymentId] = await tenant.deployments.upsert(deployment(7, '1'), [toService('shop')])
  await tenant.deployments.setLive(deploymentId!, live(at(2), [{ changeId, direction: 'in' }]))
  const incidentId = await tenant.incidents.upsert(incident(7, 1))
  await tenant.incidents.indexTerms(incidentId, ['checkout', 'timeout'])
  await tenant.incidents.addOutcome({ incidentId, changeId, verdict: 'caused', at: at(3), by: octocat })
  await tenant.comments.saved(7, 1, 2 ** 40, 'hash')
  await tenant.quotes.add(7, 1, [8], true)
  return database
}

describe('moving to PostgreSQL', () => {
  it('knows the key of every table', () => {
    for (const name of tableNames()) expect([name, keyOf(name).length > 0]).toEqual([name, true])
  })

  it('copies every row of every table, goes on after a cut, and notices a difference', { timeout: 60_000 }, async () => {
    const source = await filled('source.db')
    const target = await openDatabase(await postgres.fresh(), {})
    expect(await holdsAnything(target)).toBe(false)
    let batches = 0
    const cut = () => {
      if (++batches === 2) throw new Error('killed')
    }
    await expect(moveStore(source, target, cut)).rejects.toThrow('killed')
    expect(await holdsAnything(target)).toBe(true)
    const moved = await moveStore(source, target, () => undefined)
    expect(moved.map((each) => each.table)).toEqual(tableNames())
    expect(Object.fromEntries(moved.map((each) => [each.table, each.rows]))).toMatchObject({
      deliveries: 1100,
      changes: 2,
      outcomes: 1,
      commentQuotes: 1,
    })
    for (const name of tableNames()) {
      const comparable = (rows: unknown) => JSON.parse(JSON.stringify(rows)) as unknown
      expect(comparable(await rowsAfter(target, name, null, 50))).toEqual(comparable(await rowsAfter(source, name, null, 50)))
    }
    // What is written next gets an id of its own.
    const there = createStore(target)
    await there.deliveries.add([{ guid: 'next', event: 'push', body: new Uint8Array(), receivedAt: at(9), installationId: 1 }])
    expect((await there.deliveries.byGuid('next'))?.id).toBe(1101)
    await expect(moveStore(source, target, () => undefined)).rejects.toThrow(
      /table deliveries is not the same in both \(1100 and 1101 rows\)/,
    )
    await Promise.all([source.close(), target.close()])
  })
})

describe('a backup of the file', () => {
  it('holds what was written when it began or later, while writing goes on', { timeout: 60_000 }, async () => {
    const source = await filled('busy.db')
    const store = createStore(source)
    let isOver = false
    const writing = (async () => {
      for (let n = 0; !isOver; n++) {
        await store.deliveries.add([{ guid: `w${n}`, event: 'push', body: new Uint8Array(9000), receivedAt: at(n), installationId: 1 }])
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const copy = join(folder, 'copy.db')
    const bytes = await backupSqlite(join(folder, 'busy.db'), copy, () => undefined)
    isOver = true
    await writing
    expect(bytes).toBeGreaterThan(100_000)
    const opened = createStore(await openDatabase(`file:${copy}`, {}))
    expect((await opened.deliveries.byGuid('g1100'))?.event).toBe('push')
    expect((await opened.tenant(1).incidents.byIssue(7, 1))?.title).toBe('Checkout answers 500')
    await Promise.all([opened.close(), source.close()])
    await expect(backupSqlite(join(folder, 'none.db'), copy, () => undefined)).rejects.toThrow(/no database file/)
  })
})
