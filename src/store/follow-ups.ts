// What is to be done after incidents, and the issues in which it is done.
import { and, asc, eq, isNull, lte, or, sql } from 'drizzle-orm'
import type { FollowUpItem } from '../domain/follow-up.ts'
import { ask, belongsTo, type Database } from './database.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'
import type { Tables } from './schema.ts'

const DAY_MS = 86_400_000

/** What its issue says as of `updatedAt`. */
type FollowUpState = Pick<FollowUpItem, 'closedAt' | 'isDropped' | 'assignees'> & { updatedAt: Date }

export type FollowUpStore = {
  /** Those of these incidents, the first due first, ties by key. */
  ofIncidents(incidentIds: number[]): Promise<FollowUpItem[]>
  /** Those of these repositories, the first due first; at most `limit`. */
  ofRepositories(repositoryIds: number[], limit: number): Promise<FollowUpItem[]>
  byIssue(repositoryId: number, issueNumber: number): Promise<FollowUpItem | null>
  /** Written before the request that opens its issue; an intent that is there already stays as it is. */
  intend(incidentId: number, item: Pick<FollowUpItem, 'key' | 'text' | 'dueOn' | 'intendedAt'>): Promise<void>
  opened(incidentId: number, key: string, issueNumber: number, url: string): Promise<void>
  /** Its line says something else now. Another day makes it overdue anew. */
  edit(incidentId: number, key: string, line: Pick<FollowUpItem, 'text' | 'dueOn'>): Promise<void>
  /** Older news change nothing. */
  follow(repositoryId: number, issueNumber: number, state: FollowUpState): Promise<void>
  /** Notes those of an incident that are open at `now` though their day is over. */
  noteOverdue(incidentId: number, now: Date): Promise<void>
}

/** In all installations. */
export type FollowUpQueue = {
  /** Incidents, by their issues, with follow-ups whose day is over and which were not noted as overdue. */
  overdue(now: Date, limit: number): Promise<{ installationId: number; repositoryId: number; issueNumber: number }[]>
}

const shownOf = ({ followUps }: Tables) => {
  const { incidentId, repositoryId, key, text, dueOn, issueNumber, url, intendedAt, closedAt, isDropped, assignees, overdueAt } = followUps
  return { incidentId, repositoryId, key, text, dueOn, issueNumber, url, intendedAt, closedAt, isDropped, assignees, overdueAt }
}

const followUpsOf = declareRead(({ q, tables, belongs, oneOf }, { ids }: { ids: Given<number[]> }) => {
  const { incidentId, dueOn, key } = tables.followUps
  return q
    .select(shownOf(tables))
    .from(tables.followUps)
    .where(and(belongs(tables.followUps), oneOf(incidentId, ids)))
    .orderBy(asc(dueOn), asc(incidentId), asc(key))
})

export function createFollowUpStore(database: Database, installationId: number): FollowUpStore {
  const { queries, tables } = database
  const { followUps, incidents } = tables
  const { incidentId, repositoryId, key, dueOn, issueNumber, closedAt, overdueAt, updatedAt } = followUps
  const read = tenantReader(database, installationId)
  const shown = shownOf(tables)
  const mine = eq(followUps.installationId, installationId)
  const one = (id: number, itemKey: string) =>
    and(belongsTo(followUps.installationId, installationId), eq(incidentId, id), eq(key, itemKey))
  const ofIssue = (home: number, number: number) => and(mine, eq(repositoryId, home), eq(issueNumber, number))
  return {
    ofIncidents: async (ids) => read(followUpsOf, { ids }),
    ofRepositories: async (ids, limit) =>
      queries
        .select(shown)
        .from(followUps)
        .where(and(mine, database.oneOf(repositoryId, ids)))
        .orderBy(asc(dueOn), asc(incidentId), asc(key))
        .limit(limit),
    byIssue: async (home, number) => (await queries.select(shown).from(followUps).where(ofIssue(home, number)))[0] ?? null,
    intend: (id, item) =>
      database.atomically(function* (q) {
        const own = and(eq(incidents.installationId, installationId), eq(incidents.id, id))
        const [known] = yield* ask(q.select({ repositoryId: incidents.repositoryId }).from(incidents).where(own))
        if (!known) return
        yield* ask(
          q
            .insert(followUps)
            .values({ ...item, ...known, installationId, incidentId: id })
            .onConflictDoNothing(),
        )
      }),
    opened: async (id, itemKey, number, address) => {
      await queries.update(followUps).set({ issueNumber: number, url: address }).where(one(id, itemKey))
    },
    edit: async (id, itemKey, line) => {
      await queries
        .update(followUps)
        .set({ ...line, overdueAt: sql`case when ${dueOn} = ${sql.param(line.dueOn, dueOn)} then ${overdueAt} end` })
        .where(one(id, itemKey))
    },
    follow: async (home, number, state) => {
      await queries
        .update(followUps)
        .set(state)
        .where(and(ofIssue(home, number), or(isNull(updatedAt), lte(updatedAt, state.updatedAt))))
    },
    noteOverdue: async (id, now) => {
      const isOver = and(isNull(closedAt), isNull(overdueAt), lte(dueOn, new Date(now.getTime() - DAY_MS)))
      await queries
        .update(followUps)
        .set({ overdueAt: now })
        .where(and(belongsTo(followUps.installationId, installationId), eq(incidentId, id), isOver))
    },
  }
}

export function createFollowUpQueue({ queries, tables }: Database): FollowUpQueue {
  const { followUps, incidents } = tables
  return {
    overdue: async (now, limit) =>
      queries
        .selectDistinct({
          installationId: incidents.installationId,
          repositoryId: incidents.repositoryId,
          issueNumber: incidents.issueNumber,
        })
        .from(followUps)
        .innerJoin(incidents, eq(incidents.id, followUps.incidentId))
        .where(
          and(
            // In the words of the partial index.
            sql`${followUps.closedAt} is null and ${followUps.overdueAt} is null`,
            lte(followUps.dueOn, new Date(now.getTime() - DAY_MS)),
          ),
        )
        .orderBy(asc(incidents.installationId), asc(incidents.repositoryId), asc(incidents.issueNumber))
        .limit(limit),
  }
}
