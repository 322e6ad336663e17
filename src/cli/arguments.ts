// Reads times and spans that people write on the command line. Throws InvalidArgumentError with what would be right.
import { InvalidArgumentError } from 'commander'

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, mo: 2_629_800_000, y: 31_557_600_000 }
const MAX_SPAN_MS = 100 * 31_557_600_000

/** `36h`, `14d`, `2w`, `6mo`, `2y` in milliseconds. */
export function parseSpan(text: string): number {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)\s*(m|h|d|w|mo|y)$/i.exec(text.trim())
  const span = match === null ? NaN : Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? NaN)
  if (!(span > 0 && span <= MAX_SPAN_MS)) throw new InvalidArgumentError('Give a number and a unit: 36h, 14d, 2w, 6mo or 2y.')
  return span
}

/** ISO (`2026-03-01T12:00:00Z`; without a zone it is UTC) or natural language (`yesterday 14:00 CET`), seen from `now`. */
export async function parseTime(text: string, now: Date): Promise<Date> {
  const written = text.trim()
  const isIso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}:?\d{2})?$/i.exec(written)
  if (isIso !== null) {
    const date = new Date(
      isIso[1] === undefined ? (written.length > 10 ? `${written.replace(' ', 'T')}Z` : written) : written.replace(' ', 'T'),
    )
    if (!Number.isNaN(date.getTime())) return date
  }
  // It brings hundreds of small files along: loaded only where words were used.
  const chrono = await import('chrono-node/en')
  // An offset of 0 makes a time without a zone mean UTC, wherever this runs.
  const date = chrono.parseDate(written, { instant: now, timezone: 0 })
  if (date === null) throw new InvalidArgumentError('Give a time like 2026-03-01T12:00Z, "yesterday 14:00 UTC" or "3 hours ago".')
  return date
}

export function parseCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw new InvalidArgumentError('Give a whole number from 1 to 1000.')
  return count
}
