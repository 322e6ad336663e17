// A repository's past played in time order: each change is judged by the model as the outcomes settled by then had adjusted it.
import type { RiskAdjustment } from '../../domain/risk.ts'
import { fitAdjustment, outcomeTable } from '../adjust.ts'
import type { RiskModel } from '../model.ts'
import type { RiskOutcome } from '../outcome.ts'

/** Learned anew after so many more settled changes: live it is once a day. */
const EVERY = 200

/** For each outcome, in time order, what had been learned before it; null while that was nothing. */
export function playAdjusted(outcomes: readonly RiskOutcome[], model: RiskModel): (RiskAdjustment | null)[] {
  const table = outcomeTable(outcomes, model)
  let settled = 0
  let learnedFrom = 0
  let learned: ReturnType<typeof fitAdjustment> = null
  return outcomes.map(({ at }) => {
    while (settled < table.count && table.settledAtMs[settled]! < at.getTime()) settled++
    if (settled - learnedFrom >= EVERY) {
      learned = fitAdjustment(table, settled, learned === null ? {} : { start: learned.weights })
      learnedFrom = settled
    }
    return learned?.adjustment ?? null
  })
}
