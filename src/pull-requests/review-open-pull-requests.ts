// What is said of open pull requests may no longer be true: the base moved on, or an incident began or ended.
import type { Repository } from '../domain/repository.ts'
import type { PullRequest } from '../domain/pull-request.ts'
import type { Catalog } from '../domain/service.ts'
import { servicesOfPaths } from '../catalog/services-of-paths.ts'
import type { Work } from '../work.ts'
import { riskCheckId } from './keep-risk-check.ts'
import { showRisk } from './review-pull-request.ts'
import { touchedPaths } from './touched-paths.ts'

/** The ones updated last; each is one request at most, and none when it says the same. */
const MOST_REVIEWED = 20
const MOST_OPEN = 200

export type Moved =
  /** A push to a branch: concerns those that stand on it and touch a file of it. */
  | { kind: 'base'; branch: string; paths: readonly string[] }
  /** Something about an incident: concerns those that touch a service of it. */
  | { kind: 'incident'; services: readonly string[] }
  /** A change of these files is held for a cause, or no longer. */
  | { kind: 'cause'; paths: readonly string[] }

export async function reviewOpenPullRequests(work: Work, repository: Repository, catalog: Catalog, moved: Moved): Promise<void> {
  if (!catalog.settings.pullRequests.riskCheck) return
  const open = await work.tenant.pullRequests.open(repository.id, MOST_OPEN)
  const concerned = open.filter((pull) => isConcerned(pull, catalog, moved))
  for (const pull of concerned.slice(0, MOST_REVIEWED)) {
    const subject = { repositoryId: repository.id, externalId: riskCheckId(pull.number), headSha: pull.headSha }
    // Its own webhook makes the first one: a check that does not exist has nothing that could be wrong.
    if (await work.tenant.checks.get(subject)) await showRisk(work, repository, catalog, pull)
  }
}

function isConcerned(pull: PullRequest, catalog: Catalog, moved: Moved): boolean {
  const paths = touchedPaths(pull.read?.files ?? [])
  if (moved.kind !== 'incident') {
    const touched = new Set(moved.paths)
    return (moved.kind === 'cause' || pull.baseRef === moved.branch) && paths.some((path) => touched.has(path))
  }
  return servicesOfPaths(catalog.services, paths).some((service) => moved.services.includes(service))
}
