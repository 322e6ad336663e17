import type { Context } from './http.ts'
import { nodeId } from './shapes/account.ts'
import type { PullRequest } from './shapes/pull.ts'
import type { Account, JsonObject, Repository } from './state.ts'

/** Who asks; `need` throws when the token lacks a permission. */
export type Asker = { context: Context; need: (permission: string, level?: 'read' | 'write') => void }

/** One repository as one query sees it; what costs a walk through the history is worked out once. */
export type Scope = Asker & {
  repository: Repository
  /** Pull requests that brought a commit. */
  pullsOf: (sha: string) => PullRequest[]
  isOnDefaultBranch: (sha: string) => boolean
  /** Handed in, since commits and pull requests lead to each other. */
  pullNode: (pull: PullRequest) => JsonObject
}

/** GraphQL names an App's account without the `[bot]` that REST adds. */
export function actorNode(asker: Asker, who: Account): JsonObject {
  const login = who.login.replace(/\[bot\]$/, '')
  const { url } = asker.context.state
  return {
    __typename: who.type,
    id: nodeId('U', who.id),
    login,
    name: who.name,
    databaseId: who.id,
    url: who.type === 'Bot' ? `${url}/apps/${login}` : `${url}/${login}`,
  }
}
