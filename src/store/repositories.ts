import { and, asc, eq, sql } from 'drizzle-orm'
import type { Repository } from '../domain/repository.ts'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { lockAudience, moveAudience } from './incident-postings.ts'
import { nameKey } from './name-key.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'
import type { Tables } from './schema.ts'
import type { RepositoryStore } from './store.ts'

const shownOf = ({ repositories }: Tables) => {
  const { id, installationId, owner, name, isPrivate, isArchived, defaultBranch, removedAt, updatedAt } = repositories
  return { id, installationId, owner, name, isPrivate, isArchived, defaultBranch, removedAt, updatedAt }
}

const repositoryById = declareRead(({ q, tables, mine }, { id }: { id: Given<number> }) =>
  q
    .select(shownOf(tables))
    .from(tables.repositories)
    .where(and(mine(tables.repositories), eq(tables.repositories.id, id))),
)

const repositoriesByIds = declareRead(({ q, tables, belongs, oneOf }, { ids }: { ids: Given<number[]> }) =>
  q
    .select(shownOf(tables))
    .from(tables.repositories)
    .where(and(belongs(tables.repositories), oneOf(tables.repositories.id, ids)))
    .orderBy(asc(tables.repositories.id)),
)

const idsByNames = declareRead(({ q, tables: { repositories }, belongs, oneOf }, { names }: { names: Given<string[]> }) =>
  q
    .select({ id: repositories.id })
    .from(repositories)
    .where(and(belongs(repositories), oneOf(repositories.nameKey, names)))
    .orderBy(asc(repositories.id)),
)

export function createRepositoryStore(database: Database, installationId: number): RepositoryStore {
  const { queries, tables } = database
  const read = tenantReader(database, installationId)
  const { installations, repositories } = tables
  const mine = eq(repositories.installationId, installationId)
  const shown = shownOf(tables)
  // What names a repository follows it, so that no table can be forgotten here; postings have a way of their own.
  const followers = Object.values(tables).flatMap((table) =>
    table !== repositories && table !== tables.incidentTerms && 'installationId' in table && 'repositoryId' in table ? [table] : [],
  )

  /**
   * A repository that comes back under another installation (the App was removed and installed again) keeps its past:
   * whoever can install the App on it can read it.
   */
  async function upsert(repository: Repository): Promise<void> {
    const row = { ...repository, installationId, nameKey: nameKey(repository.owner, repository.name) }
    await database.atomically(function* (q) {
      yield* lockAudience(database, q, row.id)
      const [before] = yield* ask(q.select(shown).from(repositories).where(eq(repositories.id, row.id)))
      const previous = before?.installationId
      const isElsewhere = previous !== undefined && previous !== installationId
      // A webhook that was late on its way from an installation that is gone takes a repository back nowhere.
      if (isElsewhere && (yield* isRemoved(q))) return
      // What does not say how new it is does not make what is known any older.
      const { id: _id, ...set } = { ...row, updatedAt: row.updatedAt ?? undefined }
      yield* ask(q.insert(repositories).values(row).onConflictDoUpdate({ target: repositories.id, set }))
      yield* moveAudience(database, q, before ?? null, row)
      if (!isElsewhere) return
      const { deploymentChanges, deployments } = tables
      const itsDeployments = q
        .select({ id: deployments.id })
        .from(deployments)
        .where(and(eq(deployments.installationId, previous), eq(deployments.repositoryId, row.id)))
      yield* ask(
        q
          .update(deploymentChanges)
          .set({ installationId })
          .where(sql`${deploymentChanges.deploymentId} in ${itsDeployments}`),
      )
      for (const table of followers) {
        yield* ask(
          q
            .update(table)
            .set({ installationId })
            .where(and(eq(table.installationId, previous), eq(table.repositoryId, row.id))),
        )
      }
    })
  }

  function* isRemoved(q: Queries): UnitOfWork<boolean> {
    const [installation] = yield* ask(
      q.select({ removedAt: installations.removedAt }).from(installations).where(eq(installations.id, installationId)),
    )
    return installation !== undefined && installation.removedAt !== null
  }

  return {
    upsert,
    byId: async (id) => (await read(repositoryById, { id }))[0] ?? null,
    byName: async (owner, name) => {
      const rows = await queries
        .select(shown)
        .from(repositories)
        .where(and(mine, eq(repositories.nameKey, nameKey(owner, name))))
        // One that is gone gave its name to the one that stands now.
        .orderBy(sql`${repositories.removedAt} is not null`, sql`${repositories.id} desc`)
        .limit(1)
      return rows[0] ?? null
    },
    byIds: async (ids) => read(repositoriesByIds, { ids }),
    idsByNames: async (names) => (await read(idsByNames, { names })).map((row) => row.id),
    all: async () => queries.select(shown).from(repositories).where(mine).orderBy(asc(repositories.id)),
    markRemoved: (id, at) =>
      database.atomically(function* (q) {
        yield* lockAudience(database, q, id)
        const own = and(mine, eq(repositories.id, id))
        const [before] = yield* ask(q.select(shown).from(repositories).where(own))
        if (!before) return
        yield* ask(q.update(repositories).set({ removedAt: at }).where(own))
        yield* moveAudience(database, q, before, { ...before, removedAt: at })
      }),
  }
}
