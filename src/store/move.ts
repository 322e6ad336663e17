// Copies one database into another, table by table in the order of its keys, so that it goes on where it was cut off.
import { createHash } from 'node:crypto'
import { getTableColumns, sql, type AnyColumn } from 'drizzle-orm'
import type { Database } from './database.ts'
import { keyOf, rowsAfter, tableNames, type Row, type TableName } from './every-table.ts'

const READ_ROWS = 500
/** PostgreSQL takes 65,535 parameters, SQLite 32,766. */
const PARAMETERS = 30_000

export type MoveProgress = (table: TableName, rows: number) => void
export type Moved = { table: TableName; rows: number; checksum: string }[]

/** True when any table holds a row. */
export async function holdsAnything(database: Database): Promise<boolean> {
  for (const name of tableNames()) if ((await rowsAfter(database, name, null, 1)).length > 0) return true
  return false
}

/**
 * Copies every row that the target does not have yet, then compares the two, row by row.
 * @throws naming the table that differs: the source was written to meanwhile, or the target held something else.
 */
export async function moveStore(source: Database, target: Database, onProgress: MoveProgress): Promise<Moved> {
  for (const name of tableNames()) await copyTable(source, target, name, onProgress)
  const moved: Moved = []
  for (const name of tableNames()) {
    const [from, to] = [await checksumOf(source, name), await checksumOf(target, name)]
    if (from.rows !== to.rows || from.checksum !== to.checksum) {
      throw new Error(
        `The table ${name} is not the same in both (${from.rows} and ${to.rows} rows). Stop every Causeway that uses the source, empty the target and start again.`,
      )
    }
    moved.push({ table: name, ...from })
  }
  return moved
}

async function copyTable(source: Database, target: Database, name: TableName, onProgress: MoveProgress): Promise<void> {
  const table = target.tables[name]
  const size = Math.max(1, Math.min(READ_ROWS, Math.floor(PARAMETERS / Object.keys(getTableColumns(table)).length)))
  let last = await lastRow(target, name)
  let copied = 0
  for (;;) {
    const rows: Row[] = await rowsAfter(source, name, last, size)
    if (rows.length > 0) await target.queries.insert(table).values(rows).onConflictDoNothing()
    copied += rows.length
    last = rows.at(-1) ?? null
    if (rows.length < size) break
    onProgress(name, copied)
  }
  await goOnCounting(target, name)
  if (copied > 0) onProgress(name, copied)
}

async function lastRow(database: Database, name: TableName): Promise<Row | null> {
  const columns = getTableColumns(database.tables[name]) as Record<string, AnyColumn>
  const rows = await database.queries
    .select()
    .from(database.tables[name])
    .orderBy(...keyOf(name).map((field) => sql`${columns[field]} desc`))
    .limit(1)
  return (rows[0] as Row | undefined) ?? null
}

/** Ids that we count ourselves were given with the rows: the next one must not be one of them. */
async function goOnCounting(target: Database, name: TableName): Promise<void> {
  const columns = getTableColumns(target.tables[name]) as Record<string, AnyColumn>
  for (const column of Object.values(columns)) {
    if (target.engine !== 'postgres' || column.getSQLType() !== 'bigserial') continue
    await target.queries
      .select({
        at: sql`setval(pg_get_serial_sequence(${tableNameOf(column)}, ${column.name}), greatest((select max(${column}) from ${target.tables[name]}), 1))`,
      })
      .from(sql`(select 1) as once`)
  }
}

const tableNameOf = (column: AnyColumn): string => (column.table as unknown as Record<symbol, string>)[Symbol.for('drizzle:Name')] ?? ''

/** Over all values of all rows in the order of their keys, the same on both engines. */
async function checksumOf(database: Database, name: TableName): Promise<{ rows: number; checksum: string }> {
  const hash = createHash('sha256')
  let count = 0
  for (let last: Row | null = null; ;) {
    const rows: Row[] = await rowsAfter(database, name, last, READ_ROWS)
    for (const row of rows) hash.update(JSON.stringify(Object.values(row).map(comparable)))
    count += rows.length
    last = rows.at(-1) ?? null
    if (rows.length < READ_ROWS) return { rows: count, checksum: hash.digest('hex') }
  }
}

const comparable = (value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value)
