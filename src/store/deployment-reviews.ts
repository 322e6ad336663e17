// What each production deployment ships, and its verdict.
import { and, asc, eq } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { DeploymentReviewStore } from './review-stores.ts'

const MOST_REVIEWS = 50

export function createDeploymentReviewStore({ queries, tables }: Database, installationId: number): DeploymentReviewStore {
  const { deploymentReviews } = tables
  const mine = eq(deploymentReviews.installationId, installationId)
  return {
    save: async (review, repositoryId, watchUntil) => {
      const { deploymentId, externalId } = review
      await queries
        .insert(deploymentReviews)
        .values({ installationId, repositoryId, deploymentId, externalId, review, watchUntil })
        .onConflictDoUpdate({
          target: [deploymentReviews.installationId, deploymentReviews.deploymentId],
          set: { review, watchUntil },
        })
    },
    get: async (deploymentId) => {
      const rows = await queries
        .select({ review: deploymentReviews.review })
        .from(deploymentReviews)
        .where(and(mine, eq(deploymentReviews.deploymentId, deploymentId)))
      return rows[0]?.review ?? null
    },
    byExternal: async (externalId) => {
      const rows = await queries
        .select({ review: deploymentReviews.review })
        .from(deploymentReviews)
        .where(and(mine, eq(deploymentReviews.externalId, externalId)))
        .orderBy(asc(deploymentReviews.deploymentId))
        .limit(MOST_REVIEWS)
      return rows.map((row) => row.review)
    },
  }
}
