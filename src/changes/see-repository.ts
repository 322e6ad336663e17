import { readCatalog } from '../catalog/read-catalog.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'
import { refreshOpenAnswers } from './refresh-open-answers.ts'

/** Keeps what a webhook says of its repository, and returns the catalog in force: read from GitHub on first sight. */
export async function seeRepository(work: Work, repository: Repository): Promise<Catalog> {
  const { isVisibilityNew } = await keepRepository(work, repository)
  // Whatever told of it first: what is private now must not stay quoted.
  if (isVisibilityNew) await refreshOpenAnswers(work)
  const kept = await work.tenant.catalogs.get(repository.id)
  const isDue = kept?.readAgainAt && kept.readAgainAt <= work.now()
  return kept?.catalog && !isDue ? kept.catalog : readCatalog(work, repository)
}

/**
 * Writes only when something changed. A late webhook brings back neither an old name or visibility nor what is gone;
 * only being granted again does. Tells whether others may read it than before.
 */
export async function keepRepository(work: Work, repository: Repository): Promise<{ isVisibilityNew: boolean }> {
  const known = await work.tenant.repositories.byId(repository.id)
  const isSame = known !== null && SHOWN.every((key) => known[key] === repository[key])
  if (isSame || (known && isOlder(repository, known))) return { isVisibilityNew: false }
  const isVisibilityNew = known !== null && known.isPrivate !== repository.isPrivate
  // Before it is written: done again after a crash in between, nothing would look new. The note waits in this very lane.
  if (isVisibilityNew) await work.refreshLater(repository.id, 'quotes')
  await work.tenant.repositories.upsert({ ...repository, removedAt: known?.removedAt ?? null })
  return { isVisibilityNew }
}

const SHOWN = ['owner', 'name', 'isPrivate', 'isArchived', 'defaultBranch'] as const

type Dated = { updatedAt?: Date | null }

/** Whether this tells of how something was before what is known of it. */
export function isOlder(told: Dated, known: Dated): boolean {
  return Boolean(told.updatedAt && known.updatedAt && told.updatedAt < known.updatedAt)
}
