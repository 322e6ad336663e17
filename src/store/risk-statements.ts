// The reads behind the risk of a change, declared once: putting them together anew took a quarter of what an answer costs.
import { and, type AnyColumn, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import { declareRead, type Given, type Parts } from './prepared.ts'
import { standingCauses } from './standing-causes.ts'

type Before = { repositoryId: Given<number>; before: Given<Date> }

const isOwn = ({ mine }: Parts, { repositoryId }: Before, table: { installationId: AnyColumn; repositoryId: AnyColumn }) =>
  and(mine(table), eq(table.repositoryId, repositoryId))

const harmed = ({ id, title, url, mergedAt, terms }: Parts['tables']['changes']) => ({ id, title, url, landedAt: mergedAt, terms })

export const revertedChanges = declareRead((parts, of: Before & { limit: Given<number> }) => {
  const { changes, changeReverts } = parts.tables
  return parts.q
    .select({ ...harmed(changes), knownAt: changeReverts.revertingAt })
    .from(changeReverts)
    .innerJoin(changes, eq(changes.id, changeReverts.revertedId))
    .where(and(isOwn(parts, of, changeReverts), lt(changeReverts.revertingAt, of.before)))
    .orderBy(desc(changeReverts.revertingAt), desc(changeReverts.revertingId))
    .limit(of.limit)
})

export const blamedChanges = declareRead((parts, of: Before & { limit: Given<number> }) => {
  const { changes, outcomes, incidents } = parts.tables
  return parts.q
    .select({ ...harmed(changes), knownAt: outcomes.at, incident: { title: incidents.title, url: incidents.url } })
    .from(outcomes)
    .innerJoin(incidents, eq(incidents.id, outcomes.incidentId))
    .innerJoin(changes, eq(changes.id, outcomes.changeId))
    .where(and(isOwn(parts, of, outcomes), isOwn(parts, of, changes), standingCauses(parts, of.before)))
    .orderBy(desc(outcomes.at), desc(outcomes.id))
    .limit(of.limit)
})

type Window = { settledBefore: Given<Date>; limit: Given<number>; window: Given<number>; beyond: Given<number> }

/**
 * The newest landings, where the window of the base rate begins (`beyond`: its length less one), and how many it holds. In
 * one row, since taking a thousand in costs more than finding them.
 */
export const newestLandings = declareRead((parts, of: Before & Window) => {
  const { changes } = parts.tables
  const { mergedAt } = changes
  const known = and(isOwn(parts, of, changes), lt(mergedAt, of.before))
  const newest = sql`select ${mergedAt} as landed_at from ${changes} where ${known} order by ${mergedAt} desc limit`
  const moments = sql<number[] | null>`(select ${parts.momentsIn(sql`landed_at`)} from (${newest} ${of.limit}) newest)`
  return parts.q
    .select({
      moments: moments.mapWith((text: string) => text.split(',').map(Number)),
      since: sql<Date | null>`coalesce((${newest} 1 offset ${of.beyond}),
        (select min(${mergedAt}) from ${changes} where ${known}))`.mapWith(mergedAt),
      windowed: sql<number>`(select count(*) from (${newest} ${of.window}) windowed)`.mapWith(Number),
      young: sql<number>`(select count(*) from (select 1 from ${changes} where ${known} and ${mergedAt} >= ${of.settledBefore}
        limit ${of.window}) young)`.mapWith(Number),
    })
    .from(sql`(select 1) one`)
})

/** The files of the last changes of one file. */
export const lastOfFile = declareRead((parts, of: Before & { pathHash: Given<number>; limit: Given<number> }) => {
  const { changes, changeFiles } = parts.tables
  const ids = parts.q
    .select({ id: changeFiles.changeId })
    .from(changeFiles)
    .where(and(isOwn(parts, of, changeFiles), eq(changeFiles.pathHash, of.pathHash), lt(changeFiles.mergedAt, of.before)))
    .orderBy(desc(changeFiles.mergedAt), desc(changeFiles.changeId))
    .limit(of.limit)
  return parts.q
    .select({ files: changes.files })
    .from(changes)
    .where(and(parts.belongs(changes), inArray(changes.id, ids)))
})
