// PostgreSQL through pg: several processes share one database.
import pg from 'pg'
import { is, Placeholder, SQL, sql, type AnyColumn } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { postgresKit, storableText } from './columns.ts'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { MIGRATIONS_TABLE, pendingMigrations, readMigrations } from './migrations.ts'
import { defineTables } from './schema.ts'

export type PostgresOptions = {
  /** Connections of this process; default 10. */
  poolSize?: number
  /** For how long a unit of work keeps its locks while its process does nothing; default 10,000. */
  idleInTransactionMs?: number
}

const CONNECT_TIMEOUT_MS = 10_000
const PING_TIMEOUT_MS = 2_000
/** A process that is frozen inside a transaction would keep its locks as long as it lives. */
const IDLE_IN_TRANSACTION_MS = 10_000
/** Any number that is always the same: migrations of all processes queue behind it. */
const MIGRATION_LOCK = 7_239_001
const ATTEMPTS = 5
/** Rows of one insert: some ten parameters each, far below PostgreSQL's 65,535. */
const INSERT_BATCH = 100
/** Serialization failure and deadlock: the database undid the unit of work and asks to try it again. */
const RETRY_CODES = new Set(['40001', '40P01'])

/**
 * Connects to a `postgres://` URL and brings the tables up to date. Several processes may do so at once.
 * @throws with host, database and a way out, never with the password.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'causeway',
  })
  // A connection that breaks is replaced by the pool, and whoever was using it is told; without listeners, for idle ones
  // and for those in use, it would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  try {
    await migratePostgres(pool, describe(url))
  } catch (error) {
    await pool.end()
    throw plainOpenError(error, describe(url))
  }
  return database(pool, options.idleInTransactionMs ?? IDLE_IN_TRANSACTION_MS)
}

function database(pool: pg.Pool, idleInTransactionMs: number): Database {
  const queries = drizzle(pool)
  // One a connection, so that what was put together for it serves its later transactions too.
  const builders: Builders = new WeakMap()
  // Set in the transaction: a pooler passes no settings of a connection on.
  const begin = `begin; set local idle_in_transaction_session_timeout = ${idleInTransactionMs}`
  const tables = defineTables(postgresKit)
  const oneOf: Database['oneOf'] = (column, values) =>
    sql`${column} = any(${is(values, Placeholder) ? values : sql.param(values)}::${arrayOf(column)})`
  return {
    engine: 'postgres',
    tables,
    queries,
    atomically: (work) => retried(() => inTransaction(pool, begin, builders, work)),
    *lock(q, name, mode) {
      const transaction = q as typeof queries
      const take = sql.raw(mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock')
      yield* ask(transaction.execute(sql`select ${take}(hashtextextended(${name}, 0))`))
    },
    *insertEach(q, _, rows, insert) {
      for (let start = 0; start < rows.length; start += INSERT_BATCH) yield* ask(insert(q, rows.slice(start, start + INSERT_BATCH)))
    },
    oneOf,
    toDriver,
    listed: (values) => sql`unnest(${sql.param(values)}::bigint[]) as listed(value)`,
    momentOf: (at) => sql`${at.toISOString()}::timestamptz`,
    momentsIn: (column) => sql`string_agg(cast(extract(epoch from ${column}) * 1000 as bigint)::text, ',')`,
    bytes: async () => {
      const { rows } = await pool.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes')
      return Number(rows[0]?.bytes ?? 0)
    },
    flush: async () => undefined,
    ping: () => ping(pool),
    close: () => pool.end(),
  }
}

const arrayOf = (column: AnyColumn | SQL) => (is(column, SQL) || column.getSQLType().startsWith('text') ? sql`text[]` : sql`bigint[]`)

function toDriver(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  return value instanceof Date ? value.toISOString() : value
}

type Builders = WeakMap<pg.PoolClient, Queries>

async function inTransaction<T>(pool: pg.Pool, begin: string, builders: Builders, work: (q: Queries) => UnitOfWork<T>): Promise<T> {
  const client = await pool.connect()
  const q = builders.get(client) ?? drizzle(client)
  builders.set(client, q)
  let broken: Error | undefined
  try {
    await client.query(begin)
    const result = await awaitSteps(work(q))
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((reason: Error) => (broken = reason))
    throw error
  } finally {
    client.release(broken)
  }
}

async function awaitSteps<T>(steps: UnitOfWork<T>): Promise<T> {
  let step = steps.next()
  while (!step.done) step = steps.next(await step.value)
  return step.value
}

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === ATTEMPTS || !RETRY_CODES.has(codeOf(error))) throw error
      await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt * (0.5 + Math.random())))
    }
  }
}

async function ping(pool: pg.Pool): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`PostgreSQL did not answer within ${PING_TIMEOUT_MS / 1000} s.`)), PING_TIMEOUT_MS)
  })
  try {
    const { rows } = await Promise.race([pool.query<{ transaction_read_only: string }>('show transaction_read_only'), late])
    if (rows[0]?.transaction_read_only === 'on') throw new Error('PostgreSQL takes no writes: it is a standby, or set to read only.')
  } finally {
    clearTimeout(timer)
  }
}

async function migratePostgres(pool: pg.Pool, name: string): Promise<void> {
  const migrations = readMigrations('postgres')
  const client = await pool.connect()
  try {
    // The lock ends with the transaction. Everything before it must be harmless when done by several at once, so even
    // "create table if not exists" comes after it: two of those at the same moment fail.
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    await client.query('create schema if not exists drizzle')
    await client.query(
      `create table if not exists drizzle.${MIGRATIONS_TABLE} (id serial primary key, hash text not null, created_at bigint)`,
    )
    const { rows } = await client.query<{ at: string | null }>(`select max(created_at) as at from drizzle.${MIGRATIONS_TABLE}`)
    const last = rows[0]?.at ?? null
    for (const migration of pendingMigrations(migrations, last === null ? null : Number(last), name)) {
      for (const statement of migration.sql) await client.query(statement)
      await client.query(`insert into drizzle.${MIGRATIONS_TABLE} (hash, created_at) values ($1, $2)`, [
        migration.hash,
        migration.folderMillis,
      ])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

/** SQLSTATE or system code; drizzle wraps the driver's error. */
function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if ('code' in at) return String(at.code)
  return ''
}

function describe(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    return `The PostgreSQL database ${decodeURIComponent(pathname.slice(1)) || '(default)'} at ${hostname || 'localhost'}:${port || '5432'}`
  } catch {
    return 'The PostgreSQL database'
  }
}

function plainOpenError(error: unknown, name: string): unknown {
  const code = codeOf(error)
  const timedOut = error instanceof Error && error.message.includes('timeout')
  if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ETIMEDOUT', 'ECONNRESET', 'ENOENT'].includes(code) || timedOut) {
    return new Error(`${name} can't be reached (${code || 'timeout'}). Check that the server runs and that the URL names it.`, {
      cause: error,
    })
  }
  if (code === '28P01' || code === '28000') {
    return new Error(`${name} refused the user or the password (${code}). Check the database URL.`, { cause: error })
  }
  if (code === '3D000') return new Error(`${name} does not exist on that server. Create it first.`, { cause: error })
  if (code === '42501')
    return new Error(`${name} lets this user create no tables (${code}). Grant it the right, or name another user.`, { cause: error })
  return error
}
