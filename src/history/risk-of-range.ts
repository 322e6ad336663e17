// The risk of what a branch adds, as one change: what its pull request would be.
import type { RiskAssessment, RiskChange } from '../domain/risk.ts'
import type { RiskModel } from '../risk/model.ts'
import { readClonePast, riskChangeOf } from './assess-clone.ts'
import { HistoryUnreadable, type History, type HistoryChange } from './history.ts'

export type RangeRisk = {
  base: string
  head: string
  commits: number
  change: RiskChange
  assessment: RiskAssessment
  past: { changes: number; harmed: number }
}

/** `history`: of the base's main line. Throws HistoryUnreadable, also when the head adds nothing to the base. */
export async function riskOfRange(
  history: History,
  range: { base: string; head: string; title?: string },
  options: { model: RiskModel; onProgress?: (changes: number) => void },
): Promise<RangeRisk> {
  const mergeBase = await history.mergeBase(range.base, range.head)
  const commits: HistoryChange[] = []
  for await (const commit of history.between(mergeBase, range.head)) commits.push(commit)
  const [first] = commits
  const last = commits.at(-1)
  if (first === undefined || last === undefined)
    throw new HistoryUnreadable(
      `${range.head.slice(0, 12)} adds nothing to ${range.base.slice(0, 12)}: name another --base, or use \`causeway review\` for what has landed`,
    )
  let change = riskChangeOf(
    { ...last, title: range.title ?? first.title, body: messagesOf(commits), references: commits.flatMap(({ references }) => references) },
    null,
  )
  for await (const { detail } of history.details([{ mergeSha: range.head, parentSha: mergeBase }]))
    change = { ...riskChangeOf(last, detail), title: change.title, body: change.body, references: change.references }
  // Nothing of it has landed: it is judged by all that the base's main line knows.
  const at = new Date(Math.max(last.mergedAt.getTime(), history.head.committedAt.getTime() + 1))
  const past = await readClonePast(history, at, options)
  const asked = { ...change, at }
  return { base: mergeBase, head: range.head, commits: commits.length, change: asked, assessment: past.assess(asked), past }
}

const messagesOf = (commits: readonly HistoryChange[]): string => commits.map(({ title, body }) => `${title}\n${body}`.trim()).join('\n\n')
