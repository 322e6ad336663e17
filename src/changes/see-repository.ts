import { readCatalog } from '../catalog/read-catalog.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'

/** Keeps what a webhook says of its repository, and returns the catalog in force: read from GitHub on first sight. */
export async function seeRepository(work: Work, repository: Repository): Promise<Catalog> {
  await keepRepository(work, repository)
  const kept = await work.tenant.catalogs.get(repository.id)
  return kept?.catalog ?? (await readCatalog(work, repository))
}

/** Writes only when something changed. */
export async function keepRepository(work: Work, repository: Repository): Promise<void> {
  const known = await work.tenant.repositories.byId(repository.id)
  const keys = ['owner', 'name', 'isPrivate', 'isArchived', 'defaultBranch'] as const
  const isSame = known !== null && keys.every((key) => known[key] === repository[key])
  // A late webhook does not bring back what is gone; only being granted again does.
  if (!isSame) await work.tenant.repositories.upsert({ ...repository, removedAt: known?.removedAt ?? null })
}
