// The risk engine: a change, its repository's past and a model become a probability with reasons.
// Pure: no I/O, no clock. Additive in log-odds, so that each part of the sum is a reason; see docs/decisions.
import type { RiskAssessment, RiskChange, RiskPast, RiskReason } from '../domain/risk.ts'
import type { RiskContext } from './features/feature-group.ts'
import { baseRateOf, logistic, logit, type RiskModel, stepsBelow, wordsIn } from './model.ts'
import { nameIn } from './risk-keys.ts'
import { contextOf, featureGroups, measureRisk } from './risk-features.ts'
import { riskContext } from './worth-knowing.ts'

/** A reason that moved the log-odds by less than this did not move the probability: it is not shown. */
const MIN_STRENGTH = 0.05
const MAX_REASONS = 5

/** Same input, same output; the order of files never matters. */
export function assessChange(change: RiskChange, past: RiskPast, model: RiskModel): RiskAssessment {
  const context = contextOf(change, past)
  const baseRate = baseRateOf(past.settled, model)
  const strengths = strengthsOf(context, model)
  const logOdds = logit(baseRate) + model.bias + strengths.reduce((a, b) => a + b, 0)
  return {
    probability: logistic(logOdds),
    baseRate,
    reasons: reasonsOf(context, strengths, model),
    context: riskContext(context),
    modelVersion: model.version,
  }
}

/** What each group of features adds to the log-odds, in the order of `featureGroups`. */
function strengthsOf(context: RiskContext, model: RiskModel): number[] {
  const learned = new Map(model.features.map((feature) => [feature.name, feature]))
  const values = measureRisk(context)
  let at = 0
  return featureGroups.map(({ kind, features }) => {
    let strength = kind === 'title' ? wordsIn(context.keys.word.map(nameIn), model) : 0
    for (const { name } of features) {
      const feature = learned.get(name)
      const value = values[at++]!
      if (feature !== undefined) strength += stepsBelow(feature, value)
    }
    return strength
  })
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
