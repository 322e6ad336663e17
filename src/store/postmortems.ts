import { and, eq, sql } from 'drizzle-orm'
import type { PostmortemRecord } from '../domain/postmortem.ts'
import { belongsTo, type Database } from './database.ts'

export type PostmortemStore = {
  get(incidentId: number): Promise<PostmortemRecord | null>
  /** Written before the request that creates it; an intent that is there already keeps its time. */
  intend(incidentId: number, at: Date): Promise<void>
  saved(incidentId: number, issueNumber: number, url: string): Promise<void>
}

export function createPostmortemStore(database: Database, installationId: number): PostmortemStore {
  const { queries, tables } = database
  const { postmortems, incidents } = tables
  const one = (incidentId: number) => and(belongsTo(postmortems.installationId, installationId), eq(postmortems.incidentId, incidentId))
  return {
    get: async (incidentId) => {
      const { issueNumber, url, intendedAt } = postmortems
      return (await queries.select({ issueNumber, url, intendedAt }).from(postmortems).where(one(incidentId)))[0] ?? null
    },
    intend: async (incidentId, at) => {
      // Selected and not just written: an incident of another installation gets none.
      const own = sql`select ${incidents.installationId}, ${incidents.id}, null, null, ${database.momentOf(at)}
        from ${incidents} where ${incidents.installationId} = ${installationId} and ${incidents.id} = ${incidentId}`
      await queries.insert(postmortems).select(own).onConflictDoNothing()
    },
    saved: async (incidentId, issueNumber, url) => {
      await queries.update(postmortems).set({ issueNumber, url }).where(one(incidentId))
    },
  }
}
