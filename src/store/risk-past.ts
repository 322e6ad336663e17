// What a repository's past says of the risk of a change, known before a moment: a fixed number of rows, however long the past.
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import { DOCUMENTS } from './term-counts.ts'
import { belongsTo, type Database } from './database.ts'
import { hashText, hashTexts, packedAmong } from './hash.ts'
import { countsOfTerms, standingCauses } from './standing-causes.ts'
import type { ChangeStore } from './store.ts'

type Found = Awaited<ReturnType<ChangeStore['riskPast']>>
type Harm = Found['harms'][number]

/** Files whose companions are looked up, and how many of their last changes are read for it. */
const COMPANIONED = 3
const LAST_CHANGES = 12

export async function readRiskPast(
  database: Database,
  installationId: number,
  repositoryId: number,
  query: Parameters<ChangeStore['riskPast']>[1],
): Promise<Found> {
  const { queries, tables } = database
  const { changes, changeFiles, changeReverts, outcomes, incidents } = tables
  const { before, paths, limits } = query
  const own = and(eq(changes.installationId, installationId), eq(changes.repositoryId, repositoryId))
  const keyOf = new Map(query.keys.map((key) => [hashText(key), key]))
  const wanted = [...keyOf.keys()].sort((a, b) => a - b)

  async function counted(): Promise<{ changes: number; counts: Map<string, number> }> {
    const found = await countsOfTerms(database, installationId, repositoryId, [DOCUMENTS, ...keyOf.keys()])
    const counts = [...found].flatMap(([hash, count]) => (keyOf.has(hash) ? [[keyOf.get(hash)!, count] as const] : []))
    return { changes: found.get(DOCUMENTS) ?? 0, counts: new Map(counts) }
  }

  const harmed = { id: changes.id, title: changes.title, url: changes.url, landedAt: changes.mergedAt, terms: changes.terms }
  type Harmed = { id: number; title: string; url: string; landedAt: Date; terms: Uint8Array }
  const harmOf = ({ terms, ...row }: Harmed, told: Pick<Harm, 'kind' | 'knownAt' | 'incident'>): Harm & { id: number } => ({
    ...row,
    ...told,
    keys: packedAmong(terms, wanted).map((hash) => keyOf.get(hash)!),
  })

  /** By the order in which the reverts were recorded: the same as that of landing, but for pasts read in later. */
  async function reverted() {
    const reverting = queries
      .select({ id: changes.id, at: sql<Date>`${changes.mergedAt}`.mapWith(changes.mergedAt).as('reverting_at') })
      .from(changes)
      .where(and(own, lt(changes.mergedAt, before)))
      .as('reverting')
    const rows = await queries
      .select({ ...harmed, knownAt: reverting.at })
      .from(changeReverts)
      .innerJoin(reverting, eq(reverting.id, changeReverts.revertingId))
      .innerJoin(changes, eq(changes.id, changeReverts.revertedId))
      .where(and(eq(changeReverts.installationId, installationId), eq(changeReverts.repositoryId, repositoryId)))
      .orderBy(desc(changeReverts.revertingId))
      .limit(limits.harms)
    return rows
      .filter(({ landedAt, knownAt }) => knownAt.getTime() - landedAt.getTime() <= limits.settledAfterMs)
      .map(({ knownAt, ...row }) => harmOf(row, { kind: 'reverted', knownAt, incident: null }))
  }

  async function blamed() {
    const rows = await queries
      .select({ ...harmed, knownAt: outcomes.at, incident: { title: incidents.title, url: incidents.url } })
      .from(outcomes)
      .innerJoin(incidents, eq(incidents.id, outcomes.incidentId))
      .innerJoin(changes, eq(changes.id, outcomes.changeId))
      .where(
        and(
          eq(outcomes.installationId, installationId),
          eq(outcomes.repositoryId, repositoryId),
          eq(changes.installationId, installationId),
          eq(changes.repositoryId, repositoryId),
          standingCauses(database, before),
        ),
      )
      .orderBy(desc(outcomes.at), desc(outcomes.id))
      .limit(limits.harms)
    return rows.map(({ knownAt, incident, ...row }) => harmOf(row, { kind: 'incident', knownAt, incident }))
  }

  async function landings(): Promise<Date[]> {
    const rows = await queries
      .select({ at: changes.mergedAt })
      .from(changes)
      .where(and(own, lt(changes.mergedAt, before)))
      .orderBy(desc(changes.mergedAt))
      .limit(limits.landings)
    return rows.map(({ at }) => at).reverse()
  }

  /** Where the window of the base rate begins, and how many of its changes are too young to be judged. */
  async function baseWindow(): Promise<{ since: Date | null; young: number; changes: number }> {
    const newest = queries
      .select({ at: sql<Date>`${changes.mergedAt}`.mapWith(changes.mergedAt).as('newest_at') })
      .from(changes)
      .where(and(own, lt(changes.mergedAt, before)))
      .orderBy(desc(changes.mergedAt))
      .limit(limits.window)
      .as('newest')
    const settledBefore = sql.param(new Date(before.getTime() - limits.settledAfterMs), changes.mergedAt)
    const [row] = await queries
      .select({
        since: sql<Date | null>`min(${newest.at})`.mapWith(changes.mergedAt),
        changes: sql<number>`count(*)`.mapWith(Number),
        young: sql<number>`coalesce(sum(case when ${newest.at} >= ${settledBefore} then 1 else 0 end), 0)`.mapWith(Number),
      })
      .from(newest)
    return { since: row?.since ?? null, young: row?.young ?? 0, changes: row?.changes ?? 0 }
  }

  const ofPath = (hash: number) =>
    and(
      eq(changeFiles.installationId, installationId),
      eq(changeFiles.repositoryId, repositoryId),
      eq(changeFiles.pathHash, hash),
      lt(changeFiles.mergedAt, before),
    )

  /** One index entry a path: a file that changes every day has as many as one that rests. */
  async function lastChanges(): Promise<Map<string, Date>> {
    const pathOf = new Map(paths.map((path) => [hashText(path), path]))
    const list = sql`${database.listed(hashTexts(paths))}`
    const last = sql<Date | null>`(select max(f.merged_at) from ${changeFiles} f where f.installation_id = ${installationId}
      and f.repository_id = ${repositoryId} and f.path_hash = value and f.merged_at < ${sql.param(before, changeFiles.mergedAt)})`
    const rows = await queries
      .select({ hash: sql<number>`value`.mapWith(Number), at: last.mapWith(changeFiles.mergedAt) })
      .from(sql`${list}`)
    return new Map(rows.flatMap(({ hash, at }) => (at === null ? [] : [[pathOf.get(hash)!, at] as const])))
  }

  async function companions(counts: ReadonlyMap<string, number>): Promise<Found['companions']> {
    const busiest = paths
      .map((path) => ({ path, changes: counts.get(`file:${path}`) ?? 0 }))
      .filter((each) => each.changes > 0)
      .sort((a, b) => b.changes - a.changes || (a.path < b.path ? -1 : 1))
      .slice(0, COMPANIONED)
    return Promise.all(
      busiest.map(async ({ path }) => {
        const ids = await queries
          .select({ id: changeFiles.changeId })
          .from(changeFiles)
          .where(ofPath(hashText(path)))
          .orderBy(desc(changeFiles.mergedAt), desc(changeFiles.changeId))
          .limit(LAST_CHANGES)
        const rows = await queries
          .select({ files: changes.files })
          .from(changes)
          .where(
            and(
              belongsTo(changes.installationId, installationId),
              inArray(
                changes.id,
                ids.map(({ id }) => id),
              ),
            ),
          )
        return { path, changes: rows.map(({ files }) => files.map((file) => file.path)) }
      }),
    )
  }

  const [{ changes: recorded, counts }, fromIncidents, fromReverts, landedAt, base, lastChangedAt] = await Promise.all([
    counted(),
    blamed(),
    reverted(),
    landings(),
    baseWindow(),
    lastChanges(),
  ])
  // A human's verdict says more than a revert; one entry a change.
  const perChange = new Map<number, Harm & { id: number }>()
  for (const harm of [...fromReverts.reverse(), ...fromIncidents.reverse()]) {
    const known = perChange.get(harm.id)
    if (known === undefined || (known.kind === 'reverted' && harm.kind === 'incident')) perChange.set(harm.id, harm)
  }
  const harms = [...perChange.values()]
    .sort((a, b) => a.knownAt.getTime() - b.knownAt.getTime() || a.id - b.id)
    .slice(-limits.harms)
    .map(({ id: _id, ...harm }) => harm)
  const settledMs = before.getTime() - limits.settledAfterMs
  const inWindow = ({ landedAt: at }: Harm): boolean => base.since !== null && at >= base.since && at.getTime() < settledMs
  return {
    changes: recorded,
    counts,
    harms,
    lastChangedAt,
    landedAt,
    settled: { changes: base.changes - base.young, harmed: harms.filter(inWindow).length },
    companions: await companions(counts),
  }
}
