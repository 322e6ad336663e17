// How what the risk model looks at counts in a repository: learned from what came of its own changes, once a day at most.
import type { LearnedRisk } from '../domain/risk.ts'
import type { Work } from '../work.ts'
import { adjustmentFrom } from './adjust.ts'
import { shippedRiskModel } from './model.ts'
import { readOutcomes } from './read-outcomes.ts'

const DAY_MS = 86_400_000

/** Learns and keeps it; unless forced, does nothing when that was done within a day with the same model. Bounded: 20,000 changes. */
export async function learnOutcomes(work: Work, repositoryId: number, isForced = false): Promise<void> {
  const repository = await work.tenant.repositories.byId(repositoryId)
  const now = work.now()
  if (!repository || repository.removedAt) return
  if (!isForced && !isStale(await work.tenant.riskAdjustments.get(repositoryId), now)) return
  const model = shippedRiskModel()
  const outcomes = await readOutcomes(work, repositoryId, now)
  const adjustment = adjustmentFrom(outcomes, model)
  await work.tenant.riskAdjustments.put({ repositoryId, modelVersion: model.version, learnedAt: now, adjustment })
  work.log.info({ repository: repositoryId, outcomes: outcomes.length, isAdjusted: adjustment !== null }, 'outcomes of changes learned')
}

/** However many reviews find it out of date, it is asked for once. */
export async function learnLater(work: Work, repositoryId: number): Promise<void> {
  const known = await work.tenant.riskAdjustments.get(repositoryId)
  if (!isStale(known, work.now())) return
  const once = `outcomes:${repositoryId}:${known?.learnedAt.getTime() ?? 'never'}:${shippedRiskModel().version}`
  await work.followUp({ kind: 'outcomes', repositoryId }, once)
}

/** True when it was never learned, more than a day ago, or of another model. */
function isStale(known: LearnedRisk | null, now: Date): boolean {
  return known?.modelVersion !== shippedRiskModel().version || now.getTime() - known.learnedAt.getTime() >= DAY_MS
}
