// Where a merged change is live, or what it waits for: from recorded deployments alone.
import type { Change } from '../domain/change.ts'
import { UNDER_WAY, type Deployment } from '../domain/deployment.ts'
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

async function waitingFor(work: Work, change: Change): Promise<string> {
  const catalog = (await work.tenant.catalogs.get(change.repositoryId))?.catalog
  const services = servicesOfPaths(
    catalog?.services ?? [],
    change.files.map((file) => file.path),
  )
  const latest = await Promise.all(services.map((service) => work.tenant.deployments.latest(change.repositoryId, service)))
  const known = latest.filter((deployment) => deployment !== null)
  const since = known.find((deployment) => deployment.createdAt >= change.mergedAt)
  if (since && UNDER_WAY.has(since.state)) return `Merged; waits for ${nameOf(since)}, which is under way.`
  if (since && (since.state === 'failure' || since.state === 'error'))
    return `Merged; not live in production: the last deployment of ${since.service} (${since.externalId}) failed.`
  const ahead = known.find((deployment) => wasUnderWay(deployment, change.mergedAt))
  if (ahead) return `Merged ${utc(change.mergedAt)} while ${nameOf(ahead)} was under way; waits for the next one.`
  const of = services.length > 0 ? ` of ${services.slice(0, 3).join(', ')}` : ''
  return `Merged ${utc(change.mergedAt)}; waits for the next deployment${of} to production.`
}

const nameOf = ({ externalId, service, environment }: Deployment): string => `deployment ${externalId} of ${service} to ${environment}`

/** A fact of that moment: it stays true when the deployment ends, and nobody need say so again. */
function wasUnderWay({ createdAt, states }: Deployment, moment: Date): boolean {
  return createdAt < moment && states.every(({ state, at }) => UNDER_WAY.has(state) || at > moment)
}
