// After the merge: the check, and the comment where there is one, tell where the change is live.
import type { Work } from '../work.ts'
import { keepRiskCheck, riskCheckId } from './keep-risk-check.ts'
import { tellPullRequest } from './tell-pull-request.ts'

/** A deployment that carries more changes tells only this many of their pull requests; each is one request. */
const MOST_FOLLOWED = 30

/** Only checks and comments that exist are kept true: nothing new is said on a merged pull request. */
export async function followMerged(work: Work, repositoryId: number, changeIds: readonly number[]): Promise<void> {
  const [repository, kept] = await Promise.all([work.tenant.repositories.byId(repositoryId), work.tenant.catalogs.get(repositoryId)])
  const catalog = kept?.catalog
  if (!catalog || !repository || repository.removedAt || repository.isArchived || changeIds.length === 0) return
  const changes = await work.tenant.changes.byIds([...new Set(changeIds)])
  const newest = changes
    .filter((change) => change.number !== null)
    .toSorted((a, b) => b.mergedAt.getTime() - a.mergedAt.getTime() || b.id - a.id)
  for (const change of newest.slice(0, MOST_FOLLOWED)) {
    if (change.repositoryId !== repository.id || change.number === null) continue
    const pull = await work.tenant.pullRequests.get(repository.id, change.number)
    const subject = pull && { repositoryId: repository.id, externalId: riskCheckId(pull.number), headSha: pull.headSha }
    if (pull && subject && (await work.tenant.checks.get(subject))) await keepRiskCheck(work, repository, catalog, pull)
    const comment = await work.tenant.comments.get(repository.id, change.number)
    if (comment?.commentId) await tellPullRequest(work, change.id)
  }
}
