import type { ChangeEditEvent } from '../domain/event.ts'
import type { Touched, Work } from '../work.ts'
import { bodyExcerpt, cleanTitle } from './change-facts.ts'
import { recordMerge } from './record-merge.ts'
import { searchTermsOf } from './store-change.ts'

/** Takes over title, body and labels as edited after the merge; a change that is not known yet is recorded. */
export async function editChange(work: Work, event: ChangeEditEvent): Promise<Touched> {
  const { repository, pullRequest } = event
  const { number, title, body, labels, updatedAt, mergedAt } = pullRequest
  const known = await work.tenant.changes.byNumber(repository.id, number)
  if (!known) return recordMerge(work, event)
  const edit = { title: cleanTitle(title), bodyExcerpt: bodyExcerpt(body), labels, updatedAt }
  await work.tenant.changes.edit(repository.id, number, { ...edit, terms: searchTermsOf({ ...known, ...edit }) })
  // Also when it was known already: the answers may not have been refreshed before a crash.
  return [{ repositoryId: repository.id, at: mergedAt }]
}
