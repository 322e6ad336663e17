// Which repositories a command is about: one by its name, or all, installation by installation.
import type { Store } from '../store/store.ts'
import { plain } from './terminal.ts'

/** Each installation apart: what is private to one is no other's business. */
export async function placesOf(store: Store, named: string | undefined): Promise<Place[]> {
  if (named === undefined) {
    const places: Place[] = []
    for (const { id, accountLogin } of await store.installations.all()) {
      const repositories = (await store.tenant(id).repositories.all()).filter(({ removedAt }) => removedAt === null)
      places.push({ installationId: id, account: accountLogin, repositoryIds: repositories.map((each) => each.id) })
    }
    if (places.length === 0) throw new Error('Nothing is recorded yet: install the App on GitHub while Causeway runs.')
    return places
  }
  const [owner = '', name = ''] = named.split('/')
  const place = await store.installations.byRepositoryName(owner, name)
  if (!place)
    throw new Error(`Nothing is recorded of ${plain(named, 100)}: write owner/repo of a repository in which the App is installed.`)
  return [{ installationId: place.installationId, account: owner, repositoryIds: [place.repositoryId] }]
}

type Place = { installationId: number; account: string; repositoryIds: number[] }
