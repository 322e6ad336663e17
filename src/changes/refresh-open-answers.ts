import type { Work } from '../work.ts'

const MOST_OPEN = 200

/**
 * Asks the lane of every open incident to look at its answer again: what may be quoted, or under which name, has changed.
 * Never here: this lane need not be theirs.
 */
export async function refreshOpenAnswers(work: Work): Promise<void> {
  const asked = new Set<string>()
  for (const { repositoryId, detectedAt } of await work.tenant.incidents.open(MOST_OPEN)) {
    const key = `${repositoryId} ${detectedAt.getTime()}`
    if (!asked.has(key)) await work.refreshLater(repositoryId, detectedAt)
    asked.add(key)
  }
}
