import { recordPush } from '../changes/record-push.ts'
import { seeRepository } from '../changes/see-repository.ts'
import type { PushEvent } from '../domain/event.ts'
import type { Touched, Work } from '../work.ts'
import { reviewOpenPullRequests } from './review-open-pull-requests.ts'

/** Records a push; open pull requests on that branch that touch the same files are looked at again. */
export async function followPush(work: Work, event: PushEvent): Promise<Touched> {
  const touched = await recordPush(work, event)
  const catalog = await seeRepository(work, event.repository)
  await reviewOpenPullRequests(work, event.repository, catalog, { kind: 'base', branch: event.branch, paths: event.paths })
  return touched
}
