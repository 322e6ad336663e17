// Where a merged change is live, or what it waits for: from recorded deployments alone.
import type { Change } from '../domain/change.ts'
import type { Deployment } from '../domain/deployment.ts'
import { servicesOfPaths } from '../catalog/services-of-paths.ts'
import { utc } from '../render/words.ts'
import type { Work } from '../work.ts'

/** One plain sentence a service and environment where it is or was live; else one saying what it waits for. */
export async function whereIsIt(work: Work, change: Change): Promise<string[]> {
  const carries = (await work.tenant.deployments.carrying([change.id])).filter(({ deployment }) => deployment.liveAt !== null)
  const places = Map.groupBy(carries, ({ deployment }) => `${deployment.service}\n${deployment.environment}`)
  const lived = [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [newest]]) => (newest ? [placeOf(newest.deployment, newest.direction)] : []))
  const isInProduction = carries.some(({ deployment }) => deployment.isProduction)
  return isInProduction ? lived : [...lived, await waitingFor(work, change)]
}

function placeOf(deployment: Deployment, direction: 'in' | 'out'): string {
  const where = `${deployment.service} in ${deployment.environment}`
  const by = deployment.source === 'release' ? `release ${deployment.ref}` : `deployment ${deployment.externalId}`
  const at = utc(deployment.liveAt!)
  return direction === 'in' ? `Live in ${where} since ${at}, by ${by}.` : `Taken out of ${where} at ${at}, by ${by}.`
}

const UNFINISHED = new Set<Deployment['state']>(['pending', 'queued', 'in_progress'])

async function waitingFor(work: Work, change: Change): Promise<string> {
  const catalog = (await work.tenant.catalogs.get(change.repositoryId))?.catalog
  const services = servicesOfPaths(
    catalog?.services ?? [],
    change.files.map((file) => file.path),
  )
  const latest = (await Promise.all(services.map((service) => work.tenant.deployments.latest(change.repositoryId, service)))).flatMap(
    (deployment) => (deployment?.isProduction && deployment.createdAt >= change.mergedAt ? [deployment] : []),
  )
  const [first] = latest
  if (first && UNFINISHED.has(first.state))
    return `Merged; waits behind deployment ${first.externalId} of ${first.service} to ${first.environment}, which is ${first.state.replace('_', ' ')}.`
  if (first && (first.state === 'failure' || first.state === 'error'))
    return `Merged; not live in production: the last deployment of ${first.service} (${first.externalId}) failed.`
  const of = services.length > 0 ? ` of ${services.slice(0, 3).join(', ')}` : ''
  return `Merged ${utc(change.mergedAt)}; waits for the next deployment${of} to production.`
}
