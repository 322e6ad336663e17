import { isCatalogPath, readCatalog } from '../catalog/read-catalog.ts'
import type { PushEvent } from '../domain/event.ts'
import type { Touched, Work } from '../work.ts'
import { isDeployedBranch } from './deployed-branches.ts'
import { recordCommits } from './record-commits.ts'
import { refreshOpenAnswers } from './refresh-open-answers.ts'
import { seeRepository } from './see-repository.ts'

/** A push that lists as many commits as GitHub ever does is read through compare, up to here. */
const MOST_COMMITS = 5000
/** Importing a history is no reason to read ten thousand files lists. */
const MOST_FILE_READS = 100

/** Records the commits of a deployed branch, and reads the repository's files again when the push touched them. */
export async function recordPush(work: Work, event: PushEvent): Promise<Touched> {
  const { repository, branch } = event
  let catalog = await seeRepository(work, repository)
  if (branch === repository.defaultBranch && (event.isTruncated || event.paths.some(isCatalogPath))) {
    catalog = await readCatalog(work, repository, { headSha: event.after })
    // Owners, services and who may quote this repository stand in answers everywhere.
    await refreshOpenAnswers(work)
    await work.refreshLater(repository.id, 'quotes')
  }
  if (!isDeployedBranch(repository, catalog, branch)) {
    work.log.debug({ branch }, 'pushed to a branch that is not deployed: ignored')
    return []
  }
  const shas = event.isTruncated ? await allShas(work, event) : event.shas
  const landedAt = event.pushedAt ?? work.now()
  const failures: Error[] = []
  const onPassing = (error: Error) => void failures.push(error)
  await recordCommits(work, repository, { shas, branch, landedAt, withoutPullRequest: true, filesOf: MOST_FILE_READS, onPassing })
  // The changes are kept without their files; trying the delivery again fills them in.
  for (const failure of failures) throw failure
  return shas.length > 0 ? [{ repositoryId: repository.id, at: landedAt }] : []
}

async function allShas(work: Work, event: PushEvent): Promise<string[]> {
  const read = event.before && (await work.github.compare(event.repository, event.before, event.after, MOST_COMMITS))
  if (!read) return event.shas
  if (read.isTruncated) work.log.warn({ branch: event.branch, commits: read.aheadBy }, 'a push with more commits than are read')
  return read.commits.map((commit) => commit.sha)
}
