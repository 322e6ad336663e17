// Changes: written by folding every report of one into one row, read by sha, number, title and time.
import { and, asc, desc, eq, gte, lt, lte, or, sql } from 'drizzle-orm'
import type { Change } from '../domain/change.ts'
import { createChangeWriter } from './change-writer.ts'
import { ask, belongsTo, type Database, type Queries, type UnitOfWork } from './database.ts'
import { hashText } from './hash.ts'
import { readEarlier, readPast } from './past.ts'
import { createReferenceIndex } from './reference-index.ts'
import type { ChangeStore } from './store.ts'
import type { CarriedChange } from '../domain/deployment.ts'
import { readRiskPast } from './risk-past.ts'

export function createChangeStore(database: Database, installationId: number): ChangeStore {
  const { queries, tables } = database
  const { changes, changeCommits, changeReverts, deploymentChanges } = tables
  const mine = eq(changes.installationId, installationId)
  const inRepository = (repositoryId: number) => and(mine, eq(changes.repositoryId, repositoryId))
  const writer = createChangeWriter(database, installationId)
  const references = createReferenceIndex(database, installationId)

  async function byIds(ids: number[]): Promise<Change[]> {
    if (ids.length === 0) return []
    const rows = await queries
      .select()
      .from(changes)
      .where(and(belongsTo(changes.installationId, installationId), database.oneOf(changes.id, ids)))
      .orderBy(asc(changes.id))
    const reverts = await queries
      .select({ revertedId: changeReverts.revertedId, changeId: changes.id, mergedAt: changes.mergedAt })
      .from(changeReverts)
      .innerJoin(changes, eq(changes.id, changeReverts.revertingId))
      .where(and(belongsTo(changeReverts.installationId, installationId), database.oneOf(changeReverts.revertedId, ids)))
      .orderBy(asc(changes.mergedAt), asc(changes.id))
    const revertedBy = Map.groupBy(reverts, (revert) => revert.revertedId)
    return rows.map(({ installationId: _i, titleHash: _h, detailedAt: _d, terms: _t, gist: _g, ...row }) => ({
      ...row,
      revertedBy: (revertedBy.get(row.id) ?? []).map(({ changeId, mergedAt }) => ({ changeId, mergedAt })),
    }))
  }

  /** Rows are read by id in a second step, so that sorting moves index entries and not whole changes. */
  async function inOrder(found: Promise<{ id: number }[]>): Promise<Change[]> {
    const ids = (await found).map((row) => row.id)
    const byId = new Map((await byIds(ids)).map((change) => [change.id, change]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  }

  async function idsByCommits(repositoryId: number, shas: string[]): Promise<Map<string, number>> {
    const rows = await queries
      .select({ sha: changeCommits.sha, changeId: changeCommits.changeId })
      .from(changeCommits)
      .where(
        and(
          eq(changeCommits.installationId, installationId),
          eq(changeCommits.repositoryId, repositoryId),
          database.oneOf(changeCommits.sha, shas),
        ),
      )
    return new Map(rows.map((row) => [row.sha, row.changeId]))
  }

  /** What deployments were found to carry before the two were known to be one change: in and out of one are nothing. */
  function* carryAs(q: Queries, id: number, first: number): UnitOfWork<void> {
    const rows = yield* ask(
      q
        .select({
          deploymentId: deploymentChanges.deploymentId,
          changeId: deploymentChanges.changeId,
          direction: deploymentChanges.direction,
        })
        .from(deploymentChanges)
        .where(and(belongsTo(deploymentChanges.installationId, installationId), database.oneOf(deploymentChanges.changeId, [id, first]))),
    )
    const drop = (deploymentIds: number[], changeIds: number[]) =>
      q
        .delete(deploymentChanges)
        .where(and(database.oneOf(deploymentChanges.deploymentId, deploymentIds), database.oneOf(deploymentChanges.changeId, changeIds)))
    const both = [...Map.groupBy(rows, (row) => row.deploymentId)].filter(([, carried]) => carried.length > 1)
    const [repeated, cancelled] = [both.filter(isOneWay), both.filter((entry) => !isOneWay(entry))]
    if (repeated.length > 0)
      yield* ask(
        drop(
          repeated.map(([deployment]) => deployment),
          [id],
        ),
      )
    if (cancelled.length > 0)
      yield* ask(
        drop(
          cancelled.map(([deployment]) => deployment),
          [id, first],
        ),
      )
    yield* ask(
      q
        .update(deploymentChanges)
        .set({ changeId: first })
        .where(and(belongsTo(deploymentChanges.installationId, installationId), eq(deploymentChanges.changeId, id))),
    )
  }

  return {
    upsert: writer.upsert,
    edit: writer.edit,
    byNumber: async (repositoryId, number) => {
      const found = queries
        .select({ id: changes.id })
        .from(changes)
        .where(and(inRepository(repositoryId), eq(changes.number, number)))
      return (await inOrder(found))[0] ?? null
    },
    byCommit: async (repositoryId, sha) => {
      const id = (await idsByCommits(repositoryId, [sha])).get(sha)
      return id === undefined ? null : ((await byIds([id]))[0] ?? null)
    },
    byCommitPrefix: async (repositoryId, prefix) => {
      // Ordered by code unit on both engines: `g` is beyond every digit.
      const rows = await queries
        .selectDistinct({ id: changeCommits.changeId })
        .from(changeCommits)
        .where(
          and(
            eq(changeCommits.installationId, installationId),
            eq(changeCommits.repositoryId, repositoryId),
            gte(changeCommits.sha, prefix),
            lt(changeCommits.sha, `${prefix}g`),
          ),
        )
        .limit(2)
      const [only, another] = rows
      return only && !another ? ((await byIds([only.id]))[0] ?? null) : null
    },
    byIds,
    idsByCommits,
    byPatchId: (repositoryId, patchId) =>
      inOrder(
        queries
          .select({ id: changes.id })
          .from(changes)
          .where(and(inRepository(repositoryId), eq(changes.patchId, patchId)))
          .orderBy(asc(changes.mergedAt), asc(changes.id)),
      ),
    byTitle: (repositoryId, title, before, limit) =>
      inOrder(
        queries
          .select({ id: changes.id })
          .from(changes)
          .where(
            and(inRepository(repositoryId), eq(changes.titleHash, hashText(title)), eq(changes.title, title), lt(changes.mergedAt, before)),
          )
          .orderBy(desc(changes.mergedAt), desc(changes.id))
          .limit(limit),
      ),
    referring: (change) => inOrder(references.referring(change)),
    linkRevert: async (revertingId, revertedId) => {
      if (revertingId === revertedId) return
      const pair = sql`select c.installation_id, c.repository_id, c.id, r.id from ${changes} c, ${changes} r
        where c.id = ${revertedId} and r.id = ${revertingId} and c.installation_id = ${installationId}
          and r.installation_id = c.installation_id`
      await queries.insert(changeReverts).select(pair).onConflictDoNothing()
    },
    linkSame: async (id, sameAsChangeId) => {
      if (id === sameAsChangeId) return
      await database.atomically(function* (q) {
        const [target] = yield* ask(
          q
            .select({ id: changes.id, sameAsChangeId: changes.sameAsChangeId })
            .from(changes)
            .where(and(mine, eq(changes.id, sameAsChangeId))),
        )
        // Always the first of a chain, so that one step finds it.
        const first = target?.sameAsChangeId ?? target?.id
        if (first === undefined || first === id) return
        yield* ask(
          q
            .update(changes)
            .set({ sameAsChangeId: first })
            .where(and(mine, or(eq(changes.id, id), eq(changes.sameAsChangeId, id)))),
        )
        yield* carryAs(q, id, first)
      })
    },
    mergedBetween: async (repositoryIds, from, to, limit) => {
      const found = queries
        .select({ id: changes.id, mergedAt: changes.mergedAt })
        .from(changes)
        .where(and(mine, database.oneOf(changes.repositoryId, repositoryIds), gte(changes.mergedAt, from), lte(changes.mergedAt, to)))
        .orderBy(desc(changes.mergedAt), desc(changes.id))
        .limit(limit)
      return (await inOrder(found)).reverse()
    },
    earlier: (repositoryId, before, limit) => readEarlier(database, installationId, repositoryId, before, limit),
    gists: async (ids) => {
      if (ids.length === 0) return new Map()
      const rows = await queries
        .select({ id: changes.id, gist: changes.gist })
        .from(changes)
        .where(and(belongsTo(changes.installationId, installationId), database.oneOf(changes.id, ids)))
      return new Map(rows.flatMap(({ id, gist }) => (gist ? [[id, gist]] : [])))
    },
    setGists: (gists) =>
      database.atomically(function* (q) {
        for (const { id, gist } of gists)
          yield* ask(
            q
              .update(changes)
              .set({ gist })
              .where(and(mine, eq(changes.id, id))),
          )
      }),
    past: (repositoryId, query) => readPast(database, installationId, repositoryId, query),
    riskPast: (repositoryId, query) => readRiskPast(database, installationId, repositoryId, query),
  }
}

const isOneWay = ([, carried]: [number, CarriedChange[]]): boolean => new Set(carried.map((row) => row.direction)).size === 1
