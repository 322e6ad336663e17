// How to undo the first suspect: the version before it, and what else would go with it. Pure.
import type { Change } from '../domain/change.ts'
import type { Deployment } from '../domain/deployment.ts'
import type { Link, RollbackKit } from '../domain/report.ts'
import type { RepositoryName } from '../domain/repository.ts'

type Live = { deployment: Deployment; carried: { changeId: number; direction: 'in' | 'out' }[] }

/**
 * `history`: deployments of the suspect's service and environment that went live since the suspect did, oldest first,
 * the one that carried it among them. `url` of `repository` is its page.
 */
export function rollbackKit(
  suspect: Change,
  live: Deployment | null,
  history: Live[],
  changes: ReadonlyMap<number, Change>,
  repository: RepositoryName & { url: string },
  goodSince: Date | null,
): RollbackKit {
  const revertUrl = suspect.number === null ? null : suspect.url
  if (!live) {
    return {
      service: '',
      environment: '',
      badSha: suspect.mergeSha,
      goodSha: null,
      goodSince: null,
      compareUrl: null,
      revertUrl,
      alsoUndone: [],
    }
  }
  const undone = new Set<number>()
  for (const entry of history) {
    for (const { changeId, direction } of entry.carried) {
      if (direction === 'in') undone.add(changeId)
      else undone.delete(changeId)
    }
  }
  undone.delete(suspect.id)
  const current = history.at(-1)?.deployment ?? live
  return {
    service: live.service,
    environment: live.environment,
    badSha: current.sha,
    goodSha: live.previousSha,
    goodSince,
    compareUrl: live.previousSha ? `${repository.url}/compare/${live.previousSha}...${current.sha}` : null,
    revertUrl,
    alsoUndone: [...undone].flatMap((id) => {
      const change = changes.get(id)
      return change ? [changeLink(change)] : []
    }),
  }
}

export function changeLink(change: Change): Link {
  return { text: change.number === null ? change.mergeSha.slice(0, 8) : `#${change.number}`, url: change.url }
}
