import { recordMerge } from '../changes/record-merge.ts'
import type { MergeEvent } from '../domain/event.ts'
import type { Touched, Work } from '../work.ts'
import { followMerged } from './follow-merged.ts'

/** Records a merge; the pull request is no longer open, and its check says what the change waits for. */
export async function followMerge(work: Work, event: MergeEvent): Promise<Touched> {
  const { repository, pullRequest } = event
  const touched = await recordMerge(work, event)
  await work.tenant.pullRequests.close(repository.id, pullRequest.number, pullRequest.updatedAt)
  const change = await work.tenant.changes.byNumber(repository.id, pullRequest.number)
  if (change) await followMerged(work, repository.id, [change.id])
  return touched
}
