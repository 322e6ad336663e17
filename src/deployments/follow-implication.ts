import { reviewOpenPullRequests } from '../pull-requests/review-open-pull-requests.ts'
import { tellPullRequest } from '../pull-requests/tell-pull-request.ts'
import { touchedPaths } from '../pull-requests/touched-paths.ts'
import type { Work } from '../work.ts'
import { reviewDeployment } from './review-deployment.ts'

const MOST_DEPLOYMENTS = 5

/**
 * A change came under suspicion, or out of it: its pull request hears of it, open ones that touch the same files see what
 * came of them, whatever service broke, and its deployments are judged again.
 */
export async function followImplication(work: Work, changeId: number): Promise<void> {
  await tellPullRequest(work, changeId)
  const carriers = (await work.tenant.deployments.carrying([changeId])).filter(
    ({ deployment, direction }) => direction === 'in' && deployment.isProduction && deployment.liveAt !== null,
  )
  for (const { deployment } of carriers.slice(0, MOST_DEPLOYMENTS)) {
    // One that was never reviewed (it is older than this App) stays that way.
    if (await work.tenant.reviews.get(deployment.id)) await reviewDeployment(work, deployment.id)
  }
  await reviewSameFiles(work, changeId)
}

async function reviewSameFiles(work: Work, changeId: number): Promise<void> {
  const [change] = await work.tenant.changes.byIds([changeId])
  if (!change) return
  const { repositories, catalogs } = work.tenant
  const [repository, kept] = await Promise.all([repositories.byId(change.repositoryId), catalogs.get(change.repositoryId)])
  if (!repository || repository.removedAt || repository.isArchived || !kept?.catalog) return
  await reviewOpenPullRequests(work, repository, kept.catalog, { kind: 'cause', paths: touchedPaths(change.files) })
}
