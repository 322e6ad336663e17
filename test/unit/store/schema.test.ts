import { expect, it } from 'vitest'
import { postgresKit } from '../../../src/store/columns.ts'
import { defineTables } from '../../../src/store/schema.ts'
import * as postgres from '../../../src/store/schema.postgres.ts'
import * as sqlite from '../../../src/store/schema.sqlite.ts'

it('gives every table to the generator of migrations, for both engines', () => {
  const tables = Object.keys(defineTables(postgresKit)).sort()
  expect(Object.keys(postgres).sort()).toEqual(tables)
  expect(Object.keys(sqlite).sort()).toEqual(tables)
})
