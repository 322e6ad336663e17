// Which services and repositories an incident reaches, and which of them its readers may see quoted.
import type { Incident } from '../domain/incident.ts'
import type { ServiceGraph } from '../domain/report.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog, ServiceRef } from '../domain/service.ts'
import { mayQuote } from '../catalog/may-quote.ts'
import { dependenciesOf, dependentsOf, serviceGraph } from '../catalog/service-graph.ts'
import type { Work } from '../work.ts'
import { seeRepository } from '../changes/see-repository.ts'

/** How far upstream a cause is looked for. */
export const DEPENDENCY_DEPTH = 2

type ScopedService = ServiceRef & { distance: number }

export type Scope = {
  repository: Repository
  catalog: Catalog
  /** Repositories that a comment in `repository` may quote, itself included. */
  readable: Map<number, Repository>
  catalogs: Map<number, Catalog>
  /** The affected services (distance 0) and what they depend on; only in readable repositories. */
  services: ScopedService[]
  /** Services that depend on the affected ones; only in readable repositories. */
  dependents: ScopedService[]
  graph: ServiceGraph | null
}

export async function scopeOf(work: Work, incident: Incident, repository: Repository): Promise<Scope> {
  const catalog = await seeRepository(work, repository)
  const [repositories, stored] = await Promise.all([work.tenant.repositories.all(), work.tenant.catalogs.all()])
  const catalogs = new Map(stored.map((entry) => [entry.repositoryId, entry.catalog]))
  catalogs.set(repository.id, catalog)
  const readable = new Map(
    repositories.filter((other) => mayQuote(repository, other, catalogs.get(other.id))).map((other) => [other.id, other]),
  )
  readable.set(repository.id, repository)

  const graph = serviceGraph(
    [...readable.values()].flatMap((other) => {
      const known = catalogs.get(other.id)
      return known ? [{ repository: other, services: known.services }] : []
    }),
  )
  const affected = incident.services.map((name) => ({ repositoryId: repository.id, name }))
  const services = nearest([
    ...affected.map((ref) => ({ ...ref, distance: 0 })),
    ...affected.flatMap((ref) => dependenciesOf(graph, ref, DEPENDENCY_DEPTH)),
  ])
  const dependents = nearest(affected.flatMap((ref) => dependentsOf(graph, ref, DEPENDENCY_DEPTH))).filter(
    (ref) => !affected.some((other) => isSame(other, ref)),
  )
  return { repository, catalog, readable, catalogs, services, dependents, graph: drawn(repository, readable, services, dependents, graph) }
}

/** Whether texts in a repository may tell of another one, as of now. */
export async function isReadable(work: Work, reader: Repository, otherId: number): Promise<boolean> {
  const other = await work.tenant.repositories.byId(otherId)
  if (!other) return false
  const known = other.isPrivate ? await work.tenant.catalogs.get(otherId) : null
  return mayQuote(reader, other, known?.catalog ?? undefined)
}

/** Edges between another incident's services and those in scope: 0 same, 1 direct …; null when unconnected. */
export function distanceTo(other: Pick<Incident, 'repositoryId' | 'services'>, scope: Scope): number | null {
  const near = [...scope.services, ...scope.dependents].filter(
    (service) => service.repositoryId === other.repositoryId && other.services.includes(service.name),
  )
  return near.length === 0 ? null : Math.min(...near.map((service) => service.distance))
}

function isSame(a: ServiceRef, b: ServiceRef): boolean {
  return a.repositoryId === b.repositoryId && a.name === b.name
}

function nearest(refs: ScopedService[]): ScopedService[] {
  const best = new Map<string, ScopedService>()
  for (const ref of refs) {
    const key = `${ref.repositoryId}:${ref.name}`
    const known = best.get(key)
    if (!known || ref.distance < known.distance) best.set(key, ref)
  }
  return [...best.values()].sort((a, b) => a.distance - b.distance || a.repositoryId - b.repositoryId || (a.name < b.name ? -1 : 1))
}

function drawn(
  repository: Repository,
  readable: Map<number, Repository>,
  services: ScopedService[],
  dependents: ScopedService[],
  graph: ReturnType<typeof serviceGraph>,
): ServiceGraph | null {
  const shown = [...services, ...dependents]
  const name = (ref: ServiceRef): string => {
    const home = readable.get(ref.repositoryId)
    return ref.repositoryId === repository.id || !home ? ref.name : `${home.owner}/${home.name}:${ref.name}`
  }
  const edges = graph.edges
    .filter((edge) => shown.some((ref) => isSame(ref, edge.from)) && shown.some((ref) => isSame(ref, edge.to)))
    .map((edge) => ({ from: name(edge.from), to: name(edge.to) }))
  if (edges.length === 0) return null
  return { affected: services.filter((ref) => ref.distance === 0).map(name), nodes: shown.map(name), edges }
}
