import type { MergeEvent } from '../domain/event.ts'
import type { Touched, Work } from '../work.ts'
import { isDeployedBranch } from './deployed-branches.ts'
import { linkReferences } from './link-references.ts'
import { isMerged, isWhole, recordPullRequest, type Merged } from './record-commits.ts'
import { seeRepository } from './see-repository.ts'

/**
 * Records a merged pull request. Two requests (its commits and reviewers, its files), three when it was rebased; none
 * when a push told of it before.
 */
export async function recordMerge(work: Work, event: Pick<MergeEvent, 'repository' | 'pullRequest'>): Promise<Touched> {
  const { repository, pullRequest } = event
  const catalog = await seeRepository(work, repository)
  if (!isDeployedBranch(repository, catalog, pullRequest.baseRef)) {
    work.log.debug({ pullRequest: pullRequest.number, branch: pullRequest.baseRef }, 'merged into a branch that is not deployed: ignored')
    return []
  }
  const touched = [{ repositoryId: repository.id, at: pullRequest.mergedAt }]
  const known = await work.tenant.changes.byNumber(repository.id, pullRequest.number)
  if (known && isWhole(known) && known.updatedAt >= pullRequest.updatedAt) {
    // A crash may have come between storing and linking.
    await linkReferences(work, known.id)
    return touched
  }

  const { mergeSha } = pullRequest
  const [found] = mergeSha ? await work.github.commitsWithPullRequests(repository, [mergeSha]) : []
  // Right after a merge GitHub may not yet know which pull request the commit belongs to.
  const same = found?.pullRequest?.number === pullRequest.number ? found.pullRequest : null
  const summary = same ?? (await work.github.pullRequest(repository, pullRequest.number))
  const merged = summary && asMerged(summary, event.pullRequest)
  if (!merged) {
    work.log.warn({ pullRequest: pullRequest.number }, 'GitHub no longer knows this merged pull request: not recorded')
    return []
  }
  const landed = found?.commit.sha === merged.mergeSha ? found.commit : null
  const failures: Error[] = []
  await recordPullRequest(work, repository, merged, { landed, told: null, readFiles: true, onPassing: (error) => failures.push(error) })
  // The change is kept without its files; trying the delivery again fills them in.
  for (const failure of failures) throw failure
  return touched
}

/** The webhook knows the head branch and, for merge queues, which commit it landed as. */
function asMerged(summary: Merged | Parameters<typeof isMerged>[0], told: MergeEvent['pullRequest']): Merged | null {
  const mergeSha = told.mergeSha ?? summary.mergeSha
  const merged = {
    ...summary,
    mergeSha,
    mergedAt: summary.mergedAt ?? told.mergedAt,
    mergedBy: summary.mergedBy ?? told.merger,
    headRef: told.headRef,
    updatedAt: summary.updatedAt > told.updatedAt ? summary.updatedAt : told.updatedAt,
  }
  return isMerged(merged) ? merged : null
}
