// What came of a repository's settled changes, each as it looked when it landed: played from the store as a clone and a data set are.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RiskChange } from '../domain/risk.ts'
import type { RiskLanding } from '../store/store.ts'
import type { Work } from '../work.ts'
import { outcomeOf, type RiskOutcome, WARM_UP } from './outcome.ts'
import { riskMemory, SETTLED_AFTER_MS } from './risk-memory.ts'

/** Changes older than the newest tell little about today's, and these take a few seconds; between two pages others have their turn. */
const LIMITS = { newest: 20_000, page: 100, warmUp: WARM_UP }

/**
 * Of changes that had landed 14 days before `now`, in time order, reverts left out; what becomes known later is not known.
 * The first ones only warm the past up.
 */
export async function readOutcomes(
  work: Pick<Work, 'tenant'>,
  repositoryId: number,
  now: Date,
  { newest, page: limit, warmUp } = LIMITS,
): Promise<RiskOutcome[]> {
  const { changes } = work.tenant
  const before = new Date(now.getTime() - SETTLED_AFTER_MS)
  const page = (after: RiskLanding | null) => changes.landings(repositoryId, { before, newest, after, limit })
  let landings = await page(null)
  const [first] = landings
  if (!first) return []
  const told = await changes.harms(repositoryId, { since: first.landedAt, before: now, settledAfterMs: SETTLED_AFTER_MS })
  const isReverting = new Set(told.reverting)
  const isHarmed = new Set(told.harms.map(({ changeId }) => changeId))
  const memory = riskMemory()
  const places = new Map<number, number>()
  const outcomes: RiskOutcome[] = []
  let heard = 0
  for (; landings.length > 0; landings = await page(landings.at(-1)!)) {
    for (const landing of landings) {
      const change = changeOf(landing)
      for (let harm = told.harms[heard]; harm && harm.knownAt < change.at; harm = told.harms[++heard]) {
        const place = places.get(harm.changeId)
        if (place !== undefined) memory.harmed(place, { kind: 'reverted', knownAt: harm.knownAt, title: '', url: null, incident: null })
      }
      if (places.size >= warmUp && !isReverting.has(landing.id))
        outcomes.push(outcomeOf(change, memory.past(change), isHarmed.has(landing.id)))
      places.set(landing.id, memory.landed(change))
    }
    await nextTurn()
  }
  return outcomes
}

function changeOf({ landedAt: at, id: _, ...facts }: RiskLanding): RiskChange {
  return { ...facts, at, body: '', labels: [], bumps: [] }
}
