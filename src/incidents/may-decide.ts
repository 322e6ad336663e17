import type { Person } from '../domain/change.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'

/**
 * Whether someone's word makes an incident: write access or above; a bot only when the repository's file names it,
 * or when it is our own App acting for a caller of the API (whose token was checked at the door).
 */
export async function mayDecide(
  work: Work,
  repository: Repository,
  person: Person,
  catalog: Catalog,
  appId: number | null,
): Promise<boolean> {
  if (appId !== null && appId === work.github.appId()) return true
  if (person.isBot) return catalog.settings.incidents.bots.some((bot) => withoutSuffix(bot) === withoutSuffix(person.login))
  const permission = await work.github.permission(repository, person.login)
  return permission === 'admin' || permission === 'maintain' || permission === 'write'
}

function withoutSuffix(login: string): string {
  return login.toLowerCase().replace(/\[bot\]$/, '')
}
