import type { checkOfQuotes } from '../domain/check-quotes.ts'
import { reviewDeployment } from '../deployments/review-deployment.ts'
import type { Work } from '../work.ts'
import { keepRiskCheck, riskCheckId } from './keep-risk-check.ts'

/**
 * Others may read what is told, or this repository: the checks of a pull request, open or not, on each commit that has one,
 * or that of a deployment, are written again. GitHub shows no older versions of a check.
 */
export async function retellChecks(work: Work, repositoryId: number, of: NonNullable<ReturnType<typeof checkOfQuotes>>): Promise<void> {
  if ('deployment' in of) return void (await reviewDeployment(work, of.deployment))
  const { repositories, catalogs, pullRequests, checks } = work.tenant
  const [repository, kept, pull] = await Promise.all([
    repositories.byId(repositoryId),
    catalogs.get(repositoryId),
    pullRequests.get(repositoryId, of.pullRequest),
  ])
  if (!repository || repository.removedAt || repository.isArchived || !kept?.catalog || !pull) return
  for (const standsOn of await checks.commitsOf(repositoryId, riskCheckId(of.pullRequest)))
    await keepRiskCheck(work, repository, kept.catalog, pull, { standsOn })
}
