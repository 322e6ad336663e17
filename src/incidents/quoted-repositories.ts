// Which other repositories an answer tells something of, be it a name, a count or a probability. Pure.
import type { Gathered } from './gather-candidates.ts'
import type { Similar } from './gather-similar.ts'
import type { Scope } from './scope.ts'

/** `culpritIds`: repositories whose past incidents the ranker was told of. Ascending, without the answer's own. */
export function quotedRepositories(scope: Scope, gathered: Gathered, similar: Similar, culpritIds: number[]): number[] {
  const ids = new Set([
    ...scope.services.map((service) => service.repositoryId),
    ...scope.dependents.map((service) => service.repositoryId),
    ...gathered.candidates.map(({ change }) => change.repositoryId),
    ...similar.repositoryIds,
    ...culpritIds,
  ])
  ids.delete(scope.repository.id)
  return [...ids].sort((a, b) => a - b)
}
