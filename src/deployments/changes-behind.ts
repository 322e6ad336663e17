import { UNDER_WAY, type Deployment } from '../domain/deployment.ts'
import type { Work } from '../work.ts'

const MOST_CHANGES = 30

/**
 * Changes that were merged while a production deployment was under way: what is said of them names it, whichever of the
 * two was told first. Their ids.
 */
export async function changesBehind(work: Work, { isProduction, repositoryId, createdAt, states }: Deployment): Promise<number[]> {
  if (!isProduction) return []
  const ended = states.find(({ state }) => !UNDER_WAY.has(state))
  const merged = await work.tenant.changes.mergedBetween([repositoryId], createdAt, ended?.at ?? work.now(), MOST_CHANGES)
  return merged.map(({ id }) => id)
}
