import { and, asc, eq, isNotNull } from 'drizzle-orm'
import type { Catalog } from '../domain/service.ts'
import type { Database } from './database.ts'
import type { CatalogStore } from './store.ts'

export function createCatalogStore({ queries, tables }: Database, installationId: number): CatalogStore {
  const { catalogs } = tables
  const one = (repositoryId: number) => and(eq(catalogs.installationId, installationId), eq(catalogs.repositoryId, repositoryId))
  return {
    get: async (repositoryId) => {
      const rows = await queries
        .select({
          catalog: catalogs.catalog,
          readAt: catalogs.readAt,
          problems: catalogs.problems,
          problemIssueNumber: catalogs.problemIssueNumber,
        })
        .from(catalogs)
        .where(one(repositoryId))
      return rows[0] ?? null
    },
    save: async (repositoryId, catalog, problems, readAt) => {
      const set = { problems, readAt, ...(catalog ? { catalog } : {}) }
      await queries
        .insert(catalogs)
        .values({ repositoryId, installationId, catalog, problems, readAt })
        .onConflictDoUpdate({ target: catalogs.repositoryId, set, setWhere: eq(catalogs.installationId, installationId) })
    },
    setProblemIssue: async (repositoryId, issueNumber) => {
      await queries.update(catalogs).set({ problemIssueNumber: issueNumber }).where(one(repositoryId))
    },
    all: async () => {
      const rows = await queries
        .select({ repositoryId: catalogs.repositoryId, catalog: catalogs.catalog })
        .from(catalogs)
        .where(and(eq(catalogs.installationId, installationId), isNotNull(catalogs.catalog)))
        .orderBy(asc(catalogs.repositoryId))
      return rows.filter((row): row is { repositoryId: number; catalog: Catalog } => row.catalog !== null)
    },
  }
}
