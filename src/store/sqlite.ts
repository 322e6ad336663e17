// SQLite through better-sqlite3: one file, one writer, synchronous.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { is, Placeholder, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { checkpointApart } from './checkpoints.ts'
import { sqliteKit, storableText } from './columns.ts'
import type { Database, Queries, UnitOfWork } from './database.ts'
import { type Flusher, flushLog } from './flush.ts'
import { MIGRATIONS_TABLE, pendingMigrations, readMigrations } from './migrations.ts'
import { defineTables } from './schema.ts'

export type SqliteOptions = {
  /**
   * FULL (default): a commit survives a power cut. NORMAL: it survives a crash of the process, and is faster. ASKED: as
   * NORMAL, and what `flush` was awaited for survives a power cut too, with all that was committed before it.
   */
  synchronous?: 'FULL' | 'NORMAL' | 'ASKED'
  /** Copies the log into the file in a thread of its own: for the process that writes all day, not for a command. */
  checkpointsApart?: boolean
}

/** How long a writer waits for another process's transaction. */
const BUSY_TIMEOUT_MS = 10_000
/** Of a new file. A webhook of 10 KB takes 2.7 pages of the log instead of 4.6 of the usual size, and two thirds of the time. */
const PAGE_BYTES = 8192
/** 32 MB: with the usual 4 MB, copying the log into the database file took a fifth of what intake could do. */
const CHECKPOINT_PAGES = 4000
/**
 * Copying 32 MB within a commit holds up all for 100 ms, so a thread does it before. It never comes to an end in a flood;
 * then, at 128 MB, the writer copies the little that is left and begins the log anew.
 */
const APART = { threadPages: 1000, writerPages: 16_000 }
/** Distinct statements kept compiled; ours are a few dozen, times the batch sizes of an insert. */
const STATEMENT_CACHE_SIZE = 500

/**
 * Opens (and creates, with its folder) a database file, or `:memory:`, and brings its tables up to date. Several
 * processes may do so at once.
 * @throws with the file's name and a way out when it is no database, damaged, read-only or newer than this program.
 */
export function openSqlite(file: string, options: SqliteOptions = {}): Database {
  const name = file === ':memory:' ? 'The in-memory database' : `The database file ${file}`
  const isApart = options.checkpointsApart === true && file !== ':memory:'
  let client: BetterSqlite.Database | null = null
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
    client = new BetterSqlite(file, { timeout: BUSY_TIMEOUT_MS })
    client.pragma(`page_size = ${PAGE_BYTES}`)
    switchToWal(client)
    client.pragma(`wal_autocheckpoint = ${isApart ? APART.writerPages : CHECKPOINT_PAGES}`)
    client.pragma(`synchronous = ${options.synchronous === 'ASKED' ? 'NORMAL' : (options.synchronous ?? 'FULL')}`)
    migrateSqlite(client, name)
    client.pragma('foreign_keys = ON')
  } catch (error) {
    client?.close()
    throw plainOpenError(error, name)
  }
  cacheStatements(client)
  const apart = isApart ? checkpointApart(file, APART.threadPages) : null
  return database(client, apart, options.synchronous === 'ASKED' && file !== ':memory:' ? flushLog(file) : null)
}

function database(client: BetterSqlite.Database, checkpoints: { end(): Promise<void> } | null, log: Flusher | null): Database {
  const queries = drizzle(client) as unknown as Queries
  const compiled = new Map<string, CompiledInsert>()
  const tables = defineTables(sqliteKit)
  const oneOf: Database['oneOf'] = (column, values) =>
    sql`${column} in (select value from json_each(${is(values, Placeholder) ? values : JSON.stringify(values)}))`
  return {
    engine: 'sqlite',
    tables,
    queries,
    atomically: async (work) => client.transaction(() => runSteps(work(queries))).immediate(),
    *lock() {},
    *insertEach(_, name, rows, insert) {
      for (const row of rows) {
        const known = compiled.get(name) ?? compileInsert(insert(queries, [placeholdersOf(row)]))
        compiled.set(name, known)
        known.run(row)
      }
    },
    oneOf,
    toDriver,
    listed: (values) => sql`json_each(${JSON.stringify(values)}) as listed`,
    momentOf: (at) => sql`${at.getTime()}`,
    momentsIn: (column) => sql`group_concat(${column})`,
    bytes: async () => Number(client.pragma('page_count', { simple: true })) * Number(client.pragma('page_size', { simple: true })),
    ping: async () => {
      // Writes what is there already: a full disk still reads.
      client.pragma(`user_version = ${Number(client.pragma('user_version', { simple: true }))}`)
    },
    flush: async () => log?.flush(),
    close: async () => {
      await log?.end()
      // Before the last one, which copies what is left and removes the log.
      await checkpoints?.end()
      client.close()
    },
  }
}

type CompiledInsert = { run(row: object): void }

function compileInsert(insert: unknown): CompiledInsert {
  return (insert as { prepare(): CompiledInsert }).prepare()
}

/** Stands for any row with the same fields. */
function placeholdersOf<Row extends object>(row: Row): Row {
  return Object.fromEntries(Object.keys(row).map((field) => [field, sql.placeholder(field)])) as Row
}

function toDriver(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.getTime()
  return Array.isArray(value) ? JSON.stringify(value) : value
}

type Prepared = { sync(): unknown }
type SyncQuery = Prepared | { prepare(): { execute(): Prepared } }

function runSteps<T>(steps: UnitOfWork<T>): T {
  let step = steps.next()
  while (!step.done) {
    const query = step.value as unknown as SyncQuery
    step = steps.next(('sync' in query ? query : query.prepare().execute()).sync())
  }
  return step.value
}

/** drizzle compiles a statement at each use; compiling costs more than running most of ours. */
function cacheStatements(client: BetterSqlite.Database): void {
  const compile = client.prepare.bind(client)
  const compiled = new Map<string, BetterSqlite.Statement>()
  client.prepare = ((source: string) => {
    const known = compiled.get(source)
    if (known) return known
    const statement = compile(source)
    if (compiled.size >= STATEMENT_CACHE_SIZE) compiled.delete(compiled.keys().next().value ?? '')
    compiled.set(source, statement)
    return statement
  }) as typeof client.prepare
}

/** Changing the journal mode needs the file alone for a moment and does not wait for the busy timeout. */
function switchToWal(client: BetterSqlite.Database): void {
  const giveUpAt = Date.now() + BUSY_TIMEOUT_MS
  for (;;) {
    try {
      client.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!codeOf(error).startsWith('SQLITE_BUSY') || Date.now() > giveUpAt) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

function migrateSqlite(client: BetterSqlite.Database, name: string): void {
  const migrations = readMigrations('sqlite')
  if (pendingMigrations(migrations, lastApplied(client), name).length === 0) return
  // SQLite ignores this pragma inside a transaction, and rebuilding a parent table with it on would delete its children.
  client.pragma('foreign_keys = OFF')
  client
    .transaction(() => {
      client.exec(`create table if not exists ${MIGRATIONS_TABLE} (id integer primary key, hash text not null, created_at numeric)`)
      // Asked again now that the write lock is ours: another process may have done it meanwhile.
      for (const migration of pendingMigrations(migrations, lastApplied(client), name)) {
        for (const statement of migration.sql) client.exec(statement)
        client.prepare(`insert into ${MIGRATIONS_TABLE} (hash, created_at) values (?, ?)`).run(migration.hash, migration.folderMillis)
      }
      const orphans = client.pragma('foreign_key_check') as { table: string }[]
      if (orphans.length > 0) {
        throw new Error(
          `${name} could not be migrated: ${orphans.length} rows of ${orphans[0]?.table} would lose their parent. Nothing was changed.`,
        )
      }
    })
    .immediate()
}

function lastApplied(client: BetterSqlite.Database): number | null {
  const exists = client.prepare(`select 1 from sqlite_master where name = ?`).get(MIGRATIONS_TABLE)
  if (!exists) return null
  const row = client.prepare(`select max(created_at) as at from ${MIGRATIONS_TABLE}`).get() as { at: number | null }
  return row.at === null ? null : Number(row.at)
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

function plainOpenError(error: unknown, name: string): unknown {
  const code = codeOf(error)
  if (code === 'SQLITE_NOTADB')
    return new Error(`${name} is not a SQLite database. Name another file, or move this one away.`, { cause: error })
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new Error(`${name} is damaged. Restore a backup, or try "sqlite3 <file> .recover" on a copy.`, { cause: error })
  }
  if (['SQLITE_READONLY', 'SQLITE_CANTOPEN', 'EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR', 'ENOENT'].includes(code)) {
    return new Error(`${name} can't be opened for writing (${code}). Check its folder's owner and permissions.`, { cause: error })
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new Error(`${name} is held by another process for longer than ${BUSY_TIMEOUT_MS / 1000} s. Stop it, then start again.`, {
      cause: error,
    })
  }
  return error
}
