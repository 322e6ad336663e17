import { recordDeployment } from '../changes/record-deployment.ts'
import type { DeploymentEvent } from '../domain/event.ts'
import type { Touched, Work } from '../work.ts'
import { reviewDeployment } from './review-deployment.ts'

/** Records a deployment that was made but is not live yet; its commit says at once what it will ship. */
export async function announceDeployment(work: Work, event: DeploymentEvent): Promise<Touched> {
  const touched = await recordDeployment(work, event)
  const { repository, facts } = event
  for (const { id, liveAt } of await work.tenant.deployments.byExternal(repository.id, facts.source, facts.externalId))
    if (liveAt === null) await reviewDeployment(work, id)
  return touched
}
