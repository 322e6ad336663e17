// Something was recorded: which answers may no longer be true?
import type { Touched, Work } from '../work.ts'
import { answerIncident } from './answer-incident.ts'

/**
 * Answers again every incident whose window holds one of these moments, in that repository or in one that depends on
 * it. An answer that stays the same makes no request.
 */
export async function refreshAnswers(work: Work, touched: Touched): Promise<void> {
  const ids = new Set<number>()
  for (const { repositoryId, at } of touched) {
    for (const incident of await work.tenant.incidents.touchedBy(repositoryId, at)) ids.add(incident.id)
  }
  for (const id of [...ids].sort((a, b) => a - b)) await answerIncident(work, id)
}
