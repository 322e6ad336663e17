// The risk engine: a change, its repository's past and a model become a probability with reasons.
// Pure: no I/O, no clock. Additive in log-odds, so that each part of the sum is a reason; see docs/decisions.
import type { RiskAdjustment, RiskAssessment, RiskChange, RiskPast, RiskReason } from '../domain/risk.ts'
import type { RiskContext } from './features/feature-group.ts'
import { baseRateOf, logistic, logit, type RiskModel } from './model.ts'
import { nameIn } from './risk-keys.ts'
import { contextOf, featureGroups, measureRisk } from './risk-features.ts'
import { adjustedStrengths, strengthsOf } from './strengths.ts'
import { riskContext } from './worth-knowing.ts'

/** A reason that moved the log-odds by less than this did not move the probability: it is not shown. */
const MIN_STRENGTH = 0.05
const MAX_REASONS = 5

/**
 * Same input, same output; the order of files never matters. `adjustment`: what the repository's own outcomes taught about
 * this model; null judges as everywhere.
 */
export function assessChange(
  change: RiskChange,
  past: RiskPast,
  model: RiskModel,
  adjustment: RiskAdjustment | null = null,
): RiskAssessment {
  const context = contextOf(change, past)
  const baseRate = baseRateOf(past.settled, model)
  const values = measureRisk(context)
  const asShipped = strengthsOf(values, context.keys.word.map(nameIn), model)
  const [words = 0, ...groups] = (adjustment === null ? asShipped : adjustedStrengths(asShipped, values, adjustment)).toReversed()
  // What words add is said with the rest of the title.
  const strengths = groups.toReversed().map((strength, at) => (featureGroups[at]!.kind === 'title' ? strength + words : strength))
  const level = logit(baseRate) + model.bias + (adjustment?.shift ?? 0)
  return {
    probability: logistic(strengths.reduce((sum, each) => sum + each, level)),
    baseRate,
    reasons: reasonsOf(context, strengths, model),
    context: riskContext(context),
    modelVersion: model.version,
    adjustedBy: adjustment === null ? null : { changes: adjustment.changes, harms: adjustment.harms },
  }
}

function reasonsOf(context: RiskContext, strengths: readonly number[], model: RiskModel): RiskReason[] {
  return featureGroups
    .flatMap((group, at): RiskReason[] => {
      const strength = strengths[at]!
      if (Math.abs(strength) < MIN_STRENGTH) return []
      const said = group.sentence(context, strength, model)
      return said === null ? [] : [{ kind: group.kind, ...said, strength }]
    })
    .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength))
    .slice(0, MAX_REASONS)
}
