// Decides when a deployment went live, how it relates to what was live before, and what it carried. Webhooks come late,
// twice and out of order, so all of it is derived again from what the store holds.
import type { Deployment, DeploymentKind } from '../domain/deployment.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import type { CarriedChange } from '../store/store.ts'
import type { Touched, Work } from '../work.ts'
import { carriedBy, changesOfRange } from './carried-changes.ts'
import type { CommitRange, RangeReader } from './commit-range.ts'

export type Settling = { work: Work; repository: Repository; catalog: Catalog; readRange: RangeReader }

/** Settles a deployment that has a success, and those after it whose predecessor it became. Idempotent. */
export async function settleDeployment(settling: Settling, id: number): Promise<Touched> {
  const { deployments } = settling.work.tenant
  const deployment = await deployments.byId(id)
  const successes = deployment ? successTimes(deployment) : []
  const [firstSuccess] = successes
  const lastSuccess = successes.at(-1)
  if (!deployment || !firstSuccess || !lastSuccess || deployment.isTransient) return []
  const touched = await settle(settling, deployment, firstSuccess)
  // It may have stood at a later success before: whatever followed that one has another predecessor now.
  for (let [at, afterId] = [firstSuccess, id]; ;) {
    const next = await deployments.liveAfter(deployment.repositoryId, deployment.service, deployment.environment, at, afterId)
    if (!next?.liveAt) break
    touched.push(...(await settle(settling, next, next.liveAt)))
    if (next.liveAt > lastSuccess) break
    ;[at, afterId] = [next.liveAt, next.id]
  }
  return touched
}

function successTimes(deployment: Deployment): Date[] {
  return deployment.states
    .filter((change) => change.state === 'success')
    .map((change) => change.at)
    .sort((a, b) => a.getTime() - b.getTime())
}

async function settle(settling: Settling, deployment: Deployment, liveAt: Date): Promise<Touched> {
  const { deployments } = settling.work.tenant
  const { id, repositoryId, service, environment } = deployment
  const previous = await deployments.liveBefore(repositoryId, service, environment, liveAt, id)
  const touched = [{ repositoryId, at: liveAt }]
  const isSettled =
    deployment.kind !== 'pending' &&
    deployment.liveAt?.getTime() === liveAt.getTime() &&
    deployment.previousDeploymentId === (previous?.id ?? null)
  if (isSettled) return touched
  const carried = previous ? await carriedSince(settling, deployment, previous) : FIRST
  const before = { previousDeploymentId: previous?.id ?? null, previousSha: previous?.sha ?? null }
  await deployments.setLive(id, { liveAt, ...before, ...carried })
  return touched
}

type Carried = { kind: DeploymentKind; isTruncated: boolean; carried: CarriedChange[] }

/** With no predecessor, "everything since the first commit" would be the answer: nobody's change. */
const FIRST: Carried = { kind: 'first', isTruncated: false, carried: [] }

async function carriedSince(settling: Settling, deployment: Deployment, previous: Deployment): Promise<Carried> {
  const { work, repository, catalog, readRange } = settling
  if (previous.sha === deployment.sha) return { kind: 'repeat', isTruncated: false, carried: [] }
  const range = await readRange(previous.sha, deployment.sha)
  if (!range) {
    work.log.warn(
      { from: previous.sha, to: deployment.sha },
      'GitHub no longer knows one of these versions: nothing is known to be carried',
    )
    return { kind: 'sideways', isTruncated: true, carried: [] }
  }
  const changes = await changesOfRange(work, repository, range, deployment)
  const service = catalog.services.find((one) => one.name === deployment.service) ?? null
  return { kind: kindOf(range), isTruncated: range.isTruncated, carried: carriedBy(changes, service) }
}

/** Going back to what has less is a rollback, whether or not that very version was live here before. */
function kindOf(range: CommitRange): DeploymentKind {
  if (range.removed.length === 0) return range.added.length === 0 ? 'repeat' : 'forward'
  return range.added.length === 0 ? 'rollback' : 'sideways'
}
