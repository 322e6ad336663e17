import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import { readCatalog } from '../catalog/read-catalog.ts'
import type { Work } from '../work.ts'

/** The repository's catalog in force; read from GitHub the first time. */
export async function catalogOf(work: Work, repository: Repository): Promise<Catalog> {
  const kept = await work.tenant.catalogs.get(repository.id)
  return kept?.catalog ?? (await readCatalog(work, repository))
}
