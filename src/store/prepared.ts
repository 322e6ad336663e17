// Reads that run often. Putting a statement together takes drizzle longer than most take to run, so these are declared
// apart from any tenant, with a stand-in for each value, and put together once for each connection.
import { eq, sql, type AnyColumn, type Placeholder, type SQL } from 'drizzle-orm'
import { belongsTo, type Database, type Queries } from './database.ts'
import type { Tables } from './schema.ts'

/** Stands for a value that comes with each run. */
export type Given<Value> = Placeholder<string, Value>

export type Parts = {
  q: Queries
  tables: Tables
  oneOf: Database['oneOf']
  momentsIn: Database['momentsIn']
  /** Whether a row is the asking installation's: no read of a tenant goes without one of these two. */
  mine: (table: { installationId: AnyColumn }) => SQL
  /** The same for rows that are named by id; see `belongsTo`. */
  belongs: (table: { installationId: AnyColumn }) => SQL
}

type Statement<Row> = PromiseLike<Row[]> & { prepare(name: string): unknown }
type Prepared = {
  getQuery(): { params: unknown[] }
  execute(values: Record<string, unknown>): PromiseLike<unknown[]>
}

declare const rows: unique symbol
type DeclaredRead<Values, Row> = {
  build(parts: Parts, given: Record<string, Given<unknown>>): Statement<unknown>
  readonly [rows]?: (values: Values) => Row
}

type ValuesOf<Stand> = { [Name in keyof Stand]: Stand[Name] extends Given<infer Value> ? Value : never }

/** `declareRead(({ q, tables, mine }, { id }: { id: Given<number> }) => q.select()…)`: nothing but the stand-ins may vary. */
export function declareRead<Stand extends Record<string, Given<unknown>>, Row>(
  build: (parts: Parts, given: Stand) => Statement<Row>,
): DeclaredRead<ValuesOf<Stand>, Row> {
  return { build }
}

const OWN = 'installationId'
const standIns = new Proxy<Record<string, Given<unknown>>>({}, { get: (_, name) => sql.placeholder(String(name)) })

/** Every open database, and on PostgreSQL each of its connections, has a builder of its own. */
const builders = new WeakMap<Queries, Map<object, Prepared>>()

function preparedFor(database: Database, q: Queries, declared: DeclaredRead<never, unknown>): Prepared {
  const known = builders.get(q) ?? new Map<object, Prepared>()
  builders.set(q, known)
  const before = known.get(declared)
  if (before) return before
  const own = sql.placeholder(OWN)
  const mine: Parts['mine'] = ({ installationId }) => eq(installationId, own)
  const belongs: Parts['belongs'] = ({ installationId }) => belongsTo(installationId, own)
  // Without a name: a pooler in transaction mode knows no named statements.
  const parts: Parts = {
    q,
    tables: database.tables,
    oneOf: (column, values) => database.oneOf(column, values),
    momentsIn: (column) => database.momentsIn(column),
    mine,
    belongs,
  }
  const prepared = declared.build(parts, standIns).prepare('') as Prepared
  if (!prepared.getQuery().params.includes(own))
    throw new Error('A read of a tenant must ask for its installation: use `mine` or `belongs`.')
  known.set(declared, prepared)
  return prepared
}

export type TenantRead = <Values, Row>(declared: DeclaredRead<Values, Row>, values: Values, q?: Queries) => PromiseLike<Row[]>

/** The one place where a tenant's reads get their installation; `q` inside a unit of work. */
export function tenantReader(database: Database, installationId: number): TenantRead {
  return <Values, Row>(declared: DeclaredRead<Values, Row>, values: Values, q = database.queries) => {
    const bound: Record<string, unknown> = { [OWN]: installationId }
    for (const [name, value] of Object.entries(values as object)) bound[name] = database.toDriver(value)
    return preparedFor(database, q, declared).execute(bound) as PromiseLike<Row[]>
  }
}
