import type { ChangeEditEvent } from '../domain/event.ts'
import type { Touched, Work } from '../work.ts'
import { bodyExcerpt, cleanTitle, editedReferences } from './change-facts.ts'
import { linkReferences } from './link-references.ts'
import { recordMerge } from './record-merge.ts'
import { termsOf } from './store-change.ts'

/** Takes over title, body and labels as edited after the merge; a change that is not known yet is recorded. */
export async function editChange(work: Work, event: ChangeEditEvent): Promise<Touched> {
  const { repository, pullRequest } = event
  const { number, title, body, labels, updatedAt, mergedAt } = pullRequest
  const { changes } = work.tenant
  const known = await changes.byNumber(repository.id, number)
  if (!known) return recordMerge(work, event)
  const edit = { title: cleanTitle(title), bodyExcerpt: bodyExcerpt(body), labels, updatedAt }
  const references = editedReferences(repository, known, pullRequest)
  await changes.edit(repository.id, number, { ...edit, references, terms: (edited) => termsOf({ ...known, ...edited }) })
  // Also when it was known already: links and answers may not have been made before a crash.
  await linkReferences(work, known.id)
  return [{ repositoryId: repository.id, at: mergedAt }]
}
