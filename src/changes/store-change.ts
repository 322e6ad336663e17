import type { ChangeFacts } from '../domain/change.ts'
import { uniqueTerms } from '../rank/text.ts'
import { countedKeys } from '../risk/risk-keys.ts'
import type { Work } from '../work.ts'
import { linkReferences } from './link-references.ts'

/** The ranker reads no more paths of one change. */
const MOST_PATHS = 200

/** Stores a change with what finds it, and ties it to those it refers to (or leaves that to the caller). Idempotent; returns its id. */
export async function storeChange(work: Work, facts: ChangeFacts, isLinked = true): Promise<number> {
  const id = await work.tenant.changes.upsert({ ...facts, terms: termsOf })
  if (isLinked) await linkReferences(work, id)
  return id
}

type Described = Pick<ChangeFacts, 'title' | 'bodyExcerpt' | 'files' | 'identifiers'>

/** What the store counts changes by: their words, and what the risk of later ones is told from. Pure. */
export const termsOf = (change: Described): string[] => [...searchTermsOf(change), ...countedKeys(change)]

/** Distinct terms of all that the ranker compares with a report. */
function searchTermsOf(change: Described): string[] {
  const files = change.files.slice(0, MOST_PATHS)
  const fields = [
    change.title,
    change.bodyExcerpt,
    files.map((file) => file.path).join(' '),
    change.identifiers.join(' '),
    files.flatMap((file) => file.symbols).join(' '),
  ]
  return [...new Set(fields.flatMap(uniqueTerms))]
}
