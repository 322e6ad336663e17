// When did it begin? Reads a stated start out of words: ISO 8601 or natural language, in the stated zone, else UTC.
import * as chrono from 'chrono-node/en'

/** Minutes of clock skew that a stated time may lie in the future. */
const SKEW_MS = 5 * 60_000
/** A stated start further back than this is taken for something else (a birthday, a release date). */
const OLDEST_MS = 30 * 24 * 60 * 60_000
const LONGEST_TEXT = 400
const DAY_MS = 24 * 60 * 60_000

/**
 * The moment that `text` names, or null when it names none that can be the start of an incident opened at `openedAt`.
 * A time of day without a date that would lie in the future is yesterday's.
 */
export function statedTime(text: string, openedAt: Date): Date | null {
  const bounded = text.slice(0, LONGEST_TEXT).trim()
  if (bounded === '') return null
  const zone = namedZone(bounded)
  const isoWithoutZone = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.exec(bounded)
  if (isoWithoutZone) return plausible(new Date(`${bounded.replace(' ', 'T')}Z`), openedAt)
  const read = zone ? readInZone(bounded, openedAt, zone) : parseAt(bounded, openedAt, 0)
  if (!read) return null
  if (read.at.getTime() > openedAt.getTime() + SKEW_MS && !read.hasDate) return plausible(dayBefore(read.at, zone), openedAt)
  return plausible(read.at, openedAt)
}

const STATED =
  /^(?:at\s+)?(?:(?:\d{4}-\d{2}-\d{2}[T ])?\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:Z|[A-Z]{2,5}\b|[+-]\d{2}:?\d{2}|[A-Z][a-z]+\/\w+))?|\d{1,4} (?:minutes?|min|hours?|h) ago)(?:\s+|$)/

/** What stands behind a time at the beginning: the timeline shows that in its own column already. */
export const wordsAfterTime = (text: string): string => text.replace(STATED, '')

/** The first phrase in a longer text that says when something began ("since 14:05 UTC", "started 20 minutes ago"). */
export function startPhrase(text: string): string | null {
  const found =
    /\b(?:started|starting|began|beginning|since|first seen|onset|as of)\b(?:\s+(?:at|on|around|about|from|roughly))?[:\s]+([^\n.;!?]{3,80}(?:\.\d+Z)?[^\n;!?]{0,20})/i.exec(
      text.slice(0, 20_000),
    )
  return found?.[1] ?? null
}

function parseAt(text: string, openedAt: Date, offsetMinutes: number): { at: Date; hasDate: boolean } | null {
  const result = chrono.parse(text, { instant: openedAt, timezone: offsetMinutes }, { forwardDate: false })[0]
  if (!result) return null
  const start = result.start
  // "Tuesday" or "in March" alone is a date, not a moment.
  if (!start.isCertain('hour') && !/\b(now|ago|just)\b/i.test(result.text)) return null
  return { at: start.date(), hasDate: start.isCertain('day') || start.isCertain('weekday') }
}

/**
 * A first reading finds the wall-clock time as if it were UTC. The offset at that moment, and then at the moment that it
 * leads to, places it: an hour before clocks change the first of these is the other one.
 */
function readInZone(text: string, openedAt: Date, zone: string): { at: Date; hasDate: boolean } | null {
  let read = parseAt(text, openedAt, 0)
  for (let times = 0; read && times < 2; times++) read = parseAt(text, openedAt, zoneOffsetMinutes(zone, read.at))
  return read
}

/** The same time of day; a day on which clocks change has not 24 hours. */
function dayBefore(at: Date, zone: string | null): Date {
  const before = new Date(at.getTime() - DAY_MS)
  const change = zone ? zoneOffsetMinutes(zone, at) - zoneOffsetMinutes(zone, before) : 0
  return new Date(before.getTime() + change * 60_000)
}

function plausible(at: Date, openedAt: Date): Date | null {
  const ageMs = openedAt.getTime() - at.getTime()
  if (Number.isNaN(ageMs) || ageMs < -SKEW_MS || ageMs > OLDEST_MS) return null
  return at
}

/** An IANA zone written out in the text (`Europe/Berlin`), which chrono does not know. */
function namedZone(text: string): string | null {
  const zone = /\b(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[A-Za-z_]+(?:\/[A-Za-z_]+)?/.exec(text)?.[0]
  if (!zone) return null
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return zone
  } catch {
    return null
  }
}

function zoneOffsetMinutes(zone: string, at: Date): number {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at)
  const offset = /GMT([+-])(\d{2}):(\d{2})/.exec(name.find((part) => part.type === 'timeZoneName')?.value ?? '')
  if (!offset) return 0
  return (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]))
}
