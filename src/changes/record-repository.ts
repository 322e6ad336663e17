import type { RepositoryAction, RepositoryEvent } from '../domain/event.ts'
import type { Touched, Work } from '../work.ts'
import { refreshOpenAnswers } from './refresh-open-answers.ts'
import { isOlder, keepRepository } from './see-repository.ts'

/** Keeps a repository's new name, owner, visibility, default branch or end. Its past stays with its id. */
export async function recordRepository(work: Work, { repository, action }: RepositoryEvent): Promise<Touched> {
  const known = await work.tenant.repositories.byId(repository.id)
  if (known && isOlder(repository, known)) return []
  if (action === 'deleted') {
    if (known && !known.removedAt) await work.tenant.repositories.markRemoved(repository.id, work.now())
  } else if (action === 'created' || action === 'transferred') {
    // A repository that was created or handed over to this account is there, whatever was known of its id before.
    await work.tenant.repositories.upsert(repository)
  } else await keepRepository(work, repository)
  if (UNQUOTED.has(action)) return []
  await refreshOpenAnswers(work)
  await work.refreshLater(repository.id, 'quotes')
  return []
}

/** These change neither who may read the repository nor what it is called. */
const UNQUOTED = new Set<RepositoryAction>(['created', 'edited', 'archived'])
