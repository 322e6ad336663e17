import { and, eq } from 'drizzle-orm'
import { afterAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/store/open-store.ts'
import { declareRead, tenantReader, type Given } from '../../../src/store/prepared.ts'

describe('a declared read', async () => {
  const database = await openDatabase(':memory:', {})
  afterAll(() => database.close())

  it('is put together once, whoever asks', async () => {
    let built = 0
    const named = declareRead(({ q, tables: { repositories }, mine }, { name }: { name: Given<string> }) => {
      built++
      return q
        .select({ id: repositories.id })
        .from(repositories)
        .where(and(mine(repositories), eq(repositories.name, name)))
    })
    expect(await tenantReader(database, 1)(named, { name: 'shop' })).toEqual([])
    expect(await tenantReader(database, 2)(named, { name: 'till' })).toEqual([])
    expect(built).toBe(1)
  })

  it('is refused where it does not ask for its installation', () => {
    const anyones = declareRead(({ q, tables: { repositories } }, { name }: { name: Given<string> }) =>
      q.select({ id: repositories.id }).from(repositories).where(eq(repositories.name, name)),
    )
    expect(() => tenantReader(database, 1)(anyones, { name: 'shop' })).toThrow('must ask for its installation')
  })
})
