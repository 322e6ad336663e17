// The risk of a change against what its repository's past says at that moment.
import type { RiskAssessment, RiskChange, RiskPast } from '../domain/risk.ts'
import type { Work } from '../work.ts'
import { assessChange } from './assess-change.ts'
import { shippedRiskModel } from './model.ts'
import { riskKeys } from './risk-keys.ts'

const MOST_PATHS = 200

export async function assessWithPast(work: Work, repositoryId: number, change: RiskChange): Promise<RiskAssessment> {
  const keys = new Set(riskKeys(change))
  const paths = change.files.slice(0, MOST_PATHS).map((file) => file.path)
  const known = await work.tenant.changes.past(repositoryId, { before: change.at, paths, terms: [] })
  const past: RiskPast = {
    changes: known.documentCount,
    settled: { changes: known.documentCount, harmed: known.culprits.length },
    harms: known.culprits.map((culprit) => ({
      kind: 'reverted',
      knownAt: culprit.incidentAt,
      title: culprit.title,
      url: null,
      incident: null,
      shared: riskKeys({ title: culprit.title, files: culprit.paths.map((path) => ({ path })) }).filter((key) => keys.has(key)),
    })),
    counts: new Map([...known.files].map(([path, { changes }]) => [`file:${path}`, changes])),
    lastChangedAt: new Map(),
    landedAt: known.landedAt,
    missing: [],
    calibration: null,
  }
  return assessChange(change, past, shippedRiskModel())
}
