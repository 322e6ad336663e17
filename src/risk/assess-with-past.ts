import type { RiskAssessment, RiskChange } from '../domain/risk.ts'
import type { Work } from '../work.ts'
import { assessChange } from './assess-change.ts'
import { gatherRiskPast } from './gather-risk-past.ts'
import { shippedRiskModel } from './model.ts'

/** The risk of a change against what its repository's past says at that moment, by the model as its outcomes have adjusted it. */
export async function assessWithPast(work: Pick<Work, 'tenant'>, repositoryId: number, change: RiskChange): Promise<RiskAssessment> {
  const [past, learned] = await Promise.all([gatherRiskPast(work, repositoryId, change), work.tenant.riskAdjustments.get(repositoryId)])
  const model = shippedRiskModel()
  return assessChange(change, past, model, learned?.modelVersion === model.version ? learned.adjustment : null)
}
