// Writing what finds an incident by its words: its postings, and how many each term has. The counts follow the rows that
// were really written or deleted, so that the same news twice changes nothing.
import { and, eq, isNull, sql } from 'drizzle-orm'
import { audienceOf, currentAudience } from './audience.ts'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { HASH_BYTES, hashTexts, packHashes, unpackHashes } from './hash.ts'
import type { IncidentStore } from './incident-stores.ts'
import { asDocument, countTerms } from './term-counts.ts'
import type { Repository } from '../domain/repository.ts'

type Indexed = { id: number; repositoryId: number; openedAt: Date; retractedAt: Date | null; terms: Uint8Array }
type Shelf = { installationId: number; audience: number }

export type IncidentPostings = {
  /** Makes the postings of an incident anew, which were made for `before`; a retracted one has none. */
  index(q: Queries, incident: Indexed, before?: Indexed): UnitOfWork<void>
  remove(q: Queries, incident: Indexed): UnitOfWork<void>
  indexTerms: IncidentStore['indexTerms']
}

/** First step of whatever decides (or, `shared`, reads) under which audience a repository's postings lie. */
export const lockAudience = (database: Database, q: Queries, repositoryId: number, mode?: 'shared'): UnitOfWork<void> =>
  database.lock(q, `audience ${repositoryId}`, mode)

export function createIncidentPostings(database: Database, installationId: number): IncidentPostings {
  const { incidents, incidentTerms } = database.tables

  function* index(q: Queries, incident: Indexed, before = incident): UnitOfWork<void> {
    yield* lockAudience(database, q, incident.repositoryId, 'shared')
    const shelf = { installationId, audience: yield* currentAudience(database, q, incident.repositoryId) }
    const dropped = yield* drop(q, shelf, before)
    const added = incident.retractedAt === null ? yield* add(q, shelf, incident) : []
    yield* countTerms(database, q, shelf, [dropped], [added])
  }

  function* add(q: Queries, { audience }: Shelf, { id, repositoryId, openedAt, terms }: Indexed): UnitOfWork<number[]> {
    const hashes = postingsOf(terms)
    if (hashes.length === 0) return []
    const long = (value: number) => sql`cast(${value} as bigint)`
    const rows = sql`select ${long(installationId)}, ${long(repositoryId)}, ${long(audience)}, value, ${database.momentOf(openedAt)}, ${long(id)},
      cast(${terms.length / HASH_BYTES} as integer) from ${database.listed(hashes)} where true`
    const added = yield* ask(q.insert(incidentTerms).select(rows).onConflictDoNothing().returning({ hash: incidentTerms.termHash }))
    return added.map(({ hash }) => hash)
  }

  function* drop(q: Queries, shelf: Shelf, incident: Indexed): UnitOfWork<number[]> {
    if (incident.terms.length === 0) return []
    const gone = yield* ask(
      q
        .delete(incidentTerms)
        .where(lyingAt(database, shelf, incident))
        .returning({ hash: incidentTerms.termHash }),
    )
    return gone.map(({ hash }) => hash)
  }

  function* remove(q: Queries, incident: Indexed): UnitOfWork<void> {
    yield* index(q, { ...incident, retractedAt: new Date(0) }, incident)
  }

  const indexTerms: IncidentStore['indexTerms'] = (id, terms, words = new Uint8Array()) =>
    database.atomically(function* (q) {
      yield* database.lock(q, `incident terms ${id}`)
      const { repositoryId, openedAt, retractedAt } = incidents
      const indexed = { id: incidents.id, repositoryId, openedAt, retractedAt, terms: incidents.terms, words: incidents.words }
      const own = and(eq(incidents.installationId, installationId), eq(incidents.id, id))
      const [known] = yield* ask(q.select(indexed).from(incidents).where(own))
      if (!known) return
      const packed = packHashes(hashTexts(terms))
      const isKnown = Buffer.compare(packed, known.terms) === 0
      if (isKnown && known.words !== null && Buffer.compare(words, known.words) === 0) return
      yield* ask(q.update(incidents).set({ terms: packed, words }).where(own))
      if (!isKnown) yield* index(q, { ...known, terms: packed }, known)
    })

  return { index, remove, indexTerms }
}

/** Moves all of a repository's postings when it changes hands, becomes private or public, or goes or comes back. */
export function* moveAudience(
  database: Database,
  q: Queries,
  before: Pick<Repository, 'id' | 'installationId' | 'isPrivate' | 'removedAt'> | null,
  after: Pick<Repository, 'id' | 'installationId' | 'isPrivate' | 'removedAt'>,
): UnitOfWork<void> {
  const to = { installationId: after.installationId, audience: audienceOf(after) }
  const from = before ? { installationId: before.installationId, audience: audienceOf(before) } : { ...to, audience: after.id }
  if (from.installationId === to.installationId && from.audience === to.audience) return
  const { incidents, incidentTerms } = database.tables
  const { id, repositoryId, openedAt, retractedAt, terms } = incidents
  const indexed = yield* ask(
    q
      .select({ id, repositoryId, openedAt, retractedAt, terms })
      .from(incidents)
      .where(and(eq(incidents.installationId, from.installationId), eq(repositoryId, after.id), isNull(retractedAt))),
  )
  for (const incident of indexed) {
    if (incident.terms.length > 0)
      yield* ask(
        q
          .update(incidentTerms)
          .set(to)
          .where(lyingAt(database, from, incident)),
      )
  }
  const moved = indexed.map((incident) => postingsOf(incident.terms))
  yield* countTerms(database, q, from, moved, [])
  yield* countTerms(database, q, to, [], moved)
}

function lyingAt(database: Database, { installationId, audience }: Shelf, { id, openedAt, terms }: Indexed) {
  const { incidentTerms } = database.tables
  return and(
    eq(incidentTerms.installationId, installationId),
    eq(incidentTerms.audience, audience),
    database.oneOf(incidentTerms.termHash, postingsOf(terms)),
    eq(incidentTerms.openedAt, openedAt),
    eq(incidentTerms.incidentId, id),
  )
}

function postingsOf(terms: Uint8Array): number[] {
  return terms.length === 0 ? [] : asDocument(unpackHashes(terms))
}
