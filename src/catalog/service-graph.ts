// Which service depends on which, across repositories. Pure: catalogs in, distances out.
import type { Repository } from '../domain/repository.ts'
import { qualifiedName, type Service, type ServiceRef } from '../domain/service.ts'

const MAX_EDGES = 2000

type Edge = { from: ServiceRef; to: ServiceRef }

export type DependencyGraph = {
  /** `from` depends on `to`; both ends exist. */
  edges: Edge[]
  /** Stated dependencies that name no known service. */
  unresolved: { from: ServiceRef; dependency: string }[]
  /** True when edges beyond the 2,000th were left out. */
  isTruncated: boolean
}

export type DistantService = ServiceRef & { distance: number }

type Declared = { repository: Pick<Repository, 'id' | 'owner' | 'name'>; services: readonly Service[] }

/**
 * Resolves every `depends_on`: a bare name in its own repository, else where exactly one known service has it;
 * `owner/repo:service` in that repository; `owner/repo` alone when that repository has one service.
 */
export const serviceGraph = (declared: readonly Declared[]): DependencyGraph => {
  const byRepository = new Map(declared.map((entry) => [nameOf(entry.repository), entry]))
  const byName = Map.groupBy(
    declared.flatMap(({ repository, services }) => services.map(({ name }) => ({ repositoryId: repository.id, name }))),
    (ref) => ref.name,
  )
  const resolve = (home: Declared, dependency: string): ServiceRef | null => {
    const qualified = qualifiedName(dependency)
    if (qualified) {
      const there = byRepository.get(qualified.repository)
      const named = qualified.service === null ? onlyOne(there?.services) : there?.services.find(({ name }) => name === qualified.service)
      return there && named ? { repositoryId: there.repository.id, name: named.name } : null
    }
    if (home.services.some(({ name }) => name === dependency)) return { repositoryId: home.repository.id, name: dependency }
    return onlyOne(byName.get(dependency)) ?? null
  }

  const graph: DependencyGraph = { edges: [], unresolved: [], isTruncated: false }
  const seen = new Set<string>()
  for (const home of [...declared].sort((a, b) => a.repository.id - b.repository.id)) {
    for (const service of home.services) {
      const from = { repositoryId: home.repository.id, name: service.name }
      for (const dependency of service.dependsOn) {
        const to = resolve(home, dependency)
        if (to === null) graph.unresolved.push({ from, dependency })
        else if (keyOf(from) === keyOf(to) || seen.has(`${keyOf(from)} ${keyOf(to)}`)) continue
        else if (graph.edges.length === MAX_EDGES) graph.isTruncated = true
        else {
          seen.add(`${keyOf(from)} ${keyOf(to)}`)
          graph.edges.push({ from, to })
        }
      }
    }
  }
  return graph
}

/** What `ref` depends on, directly (distance 1) or over up to `depth` edges; nearest first, then by repository and name. */
export const dependenciesOf = (graph: DependencyGraph, ref: ServiceRef, depth: number): DistantService[] =>
  walk(graph.edges, ref, depth, (edge) => [edge.from, edge.to])

/** What depends on `ref` (its blast radius), in the same order. */
export const dependentsOf = (graph: DependencyGraph, ref: ServiceRef, depth: number): DistantService[] =>
  walk(graph.edges, ref, depth, (edge) => [edge.to, edge.from])

/** Breadth first, so each service gets its shortest distance and a cycle ends by itself. */
const walk = (
  edges: readonly Edge[],
  start: ServiceRef,
  depth: number,
  ends: (edge: Edge) => [ServiceRef, ServiceRef],
): DistantService[] => {
  const next = Map.groupBy(edges, (edge) => keyOf(ends(edge)[0]))
  const seen = new Set([keyOf(start)])
  const found: DistantService[] = []
  let ring: ServiceRef[] = [start]
  for (let distance = 1; distance <= depth && ring.length > 0; distance += 1) {
    ring = ring
      .flatMap((ref) => (next.get(keyOf(ref)) ?? []).map((edge) => ends(edge)[1]))
      .filter((ref) => !seen.has(keyOf(ref)) && seen.add(keyOf(ref)))
    found.push(...ring.map((ref) => ({ ...ref, distance })))
  }
  return found.sort((a, b) => a.distance - b.distance || a.repositoryId - b.repositoryId || (a.name < b.name ? -1 : 1))
}

const keyOf = (ref: ServiceRef): string => `${ref.repositoryId}:${ref.name}`
const nameOf = (repository: { owner: string; name: string }): string => `${repository.owner}/${repository.name}`.toLowerCase()
const onlyOne = <T>(items: readonly T[] | undefined): T | undefined => (items?.length === 1 ? items[0] : undefined)
