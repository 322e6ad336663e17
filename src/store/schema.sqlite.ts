// Only drizzle-kit reads this file, to generate drizzle/sqlite.
import { sqliteKit } from './columns.ts'
import { defineTables } from './schema.ts'

export const {
  deliveries,
  leases,
  schedules,
  rateLimits,
  installations,
  tokens,
  repositories,
  catalogs,
  changes,
  changeCommits,
  changeFiles,
  termCounts,
  changeReverts,
  changeReferences,
  deployments,
  deploymentChanges,
  incidents,
  incidentTerms,
  outcomes,
  commentQuotes,
  comments,
  forgottenPeople,
  implications,
  accuracies,
  timelineEntries,
  replies,
  checks,
  pullRequests,
} = defineTables(sqliteKit)
