// Changes: written by folding every report of one into one row, read by sha, number, title and time.
import { and, asc, desc, eq, gte, lt, lte, or, sql } from 'drizzle-orm'
import type { Change } from '../domain/change.ts'
import { createChangeWriter } from './change-writer.ts'
import { ask, belongsTo, type Database, type Queries, type UnitOfWork } from './database.ts'
import { hashText } from './hash.ts'
import { createEarlierStore, lockChanges, outdateSpans } from './earlier.ts'
import { readPast } from './past.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'
import { createReferenceIndex } from './reference-index.ts'
import type { ChangeStore } from './store.ts'
import type { CarriedChange } from '../domain/deployment.ts'
import { readHarms, readLandings } from './risk-outcomes.ts'
import { readRiskPast } from './risk-past.ts'

const changesByIds = declareRead(({ q, tables: { changes }, belongs, oneOf }, { ids }: { ids: Given<number[]> }) =>
  q
    .select()
    .from(changes)
    .where(and(belongs(changes), oneOf(changes.id, ids)))
    .orderBy(asc(changes.id)),
)

const revertsOf = declareRead(({ q, tables: { changes, changeReverts }, belongs, oneOf }, { ids }: { ids: Given<number[]> }) =>
  q
    .select({ revertedId: changeReverts.revertedId, changeId: changes.id, mergedAt: changes.mergedAt })
    .from(changeReverts)
    .innerJoin(changes, eq(changes.id, changeReverts.revertingId))
    .where(and(belongs(changeReverts), oneOf(changeReverts.revertedId, ids)))
    .orderBy(asc(changes.mergedAt), asc(changes.id)),
)

type InRepository = { repositoryId: Given<number> }

const byNumber = declareRead(({ q, tables: { changes }, mine }, of: InRepository & { number: Given<number> }) =>
  q
    .select({ id: changes.id })
    .from(changes)
    .where(and(mine(changes), eq(changes.repositoryId, of.repositoryId), eq(changes.number, of.number))),
)

const byCommits = declareRead(({ q, tables: { changeCommits }, mine, oneOf }, of: InRepository & { shas: Given<string[]> }) => {
  const { sha, changeId, repositoryId } = changeCommits
  return q
    .select({ sha, changeId })
    .from(changeCommits)
    .where(and(mine(changeCommits), eq(repositoryId, of.repositoryId), oneOf(sha, of.shas)))
})

type Merged = { repositoryIds: Given<number[]>; from: Given<Date>; to: Given<Date>; limit: Given<number> }

const mergedBetween = declareRead(({ q, tables: { changes }, mine, oneOf }, { repositoryIds, from, to, limit }: Merged) => {
  const { id, mergedAt, repositoryId } = changes
  return q
    .select({ id, mergedAt })
    .from(changes)
    .where(and(mine(changes), oneOf(repositoryId, repositoryIds), gte(mergedAt, from), lte(mergedAt, to)))
    .orderBy(desc(mergedAt), desc(id))
    .limit(limit)
})

const gistsOf = declareRead(({ q, tables: { changes }, belongs, oneOf }, { ids }: { ids: Given<number[]> }) =>
  q
    .select({ id: changes.id, gist: changes.gist })
    .from(changes)
    .where(and(belongs(changes), oneOf(changes.id, ids))),
)

export function createChangeStore(database: Database, installationId: number): ChangeStore {
  const { queries, tables } = database
  const { changes, changeCommits, changeReverts, deploymentChanges } = tables
  const read = tenantReader(database, installationId)
  const mine = eq(changes.installationId, installationId)
  const inRepository = (repositoryId: number) => and(mine, eq(changes.repositoryId, repositoryId))
  const writer = createChangeWriter(database, installationId)
  const references = createReferenceIndex(database, installationId)

  async function byIds(ids: number[]): Promise<Change[]> {
    if (ids.length === 0) return []
    const rows = await read(changesByIds, { ids })
    const reverts = await read(revertsOf, { ids })
    const revertedBy = Map.groupBy(reverts, (revert) => revert.revertedId)
    return rows.map(({ installationId: _i, titleHash: _h, detailedAt: _d, terms: _t, gist: _g, ...row }) => ({
      ...row,
      revertedBy: (revertedBy.get(row.id) ?? []).map(({ changeId, mergedAt }) => ({ changeId, mergedAt })),
    }))
  }

  /** Rows are read by id in a second step, so that sorting moves index entries and not whole changes. */
  async function inOrder(found: PromiseLike<{ id: number }[]>): Promise<Change[]> {
    const ids = (await found).map((row) => row.id)
    const byId = new Map((await byIds(ids)).map((change) => [change.id, change]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  }

  async function idsByCommits(repositoryId: number, shas: string[]): Promise<Map<string, number>> {
    const rows = await read(byCommits, { repositoryId, shas })
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
    byNumber: async (repositoryId, number) => (await inOrder(read(byNumber, { repositoryId, number })))[0] ?? null,
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
      const pair = sql`select c.installation_id, c.repository_id, c.id, r.id, r.merged_at from ${changes} c, ${changes} r
        where c.id = ${revertedId} and r.id = ${revertingId} and c.installation_id = ${installationId}
          and r.installation_id = c.installation_id`
      await queries.insert(changeReverts).select(pair).onConflictDoNothing()
    },
    linkSame: async (id, sameAsChangeId) => {
      if (id === sameAsChangeId) return
      await database.atomically(function* (q) {
        const [repeat] = yield* ask(
          q
            .select({ repositoryId: changes.repositoryId, mergedAt: changes.mergedAt })
            .from(changes)
            .where(and(mine, eq(changes.id, id))),
        )
        if (!repeat) return
        yield* lockChanges(database, q, repeat.repositoryId)
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
        yield* outdateSpans(database, q, { installationId, repositoryId: repeat.repositoryId }, repeat.mergedAt)
        yield* carryAs(q, id, first)
      })
    },
    mergedBetween: async (repositoryIds, from, to, limit) =>
      (await inOrder(read(mergedBetween, { repositoryIds, from, to, limit }))).reverse(),
    ...createEarlierStore(database, installationId),
    gists: async (ids) => {
      if (ids.length === 0) return new Map()
      const rows = await read(gistsOf, { ids })
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
    landings: (repositoryId, query) => readLandings(database, installationId, repositoryId, query),
    harms: (repositoryId, query) => readHarms(database, installationId, repositoryId, query),
  }
}

const isOneWay = ([, carried]: [number, CarriedChange[]]): boolean => new Set(carried.map((row) => row.direction)).size === 1
