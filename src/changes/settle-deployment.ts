// Decides when a deployment went live, how it relates to what was live before, and what it carried. Webhooks come late,
// twice and out of order, so all of it is derived again from what the store holds.
import type { Deployment, DeploymentKind } from '../domain/deployment.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import type { CarriedChange } from '../domain/deployment.ts'
import type { Touched, Work } from '../work.ts'
import { carriedBy, changesOfRange } from './carried-changes.ts'
import type { CommitRange, RangeReader } from './commit-range.ts'

export type Settling = { work: Work; repository: Repository; catalog: Catalog; readRange: RangeReader }

/** Settles a deployment that has a success, and those after it whose predecessor it became. Idempotent. */
export async function settleDeployment(settling: Settling, id: number): Promise<Touched> {
  const deployment = await settling.work.tenant.deployments.byId(id)
  const [firstSuccess] = deployment ? successTimes(deployment) : []
  if (!deployment || !firstSuccess || deployment.isTransient) return []
  return [...(await settleAt(settling, deployment, firstSuccess)), ...(await settleReturns(settling, deployment, firstSuccess))]
}

/** Settles one and those after it, up to where it may have stood before: whatever followed there has another predecessor now. */
async function settleAt(settling: Settling, deployment: Deployment, liveAt: Date): Promise<Touched> {
  const { deployments } = settling.work.tenant
  const stoodUntil = [...successTimes(deployment), deployment.liveAt ?? liveAt].reduce((a, b) => (a > b ? a : b))
  const touched = await settle(settling, deployment, liveAt)
  for (let [at, afterId] = [liveAt, deployment.id]; ;) {
    const next = await deployments.liveAfter(deployment.repositoryId, deployment.service, deployment.environment, at, afterId)
    if (!next?.liveAt) break
    touched.push(...(await settle(settling, next, next.liveAt)))
    if (next.liveAt > stoodUntil) break
    ;[at, afterId] = [next.liveAt, next.id]
  }
  return touched
}

/**
 * A deployment that succeeds again after another version was live goes live once more: a deployment of its own, and
 * usually a rollback. What became live at `liveAt` may be what stands between two successes of the one before it.
 */
async function settleReturns(settling: Settling, deployment: Deployment, liveAt: Date): Promise<Touched> {
  const { deployments } = settling.work.tenant
  const { repositoryId, service, environment } = deployment
  const liveBefore = (at: Date, id: number) => deployments.liveBefore(repositoryId, service, environment, at, id)
  const previous = await liveBefore(liveAt, deployment.id)
  const touched: Touched = []
  const left = [deployment, ...(previous ? [await firstTime(settling, previous)] : [])]
  const seen = new Set<number>()
  for (let one = left.pop(); one; one = left.pop()) {
    seen.add(one.id)
    let times = 1
    for (const at of successTimes(one).slice(1)) {
      const replaced = await liveBefore(at, 0)
      const stood = replaced && (await firstTime(settling, replaced))
      if (!stood || stood.id === one.id) continue
      times += 1
      const made = await deployments.goLiveAgain(one.id, times, at)
      const again = made && (await deployments.byId(made.id))
      if (again) touched.push(...(await settleAt(settling, again, at)))
      // Each that moves may stand between two successes of another.
      if (made?.isMoved) seen.clear()
      if (!seen.has(stood.id)) left.push(stood)
    }
  }
  return touched
}

/** The deployment itself, of one that went live again. */
async function firstTime(settling: Settling, one: Deployment): Promise<Deployment> {
  const externalId = one.externalId.replace(/~\d+$/, '')
  if (externalId === one.externalId) return one
  const reported = await settling.work.tenant.deployments.byExternal(one.repositoryId, one.source, externalId)
  return reported.find((other) => other.service === one.service && other.environment === one.environment) ?? one
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
