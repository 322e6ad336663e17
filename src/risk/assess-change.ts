// The risk engine: a change, its repository's past and a model become a probability with reasons.
// Pure: no I/O, no clock. Additive in log-odds, so that each part of the sum is a reason.
import type { RiskAssessment, RiskChange, RiskPast, RiskReason } from '../domain/risk.ts'
import type { RiskModel } from './model.ts'
import { riskKeys } from './risk-keys.ts'

const MIN_STRENGTH = 0.1
const MAX_REASONS = 5

/** Same input, same output; the order of files never matters. */
export function assessChange(change: RiskChange, past: RiskPast, model: RiskModel): RiskAssessment {
  const baseRate = smoothed(past.settled, model.rate, model.ratePrior)
  const reasons = [...historyReasons(change, past, model, baseRate), sizeReason(change, model)]
  const logOdds = logit(baseRate) + reasons.reduce((sum, { strength }) => sum + strength, 0)
  return {
    probability: 1 / (1 + Math.exp(-logOdds)),
    baseRate,
    reasons: reasons
      .filter(({ strength }) => Math.abs(strength) >= MIN_STRENGTH)
      .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength) || (a.kind < b.kind ? -1 : 1))
      .slice(0, MAX_REASONS),
    context: [],
    modelVersion: model.version,
  }
}

function historyReasons(change: RiskChange, past: RiskPast, model: RiskModel, baseRate: number): RiskReason[] {
  const reasons: RiskReason[] = []
  for (const kind of ['file', 'folder', 'word'] as const) {
    let worst: RiskReason | null = null
    for (const key of riskKeys(change).filter((each) => each.startsWith(`${kind}:`))) {
      const harms = past.harms.filter((harm) => harm.shared.includes(key))
      const counted = Math.max(past.counts.get(key) ?? 0, harms.length)
      const rate = smoothed({ changes: counted, harmed: harms.length }, baseRate, model.keyPrior)
      const strength = model.weights[kind] * Math.log(rate / baseRate)
      if (harms.length === 0 || (worst !== null && strength <= worst.strength)) continue
      const name = key.slice(kind.length + 1)
      worst = {
        kind: kind === 'file' ? 'file-history' : kind === 'folder' ? 'folder-history' : 'words',
        sentence: `${harms.length} of ${counted} earlier changes ${kind === 'word' ? `with "${name}" in the title` : `of ${name}`} came to harm`,
        strength,
        url: harms.at(-1)?.incident?.url ?? harms.at(-1)?.url ?? null,
      }
    }
    if (worst !== null) reasons.push(worst)
  }
  return reasons
}

function sizeReason({ added, deleted, fileCount }: RiskChange, model: RiskModel): RiskReason {
  const lines = added + deleted
  return {
    kind: 'size',
    sentence: `Changes ${lines} ${lines === 1 ? 'line' : 'lines'} in ${fileCount} ${fileCount === 1 ? 'file' : 'files'}`,
    strength: model.weights.size * (Math.log1p(lines) - model.usualSize),
    url: null,
  }
}

function smoothed({ changes, harmed }: { changes: number; harmed: number }, rate: number, prior: number): number {
  return (harmed + prior * rate) / (changes + prior)
}

const logit = (probability: number): number => Math.log(probability / (1 - probability))
