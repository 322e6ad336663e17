// When did it begin? Reads a stated start out of words: ISO 8601 or natural language, in the stated zone, else UTC.
import * as chrono from 'chrono-node/en'

/** Minutes of clock skew that a stated time may lie in the future. */
const SKEW_MS = 5 * 60_000
/** A stated start further back than this is taken for something else (a birthday, a release date). */
const OLDEST_MS = 30 * 24 * 60 * 60_000
const LONGEST_TEXT = 400

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
  // A first reading finds the wall-clock time; the zone's offset on that very day (summer time) then places it.
  const rough = parseAt(bounded, openedAt, 0)
  if (!rough) return null
  const offsetMinutes = zone ? zoneOffsetMinutes(zone, rough.at) : 0
  const read = zone ? (parseAt(bounded, openedAt, offsetMinutes) ?? rough) : rough
  if (read.at.getTime() > openedAt.getTime() + SKEW_MS && !read.hasDate) {
    return plausible(new Date(read.at.getTime() - 24 * 60 * 60_000), openedAt)
  }
  return plausible(read.at, openedAt)
}

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
