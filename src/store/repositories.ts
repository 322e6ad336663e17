import { and, asc, eq, sql } from 'drizzle-orm'
import type { Repository } from '../domain/repository.ts'
import { ask, belongsTo, type Database, type Queries, type UnitOfWork } from './database.ts'
import { lockAudience, moveAudience } from './incident-postings.ts'
import { nameKey } from './name-key.ts'
import type { RepositoryStore } from './store.ts'

export function createRepositoryStore(database: Database, installationId: number): RepositoryStore {
  const { queries, tables } = database
  const { installations, repositories } = tables
  const mine = eq(repositories.installationId, installationId)
  const { nameKey: _nameKey, ...shown } = {
    id: repositories.id,
    installationId: repositories.installationId,
    owner: repositories.owner,
    name: repositories.name,
    isPrivate: repositories.isPrivate,
    isArchived: repositories.isArchived,
    defaultBranch: repositories.defaultBranch,
    removedAt: repositories.removedAt,
    updatedAt: repositories.updatedAt,
    nameKey: repositories.nameKey,
  }
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
    byId: async (id) =>
      (
        await queries
          .select(shown)
          .from(repositories)
          .where(and(mine, eq(repositories.id, id)))
      )[0] ?? null,
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
    byIds: async (ids) =>
      queries
        .select(shown)
        .from(repositories)
        .where(and(belongsTo(repositories.installationId, installationId), database.oneOf(repositories.id, ids)))
        .orderBy(asc(repositories.id)),
    idsByNames: async (names) => {
      const rows = await queries
        .select({ id: repositories.id })
        .from(repositories)
        .where(and(belongsTo(repositories.installationId, installationId), database.oneOf(repositories.nameKey, names)))
        .orderBy(asc(repositories.id))
      return rows.map((row) => row.id)
    },
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
