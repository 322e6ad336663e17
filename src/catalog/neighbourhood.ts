// The part of the service graph around some services: found by what catalogs name, so that an organisation's ten
// thousand other catalogs are never read.
import type { Repository } from '../domain/repository.ts'
import { qualifiedName, type Catalog, type ServiceRef } from '../domain/service.ts'
import type { TenantStore } from '../store/store.ts'
import { mayQuote } from './may-quote.ts'
import { dependenciesOf, dependentsOf, serviceGraph, type DependencyGraph, type DistantService } from './service-graph.ts'

/** How far causes are looked for upstream, and harm downstream. */
export const DEPENDENCY_DEPTH = 2
/** Of a service that more depend on than this, these are shown. */
const MOST_DEPENDENTS = 500

export type Neighbourhood = {
  graph: DependencyGraph
  /** What was read on the way and may be told of. */
  readable: Map<number, Repository>
  catalogs: Map<number, Catalog>
  /** Up to two edges away, nearest first. */
  dependencies: DistantService[]
  dependents: DistantService[]
}

/**
 * What the services of `home` depend on and what depends on them, over up to two edges and only through what texts in
 * `reader` may tell of; `reader` null: through everything. The same as `serviceGraph` of all catalogs would say, but for
 * dependents beyond the 500th. A handful of queries for each edge of distance.
 */
export async function neighbourhoodOf(
  tenant: TenantStore,
  home: { repository: Repository; catalog: Catalog },
  services: readonly string[],
  reader: Repository | null,
): Promise<Neighbourhood> {
  const { repository, catalog } = home
  const readable = new Map([[repository.id, repository]])
  const catalogs = new Map([[repository.id, catalog]])
  const asked = new Set(readable.keys())
  const start = services.map((name): ServiceRef => ({ repositoryId: repository.id, name }))

  async function read(ids: readonly number[]): Promise<void> {
    const unread = ids.filter((id) => !asked.has(id))
    for (const id of unread) asked.add(id)
    if (unread.length === 0) return
    const [found, files] = await Promise.all([tenant.repositories.byIds(unread), tenant.catalogs.of(unread)])
    for (const other of found) {
      const file = files.get(other.id)
      if (other.removedAt !== null || (reader && !mayQuote(reader, other, file))) continue
      readable.set(other.id, other)
      if (file) catalogs.set(other.id, file)
    }
  }

  /** A bare name means another repository's service only where it is one's alone: two of them are enough to know. */
  const namesRead = new Set<string>()
  async function readHomonyms(): Promise<void> {
    const bare = [...catalogs.values()].flatMap(({ services: declared }) =>
      declared.flatMap(({ dependsOn }) =>
        dependsOn.filter((name) => qualifiedName(name) === null && !namesRead.has(name) && !declared.some((own) => own.name === name)),
      ),
    )
    for (const name of bare) namesRead.add(name)
    if (bare.length > 0) await read(await tenant.catalogs.declaring([...new Set(bare)], reader))
  }

  async function readDependencies(refs: readonly ServiceRef[]): Promise<void> {
    const stated = refs.flatMap(({ repositoryId, name }) => serviceOf(catalogs.get(repositoryId), name)?.dependsOn ?? [])
    const elsewhere = stated.flatMap((name) => qualifiedName(name)?.repository ?? [])
    if (elsewhere.length > 0) await read(await tenant.repositories.idsByNames([...new Set(elsewhere)]))
  }

  async function readDependents(refs: readonly ServiceRef[]): Promise<void> {
    const names = refs.flatMap(({ repositoryId, name }) => {
      const there = readable.get(repositoryId)
      const key = there && `${there.owner}/${there.name}`.toLowerCase()
      return key === undefined ? [name] : [name, key, `${key}:${name}`]
    })
    if (names.length > 0) await read(await tenant.catalogs.depending([...new Set(names)], reader, MOST_DEPENDENTS))
  }

  const graphNow = () =>
    serviceGraph([...catalogs].map(([id, { services: declared }]) => ({ repository: readable.get(id)!, services: declared })))
  const walk = (graph: DependencyGraph, from: typeof dependenciesOf, depth: number): DistantService[] =>
    start.flatMap((ref) => from(graph, ref, depth))

  let [upstream, downstream] = [start, start]
  for (let distance = 1; distance <= DEPENDENCY_DEPTH; distance++) {
    await Promise.all([readDependencies(upstream), readDependents(downstream)])
    await readHomonyms()
    const graph = graphNow()
    upstream = walk(graph, dependenciesOf, distance).filter((ref) => ref.distance === distance)
    downstream = walk(graph, dependentsOf, distance).filter((ref) => ref.distance === distance)
  }
  const graph = graphNow()
  return {
    graph,
    readable,
    catalogs,
    dependencies: walk(graph, dependenciesOf, DEPENDENCY_DEPTH),
    dependents: walk(graph, dependentsOf, DEPENDENCY_DEPTH),
  }
}

const serviceOf = (catalog: Catalog | undefined, name: string) => catalog?.services.find((service) => service.name === name)
