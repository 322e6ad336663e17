// Two kits of columns with one shape: schema.ts is written once against `ColumnKit` and made twice.
import * as pg from 'drizzle-orm/pg-core'
import * as lite from 'drizzle-orm/sqlite-core'

/**
 * Text as both engines can keep it: PostgreSQL refuses U+0000 in text, and a lone surrogate in JSON. Every text and
 * JSON column passes through here, for writes and for the values it is compared with.
 */
export function storableText(value: string): string {
  const wellFormed = value.isWellFormed() ? value : value.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '') : wellFormed
}

const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? storableText(part) : part))
const fromJson = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value)

const pgText = pg.customType<{ data: string; driverData: string }>({
  // Ordered by code unit, as SQLite's BINARY does and whatever the server's locale is.
  dataType: () => 'text COLLATE "C"',
  toDriver: storableText,
})
// JSON is kept as text in both engines: it is read whole, never queried inside, and comes back byte for byte.
const pgJson = pg.customType<{ data: unknown; driverData: string }>({ dataType: () => 'text', toDriver: toJson, fromDriver: fromJson })
const pgBytes = pg.customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
})

const postgresColumns = {
  table: pg.pgTable,
  index: pg.index,
  uniqueIndex: pg.uniqueIndex,
  primaryKey: pg.primaryKey,
  /** Our own ids, counted up and never reused. */
  serial: (name: string) => pg.bigserial(name, { mode: 'number' }).primaryKey(),
  /** Whole numbers up to 2^53: GitHub's ids, hashes. */
  long: (name: string) => pg.bigint(name, { mode: 'number' }),
  int: (name: string) => pg.integer(name),
  flag: (name: string) => pg.boolean(name),
  text: <T extends string = string>(name: string) => pgText(name).$type<T>(),
  json: <T>(name: string) => pgJson(name).$type<T>(),
  bytes: (name: string) => pgBytes(name),
  /** A moment, to the millisecond. */
  time: (name: string) => pg.timestamp(name, { withTimezone: true, precision: 3, mode: 'date' }),
}

export type ColumnKit = typeof postgresColumns

const liteText = lite.customType<{ data: string; driverData: string }>({ dataType: () => 'text', toDriver: storableText })
const liteJson = lite.customType<{ data: unknown; driverData: string }>({ dataType: () => 'text', toDriver: toJson, fromDriver: fromJson })
const liteBytes = lite.customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'blob',
  toDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
})

const sqliteColumns = {
  table: lite.sqliteTable,
  index: lite.index,
  uniqueIndex: lite.uniqueIndex,
  primaryKey: lite.primaryKey,
  serial: (name: string) => lite.integer(name).primaryKey({ autoIncrement: true }),
  long: (name: string) => lite.integer(name),
  int: (name: string) => lite.integer(name),
  flag: (name: string) => lite.integer(name, { mode: 'boolean' }),
  text: (name: string) => liteText(name),
  json: (name: string) => liteJson(name),
  bytes: (name: string) => liteBytes(name),
  time: (name: string) => lite.integer(name, { mode: 'timestamp_ms' }),
}

export const postgresKit: ColumnKit = postgresColumns

/**
 * The one lie of the store: SQLite's columns stand in for PostgreSQL's. They have the same names, the same values on the
 * outside (numbers, Dates, booleans, bytes, JSON) and the same builder methods; the contract suite proves it.
 */
export const sqliteKit = sqliteColumns as unknown as ColumnKit
