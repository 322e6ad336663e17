import { and, asc, eq, gt, max, min, sql, type SQL } from 'drizzle-orm'
import type { Reader } from '../domain/repository.ts'
import { qualifiedName, type Catalog } from '../domain/service.ts'
import { ask, type Database } from './database.ts'
import { nameKey } from './name-key.ts'
import { declareRead, tenantReader, type Given, type Parts } from './prepared.ts'
import { quotableBy } from './quotable.ts'
import type { CatalogStore } from './store.ts'

/** Longer ones name nothing on GitHub, and would not fit an index. */
const LONGEST_NAME = 500

const catalogOf = declareRead(({ q, tables: { catalogs }, mine }, { repositoryId }: { repositoryId: Given<number> }) =>
  q
    .select({
      catalog: catalogs.catalog,
      readAt: catalogs.readAt,
      readAgainAt: catalogs.readAgainAt,
      problems: catalogs.problems,
      problemIssueNumber: catalogs.problemIssueNumber,
    })
    .from(catalogs)
    .where(and(mine(catalogs), eq(catalogs.repositoryId, repositoryId))),
)

const catalogsOf = declareRead(({ q, tables: { catalogs }, belongs, oneOf }, { ids }: { ids: Given<number[]> }) =>
  q
    .select({ repositoryId: catalogs.repositoryId, catalog: catalogs.catalog })
    .from(catalogs)
    .where(and(belongs(catalogs), oneOf(catalogs.repositoryId, ids))),
)

type Naming = { kind: Given<string>; names: Given<string[]> }
type Asking = Naming & { readerId: Given<number>; readerKey: Given<string> }

/** Names of a kind; only of repositories that texts in the reader may tell of, or of all that stand. */
const naming = ({ tables: { catalogNames }, mine, oneOf }: Parts, { kind, names }: Naming, isTold: SQL) =>
  and(mine(catalogNames), eq(catalogNames.kind, kind), oneOf(catalogNames.name, names), isTold)

const toReader = (parts: Parts, { readerId, readerKey }: Asking) =>
  quotableBy(parts, { id: readerId, key: readerKey }, parts.tables.catalogNames.repositoryId)

const whileStanding = ({ tables: { catalogNames, repositories }, mine }: Parts) =>
  sql`exists (select 1 from ${repositories} where ${repositories.id} = ${catalogNames.repositoryId}
    and ${mine(repositories)} and ${repositories.removedAt} is null)`

const firstAndLast = ({ q, tables: { catalogNames } }: Parts, where: SQL | undefined) =>
  q
    .select({ first: min(catalogNames.repositoryId), last: max(catalogNames.repositoryId) })
    .from(catalogNames)
    .where(where)
    .groupBy(catalogNames.name)

const firstOf = ({ q, tables: { catalogNames } }: Parts, where: SQL | undefined, limit: Given<number>) =>
  q
    .selectDistinct({ repositoryId: catalogNames.repositoryId })
    .from(catalogNames)
    .where(where)
    .orderBy(asc(catalogNames.repositoryId))
    .limit(limit)

const declaringAny = declareRead((parts, of: Naming) => firstAndLast(parts, naming(parts, of, whileStanding(parts))))
const declaringTold = declareRead((parts, of: Asking) => firstAndLast(parts, naming(parts, of, toReader(parts, of))))
const dependingAny = declareRead((parts, of: Naming & { limit: Given<number> }) =>
  firstOf(parts, naming(parts, of, whileStanding(parts)), of.limit),
)
const dependingTold = declareRead((parts, of: Asking & { limit: Given<number> }) =>
  firstOf(parts, naming(parts, of, toReader(parts, of)), of.limit),
)

export function createCatalogStore(database: Database, installationId: number): CatalogStore {
  const { queries, tables } = database
  const { catalogs, catalogNames } = tables
  const read = tenantReader(database, installationId)
  const one = (repositoryId: number) => and(eq(catalogs.installationId, installationId), eq(catalogs.repositoryId, repositoryId))
  const namesOf = (repositoryId: number) =>
    and(eq(catalogNames.installationId, installationId), eq(catalogNames.repositoryId, repositoryId))
  const told = ({ id, owner, name }: Reader) => ({ readerId: id, readerKey: nameKey(owner, name) })
  return {
    get: async (repositoryId) => (await read(catalogOf, { repositoryId }))[0] ?? null,
    save: async (repositoryId, catalog, problems, readAt, readAgainAt = null) => {
      const set = { problems, readAt, readAgainAt, ...(catalog ? { catalog } : {}) }
      await database.atomically(function* (q) {
        yield* ask(
          q
            .insert(catalogs)
            .values({ repositoryId, installationId, catalog, problems, readAt, readAgainAt })
            .onConflictDoUpdate({ target: catalogs.repositoryId, set, setWhere: eq(catalogs.installationId, installationId) }),
        )
        if (!catalog) return
        yield* ask(q.delete(catalogNames).where(namesOf(repositoryId)))
        const names = namesIn(catalog).map((each) => ({ ...each, installationId, repositoryId }))
        for (let from = 0; from < names.length; from += 500) yield* ask(q.insert(catalogNames).values(names.slice(from, from + 500)))
      })
    },
    readAgain: async (at) => {
      await queries
        .update(catalogs)
        .set({ readAgainAt: at })
        .where(and(eq(catalogs.installationId, installationId), gt(catalogs.readAgainAt, at)))
    },
    setProblemIssue: async (repositoryId, issueNumber) => {
      await queries.update(catalogs).set({ problemIssueNumber: issueNumber }).where(one(repositoryId))
    },
    of: async (repositoryIds) => {
      const rows = await read(catalogsOf, { ids: repositoryIds })
      return new Map(rows.flatMap(({ repositoryId, catalog }) => (catalog ? [[repositoryId, catalog]] : [])))
    },
    declaring: async (names, reader) => {
      const of = { kind: 'service', names }
      const rows = await (reader ? read(declaringTold, { ...of, ...told(reader) }) : read(declaringAny, of))
      return [...new Set(rows.flatMap(({ first, last }) => [Number(first), Number(last)]))].sort((a, b) => a - b)
    },
    depending: async (names, reader, limit) => {
      const of = { kind: 'dependency', names, limit }
      const rows = await (reader ? read(dependingTold, { ...of, ...told(reader) }) : read(dependingAny, of))
      return rows.map((row) => row.repositoryId)
    },
  }
}

/** What others find it by. A name of a repository is in lower case, as it is asked for. */
export function namesIn({ services, settings }: Catalog): { kind: 'service' | 'dependency' | 'reader'; name: string }[] {
  const named = {
    service: services.map(({ name }) => name),
    dependency: services.flatMap(({ dependsOn }) => dependsOn.map(dependencyKey)),
    reader: settings.shareWith.map((name) => name.toLowerCase()),
  }
  return (['service', 'dependency', 'reader'] as const).flatMap((kind) =>
    [...new Set(named[kind])].filter((name) => name.length <= LONGEST_NAME).map((name) => ({ kind, name })),
  )
}

function dependencyKey(dependency: string): string {
  const qualified = qualifiedName(dependency)
  if (!qualified) return dependency
  return qualified.service === null ? qualified.repository : `${qualified.repository}:${qualified.service}`
}
