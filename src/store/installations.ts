import { and, asc, eq, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { nameKey } from './name-key.ts'
import type { InstallationStore } from './store.ts'

export function createInstallationStore({ queries, tables }: Database): InstallationStore {
  const { installations, repositories } = tables
  return {
    upsert: async (installation) => {
      const { id, ...rest } = installation
      await queries
        .insert(installations)
        .values({ id, ...rest })
        .onConflictDoUpdate({ target: installations.id, set: rest })
    },
    byId: async (id) => (await queries.select().from(installations).where(eq(installations.id, id)))[0] ?? null,
    byRepositoryName: async (owner, name) => {
      const rows = await queries
        .select({ installationId: repositories.installationId, repositoryId: repositories.id })
        .from(repositories)
        .where(and(eq(repositories.nameKey, nameKey(owner, name))))
        .orderBy(sql`${repositories.removedAt} is not null`, sql`${repositories.id} desc`)
        .limit(1)
      return rows[0] ?? null
    },
    all: async () => queries.select().from(installations).orderBy(asc(installations.id)),
  }
}
