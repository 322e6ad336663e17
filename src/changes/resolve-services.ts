// Which services a deployment is of: as its payload says, else as the file maps it, else by environment and paths. Pure.
import { nameGlob } from '../catalog/glob.ts'
import { environmentOf } from '../catalog/services-of-paths.ts'
import type { Deployment, DeploymentFacts } from '../domain/deployment.ts'
import type { Catalog, Service } from '../domain/service.ts'

export type ResolvedService = Pick<Deployment, 'service' | 'environment' | 'serviceBy' | 'isAmbiguous'>

/** `open`: several services could be meant, and only what changed since their last versions can tell which. */
export type Resolution = { kind: 'found'; services: ResolvedService[] } | { kind: 'open'; candidates: ResolvedService[] }

export function resolveServices(
  facts: Pick<DeploymentFacts, 'environment' | 'task' | 'workflow' | 'statedService'>,
  catalog: Pick<Catalog, 'services' | 'settings'>,
): Resolution {
  const { services } = catalog
  const stated = facts.statedService?.toLowerCase()
  const named = stated === undefined ? undefined : services.find((service) => service.name.toLowerCase() === stated)
  if (named) return found(named, facts.environment, 'payload')
  const rule = catalog.settings.deployments.mapping.find((one) => matches(one, facts))
  const mapped = rule && services.find((service) => service.name === rule.service)
  if (mapped) return found(mapped, facts.environment, 'mapping')

  const candidates = services.flatMap((service): ResolvedService[] => {
    const environment = environmentOf(service, facts.environment)
    return environment === null ? [] : [{ service: service.name, environment, serviceBy: 'environment', isAmbiguous: false }]
  })
  const [only] = candidates
  if (!only) return { kind: 'found', services: [] }
  // A name that the file doesn't know may be a part of the only service, or something else: said, not guessed.
  if (services.length === 1) return { kind: 'found', services: [{ ...only, serviceBy: 'only', isAmbiguous: stated !== undefined }] }
  if (candidates.length === 1) return { kind: 'found', services: [only] }
  return { kind: 'open', candidates: candidates.map((one) => ({ ...one, isAmbiguous: true })) }
}

/** Of several services in one environment: those whose paths changed; all of them when that can't be told. */
export function narrowByPaths(candidates: ResolvedService[], touched: ReadonlySet<string>): ResolvedService[] {
  const hit = candidates.filter((one) => touched.has(one.service))
  if (hit.length === 0) return candidates
  return hit.map((one) => ({ ...one, serviceBy: 'paths', isAmbiguous: hit.length > 1 }))
}

/** Named outright, so an environment that the service doesn't declare goes by its own name. */
function found(service: Service, environment: string, serviceBy: Deployment['serviceBy']): Resolution {
  const known = environmentOf(service, environment) ?? environment
  return { kind: 'found', services: [{ service: service.name, environment: known, serviceBy, isAmbiguous: false }] }
}

type Rule = Catalog['settings']['deployments']['mapping'][number]

function matches(rule: Rule, facts: Pick<DeploymentFacts, 'environment' | 'task' | 'workflow'>): boolean {
  const fits = (pattern: string | undefined, name: string | null) => pattern === undefined || (name !== null && nameGlob(pattern)(name))
  return fits(rule.environment, facts.environment) && fits(rule.task, facts.task) && fits(rule.workflow, facts.workflow)
}
