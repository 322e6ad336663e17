import { and, asc, eq, getTableColumns, isNull, lt } from 'drizzle-orm'
import type { Database } from './database.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'
import type { BackfillOverview, BackfillStore } from './operations.ts'

const quietIncident = declareRead(
  ({ q, tables: { quietIncidents }, mine }, of: { repositoryId: Given<number>; issueNumber: Given<number> }) => {
    const { repositoryId, issueNumber } = quietIncidents
    return q
      .select({ issueNumber })
      .from(quietIncidents)
      .where(and(mine(quietIncidents), eq(repositoryId, of.repositoryId), eq(issueNumber, of.issueNumber)))
  },
)

export function createBackfillStore(database: Database, installationId: number): BackfillStore {
  const { queries, tables } = database
  const read = tenantReader(database, installationId)
  const { backfills, pastDeployments, quietIncidents } = tables
  const { installationId: _installation, ...shown } = getTableColumns(backfills)
  const of = (repositoryId: number) => and(eq(backfills.installationId, installationId), eq(backfills.repositoryId, repositoryId))
  const waiting = (repositoryId: number) =>
    and(eq(pastDeployments.installationId, installationId), eq(pastDeployments.repositoryId, repositoryId))
  const incident = (repositoryId: number, issueNumber: number) =>
    and(
      eq(quietIncidents.installationId, installationId),
      eq(quietIncidents.repositoryId, repositoryId),
      eq(quietIncidents.issueNumber, issueNumber),
    )
  return {
    get: async (repositoryId) => (await queries.select(shown).from(backfills).where(of(repositoryId)))[0] ?? null,
    save: async (backfill) => {
      const row = { ...backfill, installationId }
      await queries
        .insert(backfills)
        .values(row)
        .onConflictDoUpdate({ target: [backfills.installationId, backfills.repositoryId], set: backfill })
    },
    stage: async (repositoryId, deployments) => {
      if (deployments.length === 0) return
      const rows = deployments.map((deployment) => ({ ...deployment, installationId, repositoryId }))
      await queries.insert(pastDeployments).values(rows).onConflictDoNothing()
    },
    staged: (repositoryId, limit) =>
      queries
        .select({ externalId: pastDeployments.externalId, createdAt: pastDeployments.createdAt, told: pastDeployments.told })
        .from(pastDeployments)
        .where(waiting(repositoryId))
        .orderBy(asc(pastDeployments.createdAt), asc(pastDeployments.externalId))
        .limit(limit)
        .then((rows) => rows),
    unstage: async (repositoryId, externalId) => {
      await queries.delete(pastDeployments).where(and(waiting(repositoryId), eq(pastDeployments.externalId, externalId)))
    },
    quiet: async (repositoryId, issueNumber) => {
      await queries.insert(quietIncidents).values({ installationId, repositoryId, issueNumber }).onConflictDoNothing()
    },
    isQuiet: async (repositoryId, issueNumber) => (await read(quietIncident, { repositoryId, issueNumber })).length > 0,
    speak: async (repositoryId, issueNumber) => {
      await queries.delete(quietIncidents).where(incident(repositoryId, issueNumber))
    },
  }
}

export function createBackfillOverview({ queries, tables }: Database): BackfillOverview {
  const { backfills } = tables
  return {
    all: () =>
      queries
        .select()
        .from(backfills)
        .orderBy(asc(backfills.installationId), asc(backfills.repositoryId))
        .then((rows) => rows),
    stalled: (before) =>
      queries
        .select()
        .from(backfills)
        .where(and(isNull(backfills.finishedAt), lt(backfills.updatedAt, before)))
        .then((rows) => rows),
  }
}
