import type { RiskAssessment, RiskChange } from '../domain/risk.ts'
import type { Work } from '../work.ts'
import { assessChange } from './assess-change.ts'
import { gatherRiskPast } from './gather-risk-past.ts'
import { shippedRiskModel } from './model.ts'

/** The risk of a change against what its repository's past says at that moment. */
export async function assessWithPast(work: Pick<Work, 'tenant'>, repositoryId: number, change: RiskChange): Promise<RiskAssessment> {
  return assessChange(change, await gatherRiskPast(work, repositoryId, change), shippedRiskModel())
}
