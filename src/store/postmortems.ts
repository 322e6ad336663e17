import { and, asc, eq, isNotNull } from 'drizzle-orm'
import type { PostmortemRecord } from '../domain/postmortem.ts'
import { ask, belongsTo, type Database } from './database.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'
import type { Tables } from './schema.ts'

export type PostmortemStore = {
  get(incidentId: number): Promise<PostmortemRecord | null>
  /** By the number of the issue, or of the pull request, that holds it. */
  byIssue(repositoryId: number, issueNumber: number): Promise<PostmortemRecord | null>
  /** Those of a repository that are documents in it. */
  documents(repositoryId: number): Promise<PostmortemRecord[]>
  /** Written before the requests that create it; an intent that is there already stays as it is. `path`: of a document. */
  intend(incidentId: number, at: Date, path: string | null): Promise<void>
  saved(incidentId: number, made: { issueNumber: number; url: string; path: string | null }): Promise<void>
  /** Where its document stands now, and since when it is not there. */
  place(incidentId: number, at: Pick<PostmortemRecord, 'path' | 'lostAt'>): Promise<void>
  /** Its words as of then were read. */
  read(incidentId: number, at: Date): Promise<void>
}

const shownOf = ({ postmortems }: Tables) => {
  const { incidentId, issueNumber, url, path, intendedAt, readAt, lostAt } = postmortems
  return { incidentId, issueNumber, url, path, intendedAt, readAt, lostAt }
}

const postmortemOf = declareRead(({ q, tables, belongs }, { incidentId }: { incidentId: Given<number> }) =>
  q
    .select(shownOf(tables))
    .from(tables.postmortems)
    .where(and(belongs(tables.postmortems), eq(tables.postmortems.incidentId, incidentId))),
)

export function createPostmortemStore(database: Database, installationId: number): PostmortemStore {
  const { queries, tables } = database
  const { postmortems, incidents } = tables
  const one = (incidentId: number) => and(belongsTo(postmortems.installationId, installationId), eq(postmortems.incidentId, incidentId))
  const { incidentId, issueNumber, path } = postmortems
  const read = tenantReader(database, installationId)
  const shown = shownOf(tables)
  const ofRepository = (repositoryId: number) =>
    and(eq(postmortems.installationId, installationId), eq(incidents.repositoryId, repositoryId))
  return {
    get: async (id) => (await read(postmortemOf, { incidentId: id }))[0] ?? null,
    byIssue: async (repositoryId, number) => {
      const rows = await queries
        .select(shown)
        .from(postmortems)
        .innerJoin(incidents, eq(incidents.id, incidentId))
        .where(and(ofRepository(repositoryId), eq(issueNumber, number)))
      return rows[0] ?? null
    },
    documents: async (repositoryId) =>
      queries
        .select(shown)
        .from(postmortems)
        .innerJoin(incidents, eq(incidents.id, incidentId))
        .where(and(ofRepository(repositoryId), isNotNull(path)))
        .orderBy(asc(incidentId)),
    intend: (id, at, document) =>
      database.atomically(function* (q) {
        const own = and(eq(incidents.installationId, installationId), eq(incidents.id, id))
        const [known] = yield* ask(q.select({ id: incidents.id }).from(incidents).where(own))
        const row = { installationId, incidentId: id, intendedAt: at, path: document }
        if (known) yield* ask(q.insert(postmortems).values(row).onConflictDoNothing())
      }),
    saved: async (id, made) => {
      await queries.update(postmortems).set(made).where(one(id))
    },
    place: async (id, at) => {
      await queries.update(postmortems).set(at).where(one(id))
    },
    read: async (id, at) => {
      await queries.update(postmortems).set({ readAt: at }).where(one(id))
    },
  }
}
