// The past of a repository as it grows, in memory: for a clone, and for learning. The store gathers the same from its tables.
// Call in the order in which things happened; nothing is known to a change that became known later.
import type { KeyPast, RiskChange, RiskHarm, RiskPast } from '../domain/risk.ts'
import { allKeys, bothNames } from './risk-keys.ts'

/** Harms that are looked at, landings that are looked at, and changes over which the base rate is counted. */
export const MOST_HARMS = 500
export const MOST_LANDINGS = 1_000
export const BASE_WINDOW = 5_000
/** After so long a change that was not taken back counts as good. */
export const SETTLED_AFTER_MS = 14 * 86_400_000

/** Drawn towards one in fifty while little is known. */
export const harmShareOf = (harms: number, changes: number): number => (harms + 1) / (changes + 50)

export type RiskMemory = {
  /** What is known at `change.at`. */
  past(change: RiskChange): RiskPast
  /** Remembers a change; returns its place, for `harmed`. */
  landed(change: RiskChange): number
  harmed(place: number, harm: RiskHarm): void
}

export function riskMemory(): RiskMemory {
  const ids = new Map<string, number>()
  const counts: number[] = []
  const harmsOf: number[][] = []
  const keysOf: Uint32Array[] = []
  const landedAt: Date[] = []
  const isHarmed: boolean[] = []
  const harms: RiskHarm[] = []
  const lastChangedAt = new Map<string, Date>()
  const window = { start: 0, end: 0, harmed: 0 }

  const idOf = (key: string): number => {
    let id = ids.get(key)
    if (id === undefined) {
      id = counts.length
      ids.set(key, id)
      counts.push(0)
      harmsOf.push([])
    }
    return id
  }

  /** The base rate's window only moves forward. */
  function settle(atMs: number): void {
    const count = (place: number): number => (isHarmed[place] === true ? 1 : 0)
    while (window.end < landedAt.length && landedAt[window.end]!.getTime() < atMs - SETTLED_AFTER_MS) window.harmed += count(window.end++)
    while (window.start < Math.min(window.end, landedAt.length - BASE_WINDOW)) window.harmed -= count(window.start++)
  }

  return {
    past(change) {
      settle(change.at.getTime())
      const firstHarm = Math.max(0, harms.length - MOST_HARMS)
      const keys = new Map<string, KeyPast>()
      for (const key of allKeys(change)) {
        const id = ids.get(key)
        if (id === undefined) continue
        const places = harmsOf[id]!
        const known = firstHarm === 0 ? places : places.filter((place) => place >= firstHarm).map((place) => place - firstHarm)
        keys.set(key, { changes: counts[id]!, harms: known })
      }
      const paths = bothNames(change.files).flatMap((path) => {
        const at = lastChangedAt.get(path)
        return at === undefined ? [] : [[path, at] as const]
      })
      return {
        changes: landedAt.length,
        settled: { changes: window.end - window.start, harmed: window.harmed },
        harmShare: harmShareOf(Math.min(harms.length, MOST_HARMS), landedAt.length),
        harms: firstHarm === 0 ? harms : harms.slice(firstHarm),
        keys,
        lastChangedAt: new Map(paths),
        landedAt: landedAt.slice(-MOST_LANDINGS),
        missing: [],
      }
    },
    landed(change) {
      const place = landedAt.length
      const own = Uint32Array.from(allKeys(change), idOf)
      for (const id of own) counts[id]!++
      keysOf.push(own)
      // Clocks of committers differ: nothing lands before what landed before it.
      const at = place > 0 && landedAt[place - 1]! > change.at ? landedAt[place - 1]! : change.at
      landedAt.push(at)
      isHarmed.push(false)
      for (const { path } of change.files) lastChangedAt.set(path, at)
      return place
    },
    harmed(place, harm) {
      if (isHarmed[place] !== false) return
      isHarmed[place] = true
      if (place >= window.start && place < window.end) window.harmed++
      for (const id of keysOf[place]!) harmsOf[id]!.push(harms.length)
      harms.push(harm)
    },
  }
}
