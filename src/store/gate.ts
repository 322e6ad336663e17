// Deployments that waited for our word.
import { and, asc, eq, getTableColumns, inArray, lte } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { GateStore, ReviewQueue } from './review-stores.ts'

const OPEN = ['pending', 'held'] as const

export function createGateStore({ queries, tables }: Database, installationId: number): GateStore {
  const { gateRequests } = tables
  const mine = eq(gateRequests.installationId, installationId)
  const { installationId: _installationId, ...shown } = getTableColumns(gateRequests)
  const one = (id: number) => and(mine, eq(gateRequests.id, id))
  const open = inArray(gateRequests.state, [...OPEN])
  return {
    upsert: async (facts, now) => {
      const key = [
        gateRequests.installationId,
        gateRequests.repositoryId,
        gateRequests.runId,
        gateRequests.environment,
        gateRequests.deploymentId,
      ]
      await queries
        .insert(gateRequests)
        .values({ ...facts, installationId, state: 'pending', reason: '', nextLookAt: now })
        .onConflictDoNothing({ target: key })
      const [stored] = await queries
        .select(shown)
        .from(gateRequests)
        .where(
          and(
            mine,
            eq(gateRequests.repositoryId, facts.repositoryId),
            eq(gateRequests.runId, facts.runId),
            eq(gateRequests.environment, facts.environment),
            eq(gateRequests.deploymentId, facts.deploymentId),
          ),
        )
      if (!stored) throw new Error(`The waiting deployment of run ${facts.runId} was not stored.`)
      return stored
    },
    byId: async (id) => (await queries.select(shown).from(gateRequests).where(one(id)))[0] ?? null,
    held: async () =>
      queries
        .select(shown)
        .from(gateRequests)
        .where(and(mine, eq(gateRequests.state, 'held')))
        .orderBy(asc(gateRequests.id)),
    hold: async (id, reason, nextLookAt) => {
      await queries
        .update(gateRequests)
        .set({ state: 'held', reason, nextLookAt })
        .where(and(one(id), open))
    },
    decide: async (id, state, reason) => {
      await queries
        .update(gateRequests)
        .set({ state, reason, nextLookAt: null })
        .where(and(one(id), open))
    },
  }
}

export function createReviewQueue({ queries, tables }: Database): ReviewQueue {
  const { gateRequests, deploymentReviews } = tables
  return {
    dueReviews: async (now, limit) =>
      queries
        .select({
          installationId: deploymentReviews.installationId,
          repositoryId: deploymentReviews.repositoryId,
          deploymentId: deploymentReviews.deploymentId,
        })
        .from(deploymentReviews)
        .where(lte(deploymentReviews.watchUntil, now))
        .orderBy(asc(deploymentReviews.watchUntil), asc(deploymentReviews.deploymentId))
        .limit(limit),
    dueGateRequests: async (now, limit) =>
      queries
        .select({ installationId: gateRequests.installationId, repositoryId: gateRequests.repositoryId, id: gateRequests.id })
        .from(gateRequests)
        .where(and(inArray(gateRequests.state, [...OPEN]), lte(gateRequests.nextLookAt, now)))
        .orderBy(asc(gateRequests.nextLookAt), asc(gateRequests.id))
        .limit(limit),
  }
}
