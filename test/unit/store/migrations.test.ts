import { describe, expect, it } from 'vitest'
import { pendingMigrations, readMigrations } from '../../../src/store/migrations.ts'

describe('migrations', () => {
  const first = { sql: ['create table a (id integer)'], folderMillis: 100, hash: 'a', bps: true }
  const second = { ...first, folderMillis: 200, hash: 'b' }

  it('are those after the last one applied', () => {
    expect(pendingMigrations([first, second], null, 'It')).toEqual([first, second])
    expect(pendingMigrations([first, second], 100, 'It')).toEqual([second])
    expect(pendingMigrations([first, second], 200, 'It')).toEqual([])
  })

  it('refuse a database from the future', () => {
    expect(() => pendingMigrations([first], 200, 'The database file x.db')).toThrow(
      'The database file x.db was written by a newer Causeway',
    )
  })

  it('exist for both engines, one beside the other', () => {
    expect(readMigrations('sqlite').length).toBeGreaterThan(0)
    expect(readMigrations('sqlite')).toHaveLength(readMigrations('postgres').length)
  })
})
