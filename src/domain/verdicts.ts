import type { Outcome } from './incident.ts'

export type Verdicts = {
  /** Somebody said that no change caused it, and named none since. */
  isNoChange: boolean
  /** The newest word on each change. */
  byChange: ReadonlyMap<number, 'caused' | 'did-not-cause'>
}

/**
 * What stands of everything that was said: the newest word counts, and "no change did" clears all until somebody names
 * one again. What was read out of a fix (`by` is a bot) counts only while no person said anything. Pure.
 */
export function verdictsOf(outcomes: readonly Outcome[]): Verdicts {
  const byPeople = outcomes.filter(({ by }) => !by.isBot)
  const byChange = new Map<number, 'caused' | 'did-not-cause'>()
  let isNoChange = false
  for (const { changeId, verdict } of (byPeople.length > 0 ? byPeople : outcomes).toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    if (changeId === null || verdict === 'no-change') {
      isNoChange = true
      byChange.clear()
    } else {
      byChange.set(changeId, verdict)
      if (verdict === 'caused') isNoChange = false
    }
  }
  return { isNoChange, byChange }
}

/** Ids of the changes that caused it, as people say. */
export function confirmedCauses({ byChange }: Verdicts): number[] {
  return [...byChange].flatMap(([changeId, verdict]) => (verdict === 'caused' ? [changeId] : [])).sort((a, b) => a - b)
}
