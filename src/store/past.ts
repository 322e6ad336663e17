// What a repository's own past says at a moment, for the ranker: nothing of it was learned at or after `before`.
import { and, desc, eq, gte, lt, sql, type SQL } from 'drizzle-orm'
import type { Reader } from '../domain/repository.ts'
import { asDocument, DOCUMENTS } from './term-counts.ts'
import type { Database } from './database.ts'
import { hashText, hashTexts, packedFinder } from './hash.ts'
import { nameKey } from './name-key.ts'
import { declareRead, tenantReader, type Given, type Parts } from './prepared.ts'
import { quotableBy } from './quotable.ts'
import type { Tables } from './schema.ts'
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

type Before = { repositoryId: Given<number>; before: Given<Date> }

const ofRepository = ({ tables: { changes }, mine }: Parts, { repositoryId }: Before) =>
  and(mine(changes), eq(changes.repositoryId, repositoryId))

const laterTerms = declareRead((parts, of: Before & { limit: Given<number> }) => {
  const { changes } = parts.tables
  return parts.q
    .select({ terms: changes.terms })
    .from(changes)
    .where(and(ofRepository(parts, of), gte(changes.mergedAt, of.before)))
    .limit(of.limit)
})

const changesByPath = declareRead(({ q, tables: { changeFiles }, mine, oneOf }, of: Before & { hashes: Given<number[]> }) => {
  const { repositoryId, pathHash, mergedAt } = changeFiles
  return q
    .select({ hash: pathHash, count: sql<number>`count(*)`.mapWith(Number) })
    .from(changeFiles)
    .where(and(mine(changeFiles), eq(repositoryId, of.repositoryId), oneOf(pathHash, of.hashes), lt(mergedAt, of.before)))
    .groupBy(pathHash)
})

const landings = declareRead((parts, of: Before & { from: Given<Date>; limit: Given<number> }) => {
  const { mergedAt } = parts.tables.changes
  return parts.q
    .select({ mergedAt })
    .from(parts.tables.changes)
    .where(and(ofRepository(parts, of), gte(mergedAt, of.from), lt(mergedAt, of.before)))
    .orderBy(desc(mergedAt))
    .limit(of.limit)
})

const culpritOf = ({ changes, deployments, deploymentChanges }: Tables) => ({
  changeId: changes.id,
  title: changes.title,
  files: changes.files,
  mergedAt: changes.mergedAt,
  liveAt: sql<Date | null>`(select min(d.live_at) from ${deploymentChanges} dc join ${deployments} d on d.id = dc.deployment_id
    where dc.change_id = ${changes.id} and dc.direction = 'in')`.mapWith(deployments.liveAt),
})

const revertedCulprits = declareRead((parts, of: Before & { limit: Given<number> }) => {
  const { q, tables, mine } = parts
  const { changes, changeReverts } = tables
  const reverting = q
    .select({
      id: changes.id,
      title: sql<string>`${changes.title}`.as('reverting_title'),
      body: sql<string>`${changes.bodyExcerpt}`.as('reverting_body'),
      mergedAt: sql<Date>`${changes.mergedAt}`.mapWith(changes.mergedAt).as('reverting_merged_at'),
    })
    .from(changes)
    .where(and(ofRepository(parts, of), lt(changes.mergedAt, of.before)))
    .as('reverting')
  return q
    .select({ ...culpritOf(tables), by: { title: reverting.title, body: reverting.body, mergedAt: reverting.mergedAt } })
    .from(changeReverts)
    .innerJoin(reverting, eq(reverting.id, changeReverts.revertingId))
    .innerJoin(changes, eq(changes.id, changeReverts.revertedId))
    .where(and(mine(changeReverts), eq(changeReverts.repositoryId, of.repositoryId)))
    .orderBy(desc(reverting.mergedAt), desc(changes.id))
    .limit(of.limit)
})

function blamed(parts: Parts, of: Before & { limit: Given<number> }, isTold: SQL) {
  const { incidents, outcomes, changes } = parts.tables
  return parts.q
    .select({
      ...culpritOf(parts.tables),
      incident: { title: incidents.title, body: incidents.body, detectedAt: incidents.detectedAt, repositoryId: incidents.repositoryId },
    })
    .from(outcomes)
    .innerJoin(incidents, eq(incidents.id, outcomes.incidentId))
    .innerJoin(changes, eq(changes.id, outcomes.changeId))
    .where(and(parts.mine(outcomes), ofRepository(parts, of), isTold, standingCauses(parts, of.before)))
    .orderBy(desc(outcomes.at), desc(outcomes.id))
    .limit(of.limit)
}

const ownCulprits = declareRead((parts, of: Before & { limit: Given<number> }) =>
  blamed(parts, of, eq(parts.tables.incidents.repositoryId, of.repositoryId)),
)

/** The words of another repository's incident, and even that there was one, are for its readers. */
const toldCulprits = declareRead((parts, of: Before & { limit: Given<number>; readerId: Given<number>; readerKey: Given<string> }) =>
  blamed(parts, of, quotableBy(parts, { id: of.readerId, key: of.readerKey }, parts.tables.incidents.repositoryId)),
)

export async function readPast(
  database: Database,
  installationId: number,
  repositoryId: number,
  query: { before: Date; paths: string[]; terms: string[]; reader?: Reader },
): Promise<Past> {
  const read = tenantReader(database, installationId)
  const { before, reader } = query
  const of = { repositoryId, before }

  async function frequencies(): Promise<{ documentCount: number; documentFrequency: Map<string, number> }> {
    const hashes = hashTexts(query.terms)
    const counts = await countsOfTerms(database, installationId, repositoryId, asDocument(hashes))
    const find = packedFinder(hashes)
    for (const { terms } of await read(laterTerms, { ...of, limit: LATER_CHANGES })) {
      for (const hash of asDocument(find(terms))) {
        const count = counts.get(hash)
        if (count !== undefined) counts.set(hash, count - 1)
      }
    }
    const known = [...new Set(query.terms)].map((term) => [term, counts.get(hashText(term)) ?? 0] as const)
    return { documentCount: counts.get(DOCUMENTS) ?? 0, documentFrequency: new Map(known.filter(([, count]) => count > 0)) }
  }

  async function readReverted(): Promise<Culprit[]> {
    const rows = await read(revertedCulprits, { ...of, limit: CULPRITS })
    return rows.map(({ by, ...row }) => toCulprit(row, `${by.title}\n${by.body}`, by.mergedAt, repositoryId))
  }

  async function readBlamed(): Promise<Culprit[]> {
    const limited = { ...of, limit: CULPRITS }
    const rows = await (reader
      ? read(toldCulprits, { ...limited, readerId: reader.id, readerKey: nameKey(reader.owner, reader.name) })
      : read(ownCulprits, limited))
    return rows.map(({ incident, ...row }) =>
      toCulprit(row, `${incident.title}\n${incident.body}`, incident.detectedAt, incident.repositoryId),
    )
  }

  const [terms, byPath, landed, blamed, reverted] = await Promise.all([
    frequencies(),
    read(changesByPath, { ...of, hashes: hashTexts(query.paths) }),
    read(landings, { ...of, from: new Date(before.getTime() - RHYTHM_MS), limit: RHYTHM_LANDINGS }),
    readBlamed(),
    readReverted(),
  ])
  const landedAt = landed.map((row) => row.mergedAt).reverse()
  const countOf = new Map(byPath.map((row) => [row.hash, row.count]))
  // A human's verdict says more than a revert; one entry a change, the first that was known.
  const perChange = new Map<number, Culprit>()
  for (const found of [...blamed.reverse(), ...reverted.reverse()]) if (!perChange.has(found.changeId)) perChange.set(found.changeId, found)
  const culprits = [...perChange.values()]
    .sort((a, b) => a.incidentAt.getTime() - b.incidentAt.getTime() || a.changeId - b.changeId)
    .slice(-CULPRITS)
  const files = new Map([...new Set(query.paths)].map((path) => [path, { changes: countOf.get(hashText(path)) ?? 0, culprits: 0 }]))
  for (const path of culprits.flatMap((found) => [...new Set(found.paths)])) {
    const counted = files.get(path)
    if (counted) counted.culprits++
  }
  for (const [path, counted] of files) if (counted.changes === 0 && counted.culprits === 0) files.delete(path)
  return { ...terms, files, landedAt, culprits }
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
