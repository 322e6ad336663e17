// Which of these repositories a text in another may tell of: the rule is mayQuote's; here it meets what is stored.
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import type { TenantStore } from '../store/store.ts'
import { mayQuote } from './may-quote.ts'

export type ReadableRepositories = { readable: Map<number, Repository>; catalogs: Map<number, Catalog> }

/** Those of `ids` that texts in `reader` may tell of, as of now, with their catalogs. Two queries, however many. */
export async function readableAmong(tenant: TenantStore, reader: Repository, ids: Iterable<number>): Promise<ReadableRepositories> {
  const asked = [...new Set(ids)]
  if (asked.length === 0) return { readable: new Map(), catalogs: new Map() }
  const [repositories, catalogs] = await Promise.all([tenant.repositories.byIds(asked), tenant.catalogs.of(asked)])
  const readable = repositories.filter((other) => mayQuote(reader, other, catalogs.get(other.id)))
  return {
    readable: new Map(readable.map((other) => [other.id, other])),
    catalogs: new Map(readable.flatMap(({ id }) => (catalogs.has(id) ? [[id, catalogs.get(id)!]] : []))),
  }
}

/** Whether texts in a repository may tell of all of these, as of now. */
export async function areReadable(tenant: TenantStore, reader: Repository, ids: readonly number[]): Promise<boolean> {
  if (ids.length === 0) return true
  const repositories = new Map((await tenant.repositories.byIds([...new Set(ids)])).map((other) => [other.id, other]))
  // What a file says matters only where a reader may not see the repository anyhow.
  const guarded = [...repositories.values()].filter(({ id, isPrivate }) => isPrivate && id !== reader.id)
  const catalogs = guarded.length === 0 ? new Map<number, Catalog>() : await tenant.catalogs.of(guarded.map(({ id }) => id))
  return ids.every((id) => {
    const other = repositories.get(id)
    return other !== undefined && mayQuote(reader, other, catalogs.get(id))
  })
}
