/** What is read of a repository's past, in this order; each is resumable where it was. */
export type BackfillPhase = 'changes' | 'links' | 'deployments' | 'going-live' | 'incidents' | 'lines' | 'accuracy'

/** One reading of one repository's past. */
export type Backfill = {
  repositoryId: number
  /** Counts the readings of this repository; notes of an earlier one mean nothing any more. */
  run: number
  since: Date
  incidentsSince: Date
  phase: BackfillPhase
  /** Where in the phase; its own words. Null at its beginning. */
  cursor: string | null
  /** Counts the steps of this run: a note for a step that was done is not done again. */
  step: number
  requestedAt: Date
  updatedAt: Date
  finishedAt: Date | null
  pullRequests: number
  deployments: number
  incidents: number
  /** What could not be read, and why: usually a permission that the App was not given. */
  problems: string[]
}

/** Asks for one step of one run. */
export type BackfillNote = { repositoryId: number; run: number; step: number }

/** A deployment that was read and waits until all older ones were, too; in the words of its webhooks. */
export type StagedDeployment = { externalId: string; createdAt: Date; told: { deployment: unknown; statuses: unknown[] } }
