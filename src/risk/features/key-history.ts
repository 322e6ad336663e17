import type { RiskHarm, RiskPast } from '../../domain/risk.ts'

export const DAY_MS = 86_400_000

/** What happened before to changes that have one key, against what happens to changes in general. */
export type KeyHistory = {
  key: string
  changes: number
  harms: number
  /** log of harms seen ÷ harms expected, both with a few expected ones added: 0 where nothing is known. */
  excess: number
  /** Sum over the harms of ½ to the power of their age over 14 and 180 days. */
  last14d: number
  last180d: number
  /** Since the last harm; Infinity without one. */
  sinceMs: number
  last: RiskHarm | null
}

/** Harm that is older than the newest of these says nothing new about what is going on. */
const RECENT = 30

/** `expected`: how many harms the guess "as everywhere" is worth. */
export function keyHistory(key: string, past: RiskPast, expected: number, atMs: number): KeyHistory {
  const known = past.keys.get(key)
  const places = known?.harms ?? []
  const changes = Math.max(known?.changes ?? 0, places.length)
  const history: KeyHistory = {
    key,
    changes,
    harms: places.length,
    excess: Math.log((places.length + expected) / (changes * past.harmShare + expected)),
    last14d: 0,
    last180d: 0,
    sinceMs: Infinity,
    last: null,
  }
  for (const place of places.slice(-RECENT)) {
    const harm = past.harms[place]
    if (harm === undefined) continue
    const ageMs = Math.max(0, atMs - harm.knownAt.getTime())
    history.last14d += 0.5 ** (ageMs / (14 * DAY_MS))
    history.last180d += 0.5 ** (ageMs / (180 * DAY_MS))
    if (ageMs <= history.sinceMs) {
      history.sinceMs = ageMs
      history.last = harm
    }
  }
  return history
}

/** The one with most harm beyond what is expected; null when none had any. */
export function mostHarmed(histories: readonly KeyHistory[]): KeyHistory | null {
  const harmed = histories.filter(({ harms }) => harms > 0)
  return harmed.reduce<KeyHistory | null>((worst, each) => (worst === null || each.excess > worst.excess ? each : worst), null)
}

export const linkOf = (harm: RiskHarm | null): string | null => harm?.incident?.url ?? harm?.url ?? null

/** What came of earlier changes. */
export function harmInWords({ harms, changes }: KeyHistory): string {
  return `${harms} of ${changes} earlier ${changes === 1 ? 'change' : 'changes'} ${wereHarmed(harms)}`
}

export const wereHarmed = (count: number): string => `${count === 1 ? 'was' : 'were'} taken back or caused an incident`
