import { counted, type FeatureGroup, type RiskContext } from './feature-group.ts'
import { DAY_MS, linkOf, wereHarmed } from './key-history.ts'

/** Whether the repository as a whole is going through a bad time. */
export const recentHarm: FeatureGroup = {
  kind: 'recent-harm',
  features: [
    { name: 'recent-harm.day', isHarm: true },
    { name: 'recent-harm.week', isHarm: true },
    { name: 'recent-harm.two-months', isHarm: true },
    { name: 'recent-harm.base-rate' },
    { name: 'recent-harm.known-changes' },
  ],
  measure(context) {
    const { settled } = context.past
    return [
      Math.log1p(within(context, 1).harms),
      excessOf(context, 7, 1),
      excessOf(context, 60, 4),
      Math.log((settled.harmed + 5) / (settled.changes + 250)),
      Math.log1p(settled.changes),
    ]
  },
  sentence(context, strength) {
    const { harms, landed } = within(context, 7)
    const last = context.past.harms.at(-1) ?? null
    if (strength > 0 && harms > 0)
      return { sentence: `In the last 7 days ${counted(harms, 'change')} ${wereHarmed(harms)}, while ${landed} landed`, url: linkOf(last) }
    return strength < 0 && excessOf(context, 60, 4) <= 0
      ? { sentence: 'Few changes were taken back or caused an incident in the last two months', url: null }
      : null
  },
}

/** log of harms seen ÷ harms expected of as many landings, both with a few expected ones added. */
function excessOf(context: RiskContext, days: number, expected: number): number {
  const { harms, landed } = within(context, days)
  return Math.log((harms + expected) / (landed * context.past.harmShare + expected))
}

/** Landings are known back to a limit; what lies before it is taken to be like what lies after. */
function within({ past, atMs }: RiskContext, days: number): { harms: number; landed: number } {
  const sinceMs = atMs - days * DAY_MS
  const harms = past.harms.length - placeFrom(past.harms.length, (at) => past.harms[at]!.knownAt.getTime() >= sinceMs)
  const landed = past.landedAt.length - placeFrom(past.landedAt.length, (at) => past.landedAt[at]!.getTime() >= sinceMs)
  const firstMs = past.landedAt[0]?.getTime() ?? atMs
  const isCut = landed === past.landedAt.length && past.changes > landed && firstMs > sinceMs
  return { harms, landed: isCut ? Math.round((landed * days * DAY_MS) / Math.max(60_000, atMs - firstMs)) : landed }
}

/** The first place in an ascending list from which `isFrom` holds. */
export function placeFrom(length: number, isFrom: (at: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isFrom(middle)) high = middle
    else low = middle + 1
  }
  return low
}
