// Which services and repositories an incident reaches, and which of them its readers may see quoted.
import type { Incident } from '../domain/incident.ts'
import type { ServiceGraph } from '../domain/report.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog, ServiceRef } from '../domain/service.ts'
import { neighbourhoodOf } from '../catalog/neighbourhood.ts'
import { readableAmong } from '../catalog/readable.ts'
import type { DependencyGraph } from '../catalog/service-graph.ts'
import type { Work } from '../work.ts'
import { seeRepository } from '../changes/see-repository.ts'

type ScopedService = ServiceRef & { distance: number }

export type Scope = {
  repository: Repository
  catalog: Catalog
  /** Repositories that a comment in `repository` may quote, itself included: those asked for so far (`seeReadable`). */
  readable: Map<number, Repository>
  /** Of the readable ones. */
  catalogs: Map<number, Catalog>
  /** The affected services (distance 0) and what they depend on; only in readable repositories. */
  services: ScopedService[]
  /** Services that depend on the affected ones; only in readable repositories. */
  dependents: ScopedService[]
  graph: ServiceGraph | null
}

export async function scopeOf(work: Work, incident: Incident, repository: Repository): Promise<Scope> {
  const catalog = await seeRepository(work, repository)
  const near = await neighbourhoodOf(work.tenant, { repository, catalog }, incident.services, repository)
  const { readable, catalogs, graph } = near
  const affected = incident.services.map((name) => ({ repositoryId: repository.id, name }))
  const services = nearest([...affected.map((ref) => ({ ...ref, distance: 0 })), ...near.dependencies])
  const dependents = nearest(near.dependents).filter((ref) => !affected.some((other) => isSame(other, ref)))
  return { repository, catalog, readable, catalogs, services, dependents, graph: drawn(repository, readable, services, dependents, graph) }
}

/** Adds those of these repositories that may be quoted here to what is known as readable. */
export async function seeReadable(work: Work, scope: Scope, repositoryIds: Iterable<number>): Promise<void> {
  const unknown = [...repositoryIds].filter((id) => !scope.readable.has(id))
  const { readable, catalogs } = await readableAmong(work.tenant, scope.repository, unknown)
  for (const [id, repository] of readable) scope.readable.set(id, repository)
  for (const [id, catalog] of catalogs) scope.catalogs.set(id, catalog)
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
  graph: DependencyGraph,
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
