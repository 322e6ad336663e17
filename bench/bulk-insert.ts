// Fills tables as fast as an engine can, for benches alone: no index but the keys until all is in, nothing flushed to
// disk, values bound without a query builder.
import { fileURLToPath } from 'node:url'
import BetterSqlite from 'better-sqlite3'
import { getTableColumns, getTableName, type Column } from 'drizzle-orm'
import pg from 'pg'
import { postgresKit, sqliteKit } from '../src/store/columns.ts'
import { migrate } from '../src/store/open-store.ts'
import { defineTables, type Tables } from '../src/store/schema.ts'

export type Rows = Partial<Record<keyof Tables, object[]>>
export type Bulk = { insert(rows: Rows): Promise<void>; finish(): Promise<void> }

export async function openBulk(url: string): Promise<Bulk> {
  await migrate(url)
  return url.startsWith('file:')
    ? sqliteBulk(url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length))
    : postgresBulk(url)
}

function sqliteBulk(file: string): Bulk {
  const client = new BetterSqlite(file)
  for (const pragma of [
    'journal_mode = off',
    'synchronous = off',
    'locking_mode = exclusive',
    'cache_size = -400000',
    'foreign_keys = off',
  ])
    client.pragma(pragma)
  const indexes = client.prepare(`select name, sql from sqlite_master where type = 'index' and sql is not null`).all() as Index[]
  for (const { name } of indexes) client.exec(`drop index "${name}"`)
  const tables = defineTables(sqliteKit)
  const compiled = new Map<string, { run: BetterSqlite.Statement; columns: [string, Column][] }>()
  const insertOf = (name: keyof Tables) => {
    const known = compiled.get(name)
    if (known) return known
    const { table, columns, names } = columnsOf(tables, name)
    const run = client.prepare(`insert into "${table}" (${names}) values (${columns.map(() => '?').join(', ')})`)
    const made = { run, columns }
    compiled.set(name, made)
    return made
  }
  return {
    insert: async (rows) => {
      client.exec('begin')
      for (const [name, some] of Object.entries(rows)) {
        const { run, columns } = insertOf(name as keyof Tables)
        for (const row of some) run.run(columns.map(([field, column]) => toDriver(row, field, column)))
      }
      client.exec('commit')
    },
    finish: async () => {
      for (const { sql } of indexes) client.exec(sql)
      client.pragma('locking_mode = normal')
      client.pragma('journal_mode = wal')
      client.exec('analyze')
      client.close()
    },
  }
}

async function postgresBulk(url: string): Promise<Bulk> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows: indexes } = await client.query<Index>(
    `select i.indexname as name, i.indexdef as sql from pg_indexes i where schemaname = 'public'
      and not exists (select 1 from pg_constraint c where c.conname = i.indexname)`,
  )
  for (const { name } of indexes) await client.query(`drop index "${name}"`)
  const tables = defineTables(postgresKit)
  return {
    insert: async (rows) => {
      await client.query('begin')
      for (const [name, some] of Object.entries(rows)) {
        const { table, columns, names } = columnsOf(tables, name as keyof Tables)
        const lists = columns.map(
          ([, column], at) =>
            `$${at + 1}::${column
              .getSQLType()
              .replace(/^bigserial$/, 'bigint')
              .replace(/ COLLATE .*/, '')}[]`,
        )
        const values = columns.map(([field, column]) => some.map((row) => toDriver(row, field, column)))
        await client.query({
          name: `bulk ${name}`,
          text: `insert into "${table}" (${names}) select * from unnest(${lists.join(', ')})`,
          values,
        })
      }
      await client.query('commit')
    },
    finish: async () => {
      for (const { sql } of indexes) await client.query(sql)
      for (const table of Object.values(tables).filter((each) => 'id' in each))
        await client.query(
          `select setval(s, (select coalesce(max(id), 1) from "${getTableName(table)}")) from pg_get_serial_sequence('"${getTableName(table)}"', 'id') s where s is not null`,
        )
      await client.query('vacuum analyze')
      await client.end()
    },
  }
}

type Index = { name: string; sql: string }

function columnsOf(tables: Tables, name: keyof Tables) {
  const columns = Object.entries(getTableColumns(tables[name])) as [string, Column][]
  return { table: getTableName(tables[name]), columns, names: columns.map(([, column]) => `"${column.name}"`).join(', ') }
}

/** What is not given is null: the tables of a bench have all that must be there. */
function toDriver(row: object, field: string, column: Column): unknown {
  const value = (row as Record<string, unknown>)[field]
  return value === undefined || value === null ? null : column.mapToDriverValue(value)
}
