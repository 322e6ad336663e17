// What a repository's own past says at a moment, for the ranker: nothing of it was learned at or after `before`.
import { and, desc, eq, gte, isNull, lt, sql } from 'drizzle-orm'
import type { Reader } from '../domain/repository.ts'
import { DOCUMENTS } from './term-counts.ts'
import type { Database } from './database.ts'
import { hashText, hashTexts, unpackHashes } from './hash.ts'
import { quotableBy } from './quotable.ts'
import { countsOfTerms, standingCauses } from './standing-causes.ts'
import type { ChangeStore } from './store.ts'

/** The newest confirmed causes weigh most; older ones than these are left out. */
const CULPRITS = 500
const RHYTHM_MS = 90 * 24 * 60 * 60 * 1000
const RHYTHM_LANDINGS = 20_000
const TEXT_LENGTH = 4_000
/** The counts of terms are of all changes; so many that came later are taken off again, which is all of them as a rule. */
const LATER_CHANGES = 2_000

type Past = Awaited<ReturnType<ChangeStore['past']>>
type Culprit = Past['culprits'][number]

export async function readPast(
  database: Database,
  installationId: number,
  repositoryId: number,
  query: { before: Date; paths: string[]; terms: string[]; reader?: Reader },
): Promise<Past> {
  const { queries, tables } = database
  const { changes, changeFiles, changeReverts, outcomes, incidents, deployments, deploymentChanges } = tables
  const { before } = query
  const own = and(eq(changes.installationId, installationId), eq(changes.repositoryId, repositoryId))

  async function frequencies(): Promise<{ documentCount: number; documentFrequency: Map<string, number> }> {
    const counts = await countsOfTerms(database, installationId, repositoryId, [DOCUMENTS, ...hashTexts(query.terms)])
    const later = await queries
      .select({ terms: changes.terms })
      .from(changes)
      .where(and(own, gte(changes.mergedAt, before)))
      .limit(LATER_CHANGES)
    for (const { terms } of later) {
      for (const hash of [DOCUMENTS, ...unpackHashes(terms)]) {
        const count = counts.get(hash)
        if (count !== undefined) counts.set(hash, count - 1)
      }
    }
    const known = [...new Set(query.terms)].map((term) => [term, counts.get(hashText(term)) ?? 0] as const)
    return { documentCount: counts.get(DOCUMENTS) ?? 0, documentFrequency: new Map(known.filter(([, count]) => count > 0)) }
  }

  async function changesByPath(): Promise<Map<number, number>> {
    const rows = await queries
      .select({ hash: changeFiles.pathHash, count: sql<number>`count(*)`.mapWith(Number) })
      .from(changeFiles)
      .where(
        and(
          eq(changeFiles.installationId, installationId),
          eq(changeFiles.repositoryId, repositoryId),
          database.oneOf(changeFiles.pathHash, hashTexts(query.paths)),
          lt(changeFiles.mergedAt, before),
        ),
      )
      .groupBy(changeFiles.pathHash)
    return new Map(rows.map((row) => [row.hash, row.count]))
  }

  async function landings(): Promise<Date[]> {
    const rows = await queries
      .select({ mergedAt: changes.mergedAt })
      .from(changes)
      .where(and(own, gte(changes.mergedAt, new Date(before.getTime() - RHYTHM_MS)), lt(changes.mergedAt, before)))
      .orderBy(desc(changes.mergedAt))
      .limit(RHYTHM_LANDINGS)
    return rows.map((row) => row.mergedAt).reverse()
  }

  const culprit = {
    changeId: changes.id,
    title: changes.title,
    files: changes.files,
    mergedAt: changes.mergedAt,
    liveAt: sql<Date | null>`(select min(d.live_at) from ${deploymentChanges} dc join ${deployments} d on d.id = dc.deployment_id
      where dc.change_id = ${changes.id} and dc.direction = 'in')`.mapWith(deployments.liveAt),
  }

  async function revertedCulprits(): Promise<Culprit[]> {
    const reverting = queries
      .select({
        id: changes.id,
        title: sql<string>`${changes.title}`.as('reverting_title'),
        body: sql<string>`${changes.bodyExcerpt}`.as('reverting_body'),
        mergedAt: sql<Date>`${changes.mergedAt}`.mapWith(changes.mergedAt).as('reverting_at'),
      })
      .from(changes)
      .where(and(own, lt(changes.mergedAt, before)))
      .as('reverting')
    const rows = await queries
      .select({ ...culprit, by: { title: reverting.title, body: reverting.body, mergedAt: reverting.mergedAt } })
      .from(changeReverts)
      .innerJoin(reverting, eq(reverting.id, changeReverts.revertingId))
      .innerJoin(changes, eq(changes.id, changeReverts.revertedId))
      .where(and(eq(changeReverts.installationId, installationId), eq(changeReverts.repositoryId, repositoryId)))
      .orderBy(desc(reverting.mergedAt), desc(changes.id))
      .limit(CULPRITS)
    return rows.map((row) => toCulprit(row, `${row.by.title}\n${row.by.body}`, row.by.mergedAt, repositoryId))
  }

  async function blamedCulprits(): Promise<Culprit[]> {
    const rows = await queries
      .select({
        ...culprit,
        incident: { title: incidents.title, body: incidents.body, detectedAt: incidents.detectedAt, repositoryId: incidents.repositoryId },
      })
      .from(outcomes)
      .innerJoin(incidents, eq(incidents.id, outcomes.incidentId))
      .innerJoin(changes, eq(changes.id, outcomes.changeId))
      .where(
        and(
          eq(outcomes.installationId, installationId),
          eq(changes.installationId, installationId),
          eq(changes.repositoryId, repositoryId),
          // The words of another repository's incident, and even that there was one, are for its readers.
          query.reader
            ? quotableBy(database, installationId, query.reader, incidents.repositoryId)
            : eq(incidents.repositoryId, repositoryId),
          standingCauses(database, before),
        ),
      )
      .orderBy(desc(outcomes.at), desc(outcomes.id))
      .limit(CULPRITS)
    return rows.map(({ incident, ...row }) =>
      toCulprit(row, `${incident.title}\n${incident.body}`, incident.detectedAt, incident.repositoryId),
    )
  }

  const [terms, byPath, landedAt, blamed, reverted] = await Promise.all([
    frequencies(),
    changesByPath(),
    landings(),
    blamedCulprits(),
    revertedCulprits(),
  ])
  // A human's verdict says more than a revert; one entry a change, the first that was known.
  const perChange = new Map<number, Culprit>()
  for (const found of [...blamed.reverse(), ...reverted.reverse()]) if (!perChange.has(found.changeId)) perChange.set(found.changeId, found)
  const culprits = [...perChange.values()]
    .sort((a, b) => a.incidentAt.getTime() - b.incidentAt.getTime() || a.changeId - b.changeId)
    .slice(-CULPRITS)
  const files = new Map([...new Set(query.paths)].map((path) => [path, { changes: byPath.get(hashText(path)) ?? 0, culprits: 0 }]))
  for (const path of culprits.flatMap((found) => [...new Set(found.paths)])) {
    const counted = files.get(path)
    if (counted) counted.culprits++
  }
  for (const [path, counted] of files) if (counted.changes === 0 && counted.culprits === 0) files.delete(path)
  return { ...terms, files, landedAt, culprits }
}

export async function readEarlier(
  { queries, tables: { changes } }: Database,
  installationId: number,
  repositoryId: number,
  before: Date,
  limit: number,
): ReturnType<ChangeStore['earlier']> {
  const rows = await queries
    .select({ id: changes.id, mergeSha: changes.mergeSha, title: changes.title, gist: changes.gist })
    .from(changes)
    .where(
      and(
        eq(changes.installationId, installationId),
        eq(changes.repositoryId, repositoryId),
        lt(changes.mergedAt, before),
        isNull(changes.sameAsChangeId),
      ),
    )
    .orderBy(desc(changes.mergedAt), desc(changes.id))
    .limit(limit)
  return rows.reverse()
}

function toCulprit(
  row: { changeId: number; title: string; files: { path: string }[]; mergedAt: Date; liveAt: Date | null },
  text: string,
  incidentAt: Date,
  incidentRepositoryId: number,
): Culprit {
  // A first deployment after the incident says nothing of how long it was live before.
  const since = row.liveAt && row.liveAt < incidentAt ? row.liveAt : row.mergedAt
  return {
    changeId: row.changeId,
    paths: row.files.map((file) => file.path),
    title: row.title,
    text: text.slice(0, TEXT_LENGTH).toWellFormed(),
    ageMs: Math.max(0, incidentAt.getTime() - since.getTime()),
    incidentAt,
    incidentRepositoryId,
  }
}
