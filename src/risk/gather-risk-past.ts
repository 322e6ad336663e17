// What the store knows of a repository's past that bears on the risk of a change. The same facts as `riskMemory` keeps.
import type { RiskChange, RiskPast } from '../domain/risk.ts'
import type { Work } from '../work.ts'
import { allKeys, bothNames, countedKeys, nameIn, titleKey } from './risk-keys.ts'
import { BASE_WINDOW, harmShareOf, MOST_HARMS, MOST_LANDINGS, SETTLED_AFTER_MS } from './risk-memory.ts'

const MOST_PATHS = 60

/** Known before `change.at`: what landed at that moment or later is not part of it. */
export async function gatherRiskPast(work: Pick<Work, 'tenant'>, repositoryId: number, change: RiskChange): Promise<RiskPast> {
  const paths = bothNames(change.files).slice(0, MOST_PATHS)
  const found = await work.tenant.changes.riskPast(repositoryId, {
    before: change.at,
    keys: countedKeys(change),
    paths,
    limits: { harms: MOST_HARMS, landings: MOST_LANDINGS, window: BASE_WINDOW, settledAfterMs: SETTLED_AFTER_MS },
  })
  const harmsOf = new Map(allKeys(change).map((key) => [key, [] as number[]]))
  const own = titleKey(change.title)
  const [firstWord = ''] = nameIn(own).split(' ', 1)
  for (const [place, { keys, title }] of found.harms.entries()) {
    for (const key of keys) harmsOf.get(key)?.push(place)
    // Hundreds of titles are looked at for each change: most are told apart without cutting them.
    if (title.toLowerCase().includes(firstWord) && titleKey(title) === own) harmsOf.get(own)?.push(place)
  }
  const keys = [...harmsOf].map(([key, harms]) => [key, { changes: found.counts.get(key) ?? 0, harms }] as const)
  return {
    changes: found.changes,
    settled: found.settled,
    harmShare: harmShareOf(found.harms.length, found.changes),
    harms: found.harms,
    keys: new Map(keys.filter(([, { changes, harms }]) => changes > 0 || harms.length > 0)),
    lastChangedAt: found.lastChangedAt,
    landedAt: found.landedAt,
    missing: missingOf(new Set(bothNames(change.files)), found.companions),
  }
}

/** Files that changed together with a touched one but are not touched now. */
export function missingOf(
  touched: ReadonlySet<string>,
  companions: readonly { path: string; changes: readonly (readonly string[])[] }[],
): RiskPast['missing'] {
  return companions.flatMap(({ path, changes }) => {
    const together = new Map<string, number>()
    for (const paths of changes)
      for (const other of new Set(paths)) if (!touched.has(other)) together.set(other, (together.get(other) ?? 0) + 1)
    return [...together]
      .filter(([, count]) => count > 1)
      .map(([other, count]) => ({ path: other, with: path, together: count, changes: changes.length }))
  })
}
