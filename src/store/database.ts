// What the table families are written against: one query builder, one way to do several things at once. It must not know
// which engine is behind it; the few places where engines truly differ are the functions of `Database`.
import { sql, type AnyColumn, type Placeholder, type SQL } from 'drizzle-orm'
import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import type { Tables } from './schema.ts'

/** PostgreSQL's builder stands for both. Of it, only `select`, `insert`, `update` and `delete` exist on SQLite too. */
export type Queries = Pick<PgDatabase<NodePgQueryResultHKT>, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete'>

/**
 * Several reads and writes that happen together or not at all, as a generator that yields queries (through `ask`).
 * A generator and not an async function, because better-sqlite3 can't hold a transaction open across an `await`:
 * SQLite runs it synchronously, PostgreSQL awaits each query. It may be run again from the start after a deadlock,
 * so it must change nothing but the database.
 */
export type UnitOfWork<T> = Generator<PromiseLike<unknown>, T, unknown>

/** Runs one query inside a unit of work: `const rows = yield* ask(q.select()…)`. */
export function* ask<T>(query: PromiseLike<T>): UnitOfWork<T> {
  return (yield query) as T
}

/**
 * "Belongs to this installation" for rows that are named by id. The plus keeps SQLite from walking over everything an
 * installation has by some index that begins with it, instead of looking up the few ids.
 */
export function belongsTo(column: AnyColumn, installationId: number | Placeholder): SQL {
  return sql`+${column} = ${installationId}`
}

export type Database = {
  engine: 'sqlite' | 'postgres'
  tables: Tables
  /** For single statements outside a unit of work. */
  queries: Queries
  atomically<T>(work: (q: Queries) => UnitOfWork<T>): Promise<T>
  /**
   * First step of a unit of work that decides by what it read: others with the same name wait until this one ends.
   * `shared`: those who share it do not wait for each other. SQLite has one writer anyway.
   */
  lock(q: Queries, name: string, mode?: 'shared'): UnitOfWork<void>
  /**
   * The same insert for each row. `insert` must differ in nothing but the rows: SQLite compiles it once, for one row
   * (building it anew was half of what taking in a webhook cost); PostgreSQL sends many rows at once.
   */
  insertEach<Row extends object>(
    q: Queries,
    name: string,
    rows: Row[],
    insert: (q: Queries, rows: Row[]) => PromiseLike<unknown>,
  ): UnitOfWork<void>
  /** `column in (values)` (an expression is a text) with one parameter, however many values there are. */
  oneOf(column: AnyColumn | SQL, values: readonly number[] | readonly string[] | Placeholder): SQL
  /** A value as columns of its kind keep it, for `Given` ones; a list as one parameter. */
  toDriver(value: unknown): unknown
  /** A table expression `listed` with one column `value`. */
  listed(values: readonly number[]): SQL
  /** A moment as a typed value of a select list, where no column tells the engine its type. */
  momentOf(at: Date): SQL
  /** All moments of a column in one text: milliseconds, parted by commas, in any order. */
  momentsIn(column: SQL): SQL
  /** What the database takes on disk. */
  bytes(): Promise<number>
  /** Resolves once all that was written is on disk: at once where each commit is. */
  flush(): Promise<void>
  /** Throws when there is no answer within 2 s. */
  ping(): Promise<void>
  close(): Promise<void>
}
