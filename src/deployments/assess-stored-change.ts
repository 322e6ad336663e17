import type { Change } from '../domain/change.ts'
import type { RiskAssessment } from '../domain/risk.ts'
import { assessWithPast } from '../risk/assess-with-past.ts'
import type { Work } from '../work.ts'

/** The risk of a merged change as it was known when it landed. */
export function assessStoredChange(work: Pick<Work, 'tenant'>, change: Change): Promise<RiskAssessment> {
  const { title, bodyExcerpt: body, files, filesTruncated, fileCount, added, deleted, labels, bumps, references, mergedAt: at } = change
  const facts = { title, body, files, filesTruncated, fileCount, added, deleted, labels, bumps, references, at }
  return assessWithPast(work, change.repositoryId, facts)
}
