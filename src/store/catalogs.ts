import { and, asc, eq, gt, max, min, sql } from 'drizzle-orm'
import type { Reader } from '../domain/repository.ts'
import { qualifiedName, type Catalog } from '../domain/service.ts'
import { ask, belongsTo, type Database } from './database.ts'
import { quotableBy } from './quotable.ts'
import type { CatalogStore } from './store.ts'

/** Longer ones name nothing on GitHub, and would not fit an index. */
const LONGEST_NAME = 500

export function createCatalogStore(database: Database, installationId: number): CatalogStore {
  const { queries, tables } = database
  const { catalogs, catalogNames, repositories } = tables
  const one = (repositoryId: number) => and(eq(catalogs.installationId, installationId), eq(catalogs.repositoryId, repositoryId))
  const namesOf = (repositoryId: number) =>
    and(eq(catalogNames.installationId, installationId), eq(catalogNames.repositoryId, repositoryId))
  const naming = (kind: 'service' | 'dependency', names: string[], reader: Reader | null) =>
    and(
      eq(catalogNames.installationId, installationId),
      eq(catalogNames.kind, kind),
      database.oneOf(catalogNames.name, names),
      reader ? quotableBy(database, installationId, reader, catalogNames.repositoryId) : isStanding,
    )
  const isStanding = sql`exists (select 1 from ${repositories} where ${repositories.id} = ${catalogNames.repositoryId}
    and ${repositories.installationId} = ${installationId} and ${repositories.removedAt} is null)`
  return {
    get: async (repositoryId) => {
      const rows = await queries
        .select({
          catalog: catalogs.catalog,
          readAt: catalogs.readAt,
          readAgainAt: catalogs.readAgainAt,
          problems: catalogs.problems,
          problemIssueNumber: catalogs.problemIssueNumber,
        })
        .from(catalogs)
        .where(one(repositoryId))
      return rows[0] ?? null
    },
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
      const rows = await queries
        .select({ repositoryId: catalogs.repositoryId, catalog: catalogs.catalog })
        .from(catalogs)
        .where(and(belongsTo(catalogs.installationId, installationId), database.oneOf(catalogs.repositoryId, repositoryIds)))
      return new Map(rows.flatMap(({ repositoryId, catalog }) => (catalog ? [[repositoryId, catalog]] : [])))
    },
    declaring: async (names, reader) => {
      const rows = await queries
        .select({ first: min(catalogNames.repositoryId), last: max(catalogNames.repositoryId) })
        .from(catalogNames)
        .where(naming('service', names, reader))
        .groupBy(catalogNames.name)
      return [...new Set(rows.flatMap(({ first, last }) => [Number(first), Number(last)]))].sort((a, b) => a - b)
    },
    depending: async (names, reader, limit) => {
      const rows = await queries
        .selectDistinct({ repositoryId: catalogNames.repositoryId })
        .from(catalogNames)
        .where(naming('dependency', names, reader))
        .orderBy(asc(catalogNames.repositoryId))
        .limit(limit)
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
