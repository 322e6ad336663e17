// One report of a deployment, whatever told of it: which services it is of, the state it reached, what it carried.
import type { Deployment, DeploymentFacts, DeploymentStateChange } from '../domain/deployment.ts'
import type { DeploymentEvent, DeploymentStatusEvent } from '../domain/event.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import type { Touched, Work } from '../work.ts'
import { changesOfRange, touches } from './carried-changes.ts'
import { rangeReader, type RangeReader } from './commit-range.ts'
import { narrowByPaths, resolveServices, type ResolvedService } from './resolve-services.ts'
import { seeRepository } from './see-repository.ts'
import { settleDeployment } from './settle-deployment.ts'

export type DeploymentReport = {
  repository: Repository
  facts: Omit<DeploymentFacts, 'repositoryId'>
  change: DeploymentStateChange | null
}

export async function recordDeployment(work: Work, event: DeploymentEvent): Promise<Touched> {
  return fromGitHub(work, { ...event, change: null })
}

export async function recordDeploymentStatus(work: Work, event: DeploymentStatusEvent): Promise<Touched> {
  return fromGitHub(work, event)
}

/** Where the repository's file names another source, GitHub's own deployments are something else. */
async function fromGitHub(work: Work, report: DeploymentReport): Promise<Touched> {
  const catalog = await seeRepository(work, report.repository)
  if (catalog.settings.deployments.from.kind !== 'deployments') return []
  return recordReport(work, catalog, report)
}

/** Idempotent: the same report again changes nothing, and finishes what an interrupted one left. */
export async function recordReport(work: Work, catalog: Catalog, { repository, facts, change }: DeploymentReport): Promise<Touched> {
  const { deployments } = work.tenant
  const readRange = rangeReader(work, repository)
  const { statedService: _, ...told } = { ...facts, repositoryId: repository.id }
  const known = decided(await deployments.byExternal(repository.id, facts.source, facts.externalId), change)
  const services = known.length > 0 ? known : await servicesOf(work, catalog, { repository, facts, change }, readRange)
  if (services.length === 0) return []
  const ids = await deployments.upsert(
    told,
    services.map(({ service, environment, serviceBy, isAmbiguous }) => ({ service, environment, serviceBy, isAmbiguous })),
  )
  if (!change) return []
  for (const id of ids) await deployments.addState(id, change)
  // A failure or an end changes nothing of what is live: only a success does.
  if (change.state !== 'success') return []
  const touched: Touched = []
  for (const id of await furthestBehindFirst(work, ids, change.at)) {
    touched.push(...(await settleDeployment({ work, repository, catalog, readRange }, id)))
  }
  // Until now it was kept for every service that could be meant.
  const kept = await deployments.byExternal(repository.id, facts.source, facts.externalId)
  await deployments.withdraw(kept.filter((one) => !ids.includes(one.id)).map((one) => one.id))
  return touched
}

/** What earlier reports made of this one. They were kept for all that could be meant; the success after them tells more. */
function decided(known: Deployment[], change: DeploymentStateChange | null): Deployment[] {
  const told = known.filter((one) => one.serviceBy !== 'environment' || !one.isAmbiguous)
  if (told.length > 0) return told
  return change?.state === 'success' && known.every((one) => one.liveAt === null) ? [] : known
}

async function servicesOf(
  work: Work,
  catalog: Catalog,
  { repository, facts, change }: DeploymentReport,
  readRange: RangeReader,
): Promise<ResolvedService[]> {
  const resolution = resolveServices(facts, catalog)
  if (resolution.kind === 'found') {
    if (resolution.services.length === 0) {
      work.log.info({ environment: facts.environment, deployment: facts.externalId }, 'no service has this environment: deployment ignored')
    }
    return resolution.services
  }
  const { candidates } = resolution
  // What it changes can be told once it is live; until then its states are kept for all of them.
  if (facts.isTransient || change?.state !== 'success') return candidates
  const live = await Promise.all(
    candidates.map((one) => work.tenant.deployments.liveBefore(repository.id, one.service, one.environment, change.at, 0)),
  )
  const newest = live
    .flatMap((one) => (one?.liveAt ? [{ sha: one.sha, liveAt: one.liveAt }] : []))
    .sort((a, b) => Number(b.liveAt) - Number(a.liveAt))[0]
  const range = newest ? await readRange(newest.sha, facts.sha) : null
  if (!range) return candidates
  const failures: Error[] = []
  const { added, removed } = await changesOfRange(work, repository, range, facts, (error) => failures.push(error))
  // A change without its files could be of any service, and what is decided here stays: better to try again.
  for (const failure of failures) throw failure
  const touched = catalog.services.filter((service) => [...added, ...removed].some((one) => touches(one, service)))
  return narrowByPaths(candidates, new Set(touched.map((service) => service.name)))
}

/** The widest range first: its compare answers for the others. */
async function furthestBehindFirst(work: Work, ids: number[], before: Date): Promise<number[]> {
  if (ids.length < 2) return ids
  const { deployments } = work.tenant
  const since = new Map<number, number>()
  for (const id of ids) {
    const own = await deployments.byId(id)
    const live = own && (await deployments.liveBefore(own.repositoryId, own.service, own.environment, before, id))
    since.set(id, live?.liveAt?.getTime() ?? Infinity)
  }
  return [...ids].sort((a, b) => (since.get(a) ?? 0) - (since.get(b) ?? 0) || a - b)
}
