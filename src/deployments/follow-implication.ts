import { tellPullRequest } from '../pull-requests/tell-pull-request.ts'
import type { Work } from '../work.ts'
import { reviewDeployment } from './review-deployment.ts'

const MOST_DEPLOYMENTS = 5

/** A change came under suspicion, or out of it: its pull request hears of it, and its deployments are judged again. */
export async function followImplication(work: Work, changeId: number): Promise<void> {
  await tellPullRequest(work, changeId)
  const carriers = (await work.tenant.deployments.carrying([changeId])).filter(
    ({ deployment, direction }) => direction === 'in' && deployment.isProduction && deployment.liveAt !== null,
  )
  for (const { deployment } of carriers.slice(0, MOST_DEPLOYMENTS)) {
    // One that was never reviewed (it is older than this App) stays that way.
    if (await work.tenant.reviews.get(deployment.id)) await reviewDeployment(work, deployment.id)
  }
}
