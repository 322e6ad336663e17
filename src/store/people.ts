// Forgetting a person: everything stored is gone through once, and everything written afterwards is looked at before.
import { createHash, randomBytes } from 'node:crypto'
import { and, asc, eq, getTableColumns, sql, type AnyColumn } from 'drizzle-orm'
import { pseudonymFor } from '../domain/pseudonym.ts'
import { ask, type Database } from './database.ts'
import { lockChanges, outdateSpans } from './earlier.ts'
import { keyOf, rowsAfter, tableNames, type Row, type TableName } from './every-table.ts'
import { hashText, hashTexts, packHashes, unpackHashes } from './hash.ts'
import { createIncidentPostings } from './incident-postings.ts'
import { pseudonymise, type Forgotten } from './pseudonymise.ts'
import type { PeopleStore, TermsOf } from './people-store.ts'
import type { TenantStore } from './store.ts'
import { asDocument, countTerms } from './term-counts.ts'

/** Another process learns within this time of whom to forget. */
const REMEMBERED_MS = 2_000
const BATCH = 200
/** What names repositories and accounts, without which GitHub can't be asked; and what holds no words of others. */
const LEFT_ALONE = new Set<TableName>(['repositories', 'installations', 'leases', 'tokens', 'forgottenPeople', 'deliveries'])

type Registry = { current(): Promise<Forgotten | null> }

export function createPeopleStore(database: Database, registry: Registry & { refresh(): void }): PeopleStore {
  const { queries, tables } = database
  const { forgottenPeople, deliveries } = tables

  async function pseudonymOf(login: string): Promise<{ hash: string; salt: string }> {
    const [known] = await queries
      .select({ salt: forgottenPeople.salt })
      .from(forgottenPeople)
      .orderBy(asc(forgottenPeople.forgottenAt))
      .limit(1)
    const salt = known?.salt ?? randomBytes(16).toString('hex')
    return { hash: hashLogin(salt, login), salt }
  }

  async function rewrite(name: TableName, login: string, forgotten: Forgotten, termsOf: TermsOf): Promise<number> {
    const table = tables[name]
    const texts = Object.values(getTableColumns(table)).filter((column: AnyColumn) => column.getSQLType().startsWith('text'))
    if (texts.length === 0) return 0
    const mentions = texts.map((column) => sql`lower(${column}) like ${`%${login}%`}`)
    let count = 0
    for (let last: Row | null = null; ;) {
      const rows: Row[] = await rowsAfter(database, name, last, BATCH, sql`(${sql.join(mentions, sql` or `)})`)
      for (const row of rows) {
        const next = pseudonymise(row, forgotten)
        if (next === row) continue
        if (name === 'changes') await rewriteChange(row, next, termsOf)
        else if (name === 'incidents') await rewriteIncident(row, next, termsOf)
        else await queries.update(table).set(next).where(whereKey(name, row))
        count++
      }
      last = rows.at(-1) ?? null
      if (rows.length < BATCH) return count
    }
  }

  /** What finds a change by its words, its title, or what was summed up of it follows the words. */
  async function rewriteChange(row: Row, next: Row, termsOf: TermsOf): Promise<void> {
    const change = next as unknown as typeof tables.changes.$inferSelect
    const { installationId, repositoryId } = change
    const terms = hashTexts(termsOf.change(change))
    const set = { ...next, titleHash: hashText(change.title), terms: packHashes(terms), gist: null }
    await database.atomically(function* (q) {
      yield* lockChanges(database, q, repositoryId)
      const [known] = yield* ask(q.select({ terms: tables.changes.terms }).from(tables.changes).where(whereKey('changes', row)))
      if (!known) return
      yield* ask(q.update(tables.changes).set(set).where(whereKey('changes', row)))
      yield* outdateSpans(database, q, { installationId, repositoryId }, change.mergedAt)
      yield* countTerms(database, q, { installationId, repositoryId }, [asDocument(unpackHashes(known.terms))], [asDocument(terms)])
    })
  }

  /** Its terms first: a run that was cut off finds the row by its words again. */
  async function rewriteIncident(row: Row, { terms: _terms, words: _words, ...next }: Row, termsOf: TermsOf): Promise<void> {
    const incident = { ...row, ...next } as unknown as typeof tables.incidents.$inferSelect
    // One that was never answered is not looked for by its words yet.
    if (incident.terms.length > 0) {
      await createIncidentPostings(database, incident.installationId).indexTerms(incident.id, termsOf.incident(incident))
    }
    await queries.update(tables.incidents).set(next).where(whereKey('incidents', row))
  }

  function whereKey(name: TableName, row: Row) {
    const columns = getTableColumns(tables[name]) as Record<string, AnyColumn>
    return and(...keyOf(name).flatMap((field) => (columns[field] ? [eq(columns[field], row[field])] : [])))
  }

  /** Raw webhooks that were worked off only serve to look into: their words go. Those that still wait are needed whole. */
  async function dropBodies(login: string): Promise<number> {
    const mentions =
      database.engine === 'sqlite' ? sql`lower(cast(${deliveries.body} as text))` : sql`lower(encode(${deliveries.body}, 'escape'))`
    const gone = await queries
      .update(deliveries)
      .set({ body: new TextEncoder().encode('{}') })
      .where(and(eq(deliveries.state, 'done'), sql`${mentions} like ${`%${login}%`}`))
      .returning({ id: deliveries.id })
    return gone.length
  }

  return {
    forget: async (login, at, termsOf) => {
      const { hash, salt } = await pseudonymOf(login.toLowerCase())
      await queries.insert(forgottenPeople).values({ hash, salt, forgottenAt: at }).onConflictDoNothing()
      registry.refresh()
      // What other processes write until they know of it is found below.
      await new Promise((resolve) => setTimeout(resolve, REMEMBERED_MS + 500))
      const forgotten: Forgotten = (found) => (found === login.toLowerCase() ? pseudonymFor(hash) : null)
      let rows = 0
      for (const name of tableNames()) if (!LEFT_ALONE.has(name)) rows += await rewrite(name, login.toLowerCase(), forgotten, termsOf)
      return { pseudonym: pseudonymFor(hash), rows, deliveries: await dropBodies(login.toLowerCase()) }
    },
  }
}

/** Whom to forget, read again when it is older than two seconds. */
export function forgottenRegistry({ queries, tables }: Database): Registry & { refresh(): void } {
  const { forgottenPeople } = tables
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<Forgotten | null> = Promise.resolve(null)
  async function read(): Promise<Forgotten | null> {
    const rows = await queries.select({ hash: forgottenPeople.hash, salt: forgottenPeople.salt }).from(forgottenPeople)
    const hashes = new Set(rows.map((row) => row.hash))
    const salt = rows[0]?.salt
    if (salt === undefined) return null
    return (login) => {
      const hash = hashLogin(salt, login)
      return hashes.has(hash) ? pseudonymFor(hash) : null
    }
  }
  return {
    refresh: () => void (readAt = Number.NEGATIVE_INFINITY),
    current: () => {
      if (performance.now() - readAt > REMEMBERED_MS) {
        readAt = performance.now()
        reading = read()
        // The next one asks again.
        reading.catch(() => (readAt = Number.NEGATIVE_INFINITY))
      }
      return reading
    },
  }
}

/** The same tenant, but nothing is written through it that names somebody who was forgotten, whatever method is called. */
export function forgetful(tenant: TenantStore, registry: Registry): TenantStore {
  const wrapped: Record<string, unknown> = { ...tenant }
  for (const [name, family] of Object.entries(tenant)) {
    if (typeof family !== 'object' || name === 'repositories') continue
    const methods: Record<string, Method> = { ...(family as Record<string, Method>) }
    for (const [method, call] of Object.entries(methods)) {
      methods[method] = async (...given) => {
        const forgotten = await registry.current()
        return call(...(forgotten ? pseudonymise(given, forgotten) : given))
      }
    }
    wrapped[name] = methods
  }
  return wrapped as TenantStore
}

type Method = (...given: unknown[]) => Promise<unknown>

function hashLogin(salt: string, login: string): string {
  return createHash('sha256').update(`${salt}\n${login}`).digest('hex')
}
