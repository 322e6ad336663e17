// What came of a repository's changes: pages of them in the order in which they landed, and the harms among them.
import { and, asc, desc, eq, gte, lt, or, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { declareRead, tenantReader, type Given, type Parts } from './prepared.ts'
import { standingCauses } from './standing-causes.ts'
import type { ChangeStore } from './store.ts'

type Before = { repositoryId: Given<number>; before: Given<Date> }

const landedBefore = ({ tables: { changes }, mine }: Parts, of: Before) =>
  and(mine(changes), eq(changes.repositoryId, of.repositoryId), lt(changes.mergedAt, of.before))

/** The newest but so many: where the newest so many begin. */
const newestBut = declareRead((parts, of: Before & { skipped: Given<number> }) => {
  const { id, mergedAt } = parts.tables.changes
  return parts.q
    .select({ id, landedAt: mergedAt })
    .from(parts.tables.changes)
    .where(landedBefore(parts, of))
    .orderBy(desc(mergedAt), desc(id))
    .limit(1)
    .offset(of.skipped)
})

const landingsAfter = declareRead((parts, of: Before & { landedAt: Given<Date>; id: Given<number>; limit: Given<number> }) => {
  const { changes } = parts.tables
  const { id, mergedAt, title, files, filesTruncated, fileCount, added, deleted, references } = changes
  return parts.q
    .select({ id, landedAt: mergedAt, title, files, filesTruncated, fileCount, added, deleted, references })
    .from(changes)
    .where(and(landedBefore(parts, of), gte(mergedAt, of.landedAt), or(sql`${mergedAt} > ${of.landedAt}`, sql`${id} > ${of.id}`)))
    .orderBy(asc(mergedAt), asc(id))
    .limit(of.limit)
})

export async function readLandings(
  database: Database,
  installationId: number,
  repositoryId: number,
  { before, newest, after, limit }: Parameters<ChangeStore['landings']>[1],
): ReturnType<ChangeStore['landings']> {
  const read = tenantReader(database, installationId)
  const [first] = after ? [] : await read(newestBut, { repositoryId, before, skipped: newest })
  const { landedAt, id } = after ?? first ?? { landedAt: new Date(0), id: 0 }
  return read(landingsAfter, { repositoryId, before, landedAt, id, limit })
}

const revertsBetween = declareRead((parts, of: Before & { since: Given<Date> }) => {
  const { changes, changeReverts } = parts.tables
  const { revertedId, revertingId, revertingAt, repositoryId } = changeReverts
  return parts.q
    .select({ changeId: revertedId, landedAt: changes.mergedAt, knownAt: revertingAt, revertingId })
    .from(changeReverts)
    .innerJoin(changes, eq(changes.id, revertedId))
    .where(and(parts.mine(changeReverts), eq(repositoryId, of.repositoryId), gte(revertingAt, of.since), lt(revertingAt, of.before)))
    .orderBy(asc(revertingAt), asc(revertedId))
})

const blamesBetween = declareRead((parts, of: Before & { since: Given<Date> }) => {
  const { changes, outcomes, incidents } = parts.tables
  return parts.q
    .select({ changeId: outcomes.changeId, knownAt: outcomes.at })
    .from(outcomes)
    .innerJoin(incidents, eq(incidents.id, outcomes.incidentId))
    .innerJoin(changes, eq(changes.id, outcomes.changeId))
    .where(
      and(
        parts.mine(outcomes),
        eq(outcomes.repositoryId, of.repositoryId),
        gte(outcomes.at, of.since),
        landedBefore(parts, of),
        standingCauses(parts, of.before),
      ),
    )
    .orderBy(asc(outcomes.at), asc(outcomes.id))
})

export async function readHarms(
  database: Database,
  installationId: number,
  repositoryId: number,
  { since, before, settledAfterMs }: Parameters<ChangeStore['harms']>[1],
): ReturnType<ChangeStore['harms']> {
  const read = tenantReader(database, installationId)
  const [reverts, blames] = await Promise.all([
    read(revertsBetween, { repositoryId, since, before }),
    read(blamesBetween, { repositoryId, since, before }),
  ])
  const reverted = reverts.filter(({ landedAt, knownAt }) => knownAt.getTime() - landedAt.getTime() <= settledAfterMs)
  const known = [...reverted, ...blames].flatMap(({ changeId, knownAt }) => (changeId === null ? [] : [{ changeId, knownAt }]))
  return {
    harms: known.sort((a, b) => a.knownAt.getTime() - b.knownAt.getTime() || a.changeId - b.changeId),
    reverting: [...new Set(reverts.map(({ revertingId }) => revertingId))],
  }
}
