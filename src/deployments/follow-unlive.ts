import type { DeploymentFacts } from '../domain/deployment.ts'
import { followMerged } from '../pull-requests/follow-merged.ts'
import type { Work } from '../work.ts'
import { changesBehind } from './changes-behind.ts'
import { reviewDeployment } from './review-deployment.ts'

/**
 * A deployment that is not live: its commit says what it will ship, and the checks of these changes that they wait for it,
 * or that it failed. Of one that is live `followLive` tells.
 */
export async function followUnlive(work: Work, repositoryId: number, { source, externalId }: Of): Promise<void> {
  const waiting: number[] = []
  for (const deployment of await work.tenant.deployments.byExternal(repositoryId, source, externalId))
    if (deployment.liveAt === null)
      waiting.push(...(await reviewDeployment(work, deployment.id)), ...(await changesBehind(work, deployment)))
  await followMerged(work, repositoryId, waiting)
}

type Of = Pick<DeploymentFacts, 'source' | 'externalId'>
