// What a repository's past says of the risk of a change, known before a moment: a fixed number of rows, however long the past.
import { sql } from 'drizzle-orm'
import { DOCUMENTS } from './term-counts.ts'
import type { Database } from './database.ts'
import { hashText, hashTexts, packedFinder } from './hash.ts'
import { tenantReader } from './prepared.ts'
import { blamedChanges, lastOfFile, newestLandings, revertedChanges } from './risk-statements.ts'
import { countsOfTerms } from './standing-causes.ts'
import type { ChangeStore } from './store.ts'

type Found = Awaited<ReturnType<ChangeStore['riskPast']>>
type Harm = Found['harms'][number]

type Harmed = { id: number; title: string; url: string; landedAt: Date; terms: Uint8Array }

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
  const { changeFiles } = tables
  const { before, paths, limits } = query
  const read = tenantReader(database, installationId)
  const scope = { repositoryId, before }
  const keyOf = new Map(query.keys.map((key) => [hashText(key), key]))
  const among = packedFinder([...keyOf.keys()])

  async function counted(): Promise<{ changes: number; counts: Map<string, number> }> {
    const found = await countsOfTerms(database, installationId, repositoryId, [DOCUMENTS, ...keyOf.keys()])
    const counts = [...found].flatMap(([hash, count]) => (keyOf.has(hash) ? [[keyOf.get(hash)!, count] as const] : []))
    return { changes: found.get(DOCUMENTS) ?? 0, counts: new Map(counts) }
  }

  // Each field by its name: hundreds are made for each change, and copying what is left of an object costs as much as reading it.
  const harmOf = ({ id, title, url, landedAt, terms }: Harmed, kind: Harm['kind'], knownAt: Date, incident: Harm['incident']): Harm => ({
    id,
    kind,
    knownAt,
    title,
    url,
    incident,
    landedAt,
    keys: among(terms).map((hash) => keyOf.get(hash)!),
  })

  async function reverted(): Promise<Harm[]> {
    const rows = await read(revertedChanges, { ...scope, limit: limits.harms })
    return rows
      .filter(({ landedAt, knownAt }) => knownAt.getTime() - landedAt.getTime() <= limits.settledAfterMs)
      .map((row) => harmOf(row, 'reverted', row.knownAt, null))
  }

  async function blamed(): Promise<Harm[]> {
    const rows = await read(blamedChanges, { ...scope, limit: limits.harms })
    return rows.map((row) => harmOf(row, 'incident', row.knownAt, row.incident))
  }

  async function landings() {
    const settledBefore = new Date(before.getTime() - limits.settledAfterMs)
    const { landings: limit, window } = limits
    const [row] = await read(newestLandings, { ...scope, settledBefore, limit, window, beyond: window - 1 })
    const moments = [...(row?.moments ?? [])].sort((a, b) => a - b).map((ms) => new Date(ms))
    return { moments, since: row?.since ?? null, windowed: row?.windowed ?? 0, young: row?.young ?? 0 }
  }

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
        const rows = await read(lastOfFile, { ...scope, pathHash: hashText(path), limit: LAST_CHANGES })
        return { path, changes: rows.map(({ files }) => files.map((file) => file.path)) }
      }),
    )
  }

  const [{ changes: recorded, counts }, fromIncidents, fromReverts, landed, lastChangedAt] = await Promise.all([
    counted(),
    blamed(),
    reverted(),
    landings(),
    lastChanges(),
  ])
  // A human's verdict says more than a revert; one entry a change.
  const perChange = new Map<number, Harm>()
  for (const harm of [...fromReverts.reverse(), ...fromIncidents.reverse()]) {
    const known = perChange.get(harm.id)
    if (known === undefined || (known.kind === 'reverted' && harm.kind === 'incident')) perChange.set(harm.id, harm)
  }
  const harms = [...perChange.values()].sort((a, b) => a.knownAt.getTime() - b.knownAt.getTime() || a.id - b.id).slice(-limits.harms)
  const { since, young, windowed } = landed
  const settledMs = before.getTime() - limits.settledAfterMs
  const inWindow = ({ landedAt: at }: Harm): boolean => since !== null && at >= since && at.getTime() < settledMs
  return {
    changes: recorded,
    counts,
    harms,
    lastChangedAt,
    landedAt: landed.moments,
    settled: { changes: windowed - young, harmed: harms.filter(inWindow).length },
    companions: await companions(counts),
  }
}
