import type { Repository } from '../domain/repository.ts'
import type { PullRequest } from '../domain/pull-request.ts'
import type { Catalog } from '../domain/service.ts'
import { quotesNumberOf } from '../domain/check-quotes.ts'
import { areReadable } from '../catalog/readable.ts'
import { keepCheck, type CheckResult } from '../github/keep-check.ts'
import { renderRiskCheck, RISK_CHECK } from '../render/check-run.ts'
import type { Work } from '../work.ts'
import { buildRiskReport } from './build-risk-report.ts'

export const riskCheckId = (number: number): string => `risk:${number}`

/** Makes the risk check on this commit say what is stored. Only under the repository's lease. */
export async function keepRiskCheck(
  work: Work,
  repository: Repository,
  catalog: Catalog,
  pull: PullRequest,
  { standsOn = pull.headSha, isAsked = false }: { standsOn?: string; isAsked?: boolean } = {},
): Promise<CheckResult & { risk: number }> {
  const { quoted, ...report } = await buildRiskReport(work, repository, catalog, pull)
  await work.tenant.quotes.add(repository.id, quotesNumberOf({ pullRequest: pull.number }), quoted, repository.isPrivate)
  const check = { ...renderRiskCheck(report), name: RISK_CHECK, externalId: riskCheckId(pull.number), headSha: standsOn }
  const result = await keepCheck(work, repository, check, isAsked)
  // What is no longer shared since it was gathered must not stay written.
  if (!(await areReadable(work.tenant, repository, quoted))) return keepRiskCheck(work, repository, catalog, pull, { standsOn, isAsked })
  return { ...result, risk: report.assessment.probability }
}
