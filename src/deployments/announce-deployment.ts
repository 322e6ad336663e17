import { recordDeployment, recordDeploymentStatus } from '../changes/record-deployment.ts'
import type { DeploymentEvent, DeploymentStatusEvent } from '../domain/event.ts'
import type { Touched, Work } from '../work.ts'
import { followUnlive } from './follow-unlive.ts'

/** Records a deployment that was made, or a state of it; before it is live, its commit says what it will ship. */
export async function announceDeployment(work: Work, event: DeploymentEvent | DeploymentStatusEvent): Promise<Touched> {
  if (event.kind === 'deployment-status') {
    const touched = await recordDeploymentStatus(work, event)
    // What is queued or in progress says nothing new.
    if (ENDED.has(event.change.state)) await followUnlive(work, event.repository.id, event.facts)
    return touched
  }
  const touched = await recordDeployment(work, event)
  await followUnlive(work, event.repository.id, event.facts)
  return touched
}

const ENDED = new Set(['failure', 'error', 'inactive'])
