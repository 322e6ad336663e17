// Goes through whole tables, whichever there are: what every table must undergo can't forget a new one.
import { getTableColumns, sql, type SQL } from 'drizzle-orm'
import { getTableConfig, type PgColumn } from 'drizzle-orm/pg-core'
import { postgresKit } from './columns.ts'
import type { Database } from './database.ts'
import { defineTables, type Tables } from './schema.ts'

export type TableName = keyof Tables
export type Row = Record<string, unknown>

/** Only looked at: what tables there are, and their keys, is the same on both engines. */
const TABLES = defineTables(postgresKit)

/** Parents before those that refer to them. */
export const tableNames = (): TableName[] => Object.keys(TABLES) as TableName[]

/** Names of the fields of its primary key, in the key's order. */
export function keyOf(name: TableName): string[] {
  const table = TABLES[name]
  const columns = Object.entries(getTableColumns(table)) as [string, PgColumn][]
  const fieldOf = new Map(columns.map(([field, column]) => [column.name, field]))
  const single = columns.filter(([, column]) => column.primary).map(([, column]) => column.name)
  const names = getTableConfig(table).primaryKeys[0]?.columns.map((column) => column.name) ?? single
  return names.flatMap((column) => fieldOf.get(column) ?? [])
}

/** Rows in the order of their key after the one given, at most `limit`. */
export async function rowsAfter(database: Database, name: TableName, last: Row | null, limit: number, where?: SQL): Promise<Row[]> {
  const table = database.tables[name]
  const columns = getTableColumns(table) as Record<string, PgColumn>
  const key = keyOf(name).flatMap((field) => (columns[field] ? [{ field, column: columns[field] }] : []))
  const tuple = sql.join(
    key.map(({ column }) => sql`${column}`),
    sql`, `,
  )
  const beyond =
    last &&
    sql`(${tuple}) > (${sql.join(
      key.map(({ field, column }) => sql`${sql.param(last[field], column)}`),
      sql`, `,
    )})`
  const conditions = [beyond, where].filter((one) => one !== null && one !== undefined)
  const asked = database.queries.select().from(table)
  return await (conditions.length > 0 ? asked.where(sql.join(conditions, sql` and `)) : asked)
    .orderBy(...key.map(({ column }) => sql`${column}`))
    .limit(limit)
}
