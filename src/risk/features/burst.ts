import { counted, type FeatureGroup, type RiskContext } from './feature-group.ts'
import { DAY_MS } from './key-history.ts'
import { placeFrom } from './recent-harm.ts'

/** How much else lands at the same time, and when in the week. */
export const burst: FeatureGroup = {
  kind: 'burst',
  features: [{ name: 'burst.day' }, { name: 'burst.two-hours' }, { name: 'burst.pace' }, { name: 'burst.quiet-hour' }],
  measure(context) {
    const { past, atMs } = context
    const pace = perDay(context)
    return [
      Math.log((landedSince(context, DAY_MS) + 1) / (pace + 1)),
      Math.log1p(landedSince(context, 2 * 3_600_000)),
      Math.log1p(pace),
      quietness(past.landedAt, atMs),
    ]
  },
  sentence(context, strength) {
    const day = landedSince(context, DAY_MS)
    const usual = Math.round(perDay(context))
    if (day > 2 * usual && day > 3)
      return { sentence: `${counted(day, 'other change')} landed within a day; usually ${usual} do`, url: null }
    if (strength > 0 && quietness(context.past.landedAt, context.atMs) > 1)
      return { sentence: 'Lands at an hour of the week when little lands here', url: null }
    return null
  },
}

function landedSince({ past, atMs }: RiskContext, spanMs: number): number {
  return past.landedAt.length - placeFrom(past.landedAt.length, (at) => past.landedAt[at]!.getTime() >= atMs - spanMs)
}

/** Over the last 60 days, or as far back as landings are known. */
function perDay(context: RiskContext): number {
  const { past, atMs } = context
  const first = past.landedAt[0]
  if (first === undefined) return 0
  const days = Math.min(60, Math.max(1, (atMs - first.getTime()) / DAY_MS))
  return landedSince(context, days * DAY_MS) / days
}

const HOURS = 168
/** Landings that the guess "every hour alike" is worth. */
const PRIOR = 100

/** log of an even share over the share of landings in this hour of the week (UTC) and its neighbours: above 0 when less lands. */
function quietness(landedAt: readonly Date[], atMs: number): number {
  if (landedAt.length === 0) return 0
  const hour = hourOf(atMs)
  let near = 0
  for (const at of landedAt) {
    const apart = Math.abs(hourOf(at.getTime()) - hour)
    if (Math.min(apart, HOURS - apart) <= 1) near++
  }
  const even = 3 / HOURS
  return Math.log((even * (landedAt.length + PRIOR)) / (near + even * PRIOR))
}

const hourOf = (ms: number): number => Math.floor(ms / 3_600_000) % HOURS
