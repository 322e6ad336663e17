// Reads that run often. Putting a statement together takes drizzle longer than most take to run, so these are declared
// apart from any tenant, with a stand-in for each value, and put together once for each connection.
import { eq, sql, type AnyColumn, type Placeholder, type SQL } from 'drizzle-orm'
import { belongsTo, type Database, type Queries } from './database.ts'
import type { Tables } from './schema.ts'

/** Stands for a value that comes with each run; for a time only where it is compared, not where it is written. */
export type Given<Value> = Placeholder<string, Value>

export type Parts = {
  q: Queries
  tables: Tables
  oneOf: Database['oneOf']
  /** Whether a row is the asking installation's: no read of a tenant goes without one of these two. */
  mine: (table: { installationId: AnyColumn }) => SQL
  /** The same for rows that are named by id; see `belongsTo`. */
  belongs: (table: { installationId: AnyColumn }) => SQL
}

type Statement<Row> = PromiseLike<Row[]> & { prepare(name: string): unknown }
type Prepared = { execute(values: Record<string, unknown>): PromiseLike<unknown[]> }

declare const rows: unique symbol
export type DeclaredRead<Values, Row> = {
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

/** How an engine's database runs what was declared; `toDriver` makes of a value what its driver takes. */
export function preparedReads(
  { queries, tables, oneOf }: Pick<Database, 'queries' | 'tables' | 'oneOf'>,
  toDriver: (value: unknown) => unknown,
): Database['read'] {
  const connections = new WeakMap<Queries, Map<object, Prepared>>()
  const standIns = new Proxy<Record<string, Given<unknown>>>({}, { get: (_, name) => sql.placeholder(String(name)) })
  const own = sql.placeholder('installationId')
  const parts = {
    tables,
    oneOf,
    mine: ({ installationId }: { installationId: AnyColumn }) => eq(installationId, own),
    belongs: ({ installationId }: { installationId: AnyColumn }) => belongsTo(installationId, own),
  }
  return <Values, Row>(declared: DeclaredRead<Values, Row>, values: Values, q = queries): PromiseLike<Row[]> => {
    const known = connections.get(q) ?? new Map<object, Prepared>()
    connections.set(q, known)
    // Without a name: a pooler in transaction mode knows no named statements.
    const prepared = known.get(declared) ?? (declared.build({ ...parts, q }, standIns).prepare('') as Prepared)
    known.set(declared, prepared)
    const bound = Object.entries(values as Record<string, unknown>).map(([name, value]) => [name, toDriver(value)] as const)
    return prepared.execute(Object.fromEntries(bound)) as PromiseLike<Row[]>
  }
}

export type TenantRead = <Values, Row>(declared: DeclaredRead<Values, Row>, values: Values, q?: Queries) => PromiseLike<Row[]>

/** The one place where a tenant's reads get their installation. */
export function tenantReader(database: Pick<Database, 'read'>, installationId: number): TenantRead {
  return (declared, values, q) => database.read(declared, { ...values, installationId }, q)
}
