// How numbers, times and lists are said, the same in every rendering.
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'

/** "62 %", "<1 %"; "100 %" only when it is exact, since rounding up to certainty would be a lie. */
export function percent(probability: number): string {
  if (!(probability > 0)) return '0 %'
  if (probability >= 1) return '100 %'
  if (probability < 0.01) return '<1 %'
  if (probability > 0.99) return '>99 %'
  return `${Math.round(probability * 100)} %`
}

/** "2026-03-04 14:02 UTC"; an invalid date is said to be one. */
export function utc(at: Date): string {
  if (Number.isNaN(at.getTime())) return 'unknown time'
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** "2026-03-04". */
export function utcDay(at: Date): string {
  return Number.isNaN(at.getTime()) ? 'unknown day' : at.toISOString().slice(0, 10)
}

/** "14 minutes", "3 hours", "2 days". */
export function span(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown time'
  // Both ends near the epoch: no daylight-saving change of the machine's own zone lies between them.
  return Math.abs(ms) < 60_000 ? 'less than a minute' : formatDistanceStrict(new Date(Math.abs(ms)), new Date(0))
}

/** "47 minutes", "1 hour 23 minutes", "2 days 4 hours": what was measured, to two units. */
export function duration(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  if (!Number.isFinite(ms) || minutes < 60) return span(ms)
  const hours = Math.round(minutes / 60)
  const [whole, rest] =
    minutes < 24 * 60
      ? [count(Math.floor(minutes / 60), 'hour'), count(minutes % 60, 'minute')]
      : [count(Math.floor(hours / 24), 'day'), count(hours % 24, 'hour')]
  return rest.startsWith('0 ') ? whole : `${whole} ${rest}`
}

/** "14 minutes before", "2 hours after", "at the same time"; `words` for what reads better at its place. */
export function distance(at: Date, reference: Date, words = { before: 'before', after: 'after' }): string {
  const ms = at.getTime() - reference.getTime()
  if (ms === 0) return 'at the same time'
  return `${span(ms)} ${ms < 0 ? words.before : words.after}`
}

export const EARLIER = { before: 'earlier', after: 'later' }

/** "1 change", "3 changes". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${new Intl.NumberFormat('en-US').format(n)} ${n === 1 ? one : many}`
}

/** "a", "a and b", "a, b and 3 more". */
export function list(items: readonly string[], most: number): string {
  const shown = items.slice(0, most)
  const rest = items.length - shown.length
  const all = rest > 0 ? [...shown, `${rest} more`] : shown
  return all.length <= 1 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`
}
