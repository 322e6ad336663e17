// Times that people state, on days when clocks change, and the state that follows from words told in any order.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimelineEntry, TimelineFact } from '../../src/domain/timeline.ts'
import { foldState } from '../../src/incidents/fold-state.ts'
import { statedTime } from '../../src/incidents/stated-time.ts'

const HOUR_MS = 3_600_000
const ZONES = ['Europe/Berlin', 'America/New_York', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia']

/** The wall clock of that zone: `2026-03-29 03:30`. */
function wallClock(at: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' })
  return parts.format(at).replace(', ', ' ')
}

const minute = (from: string, to: string) =>
  fc.integer({ min: Date.parse(from) / 60_000, max: Date.parse(to) / 60_000 }).map((minutes) => new Date(minutes * 60_000))

/** Around the hours in which clocks change, where mistakes are made. */
const CHANGES = [
  '2026-03-29T01:00Z',
  '2026-10-25T01:00Z',
  '2026-03-08T07:00Z',
  '2026-11-01T06:00Z',
  '2026-04-04T15:00Z',
  '2026-09-06T04:00Z',
]
const nearChange = fc
  .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -1500, max: 1500 }))
  .map(([at, minutes]) => new Date(Date.parse(at) + minutes * 60_000))

describe('a stated time', () => {
  it('in a named zone is that very moment, on whatever day; in the hour that comes twice it may be the other one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.oneof(nearChange, minute('2026-01-01', '2026-12-31')), (zone, at) => {
        const words = wallClock(at, zone)
        const read = statedTime(`${words} ${zone}`, new Date(at.getTime() + 5 * HOUR_MS))
        expect(read).not.toBeNull()
        expect(wallClock(read!, zone)).toBe(words)
        expect(Math.abs(read!.getTime() - at.getTime())).toBeLessThanOrEqual(HOUR_MS)
      }),
      { numRuns: 300 },
    )
  })

  it('of the evening is of yesterday in the morning, though clocks changed in between', () => {
    const morning = new Date('2026-03-29T06:00:00Z')
    expect(statedTime('23:30 Europe/Berlin', morning)?.toISOString()).toBe('2026-03-28T22:30:00.000Z')
    expect(statedTime('23:30 Europe/Berlin', new Date('2026-10-25T06:00:00Z'))?.toISOString()).toBe('2026-10-24T21:30:00.000Z')
  })

  it.each([
    // Half an hour before and after clocks go forward, and the half hour that there was not.
    ['2026-03-29 01:30 Europe/Berlin', '2026-03-29T00:30:00.000Z'],
    ['2026-03-29 03:30 Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-03-08 01:30 America/New_York', '2026-03-08T06:30:00.000Z'],
    ['2026-03-08 03:30 America/New_York', '2026-03-08T07:30:00.000Z'],
  ])('%s', (words, expected) => {
    expect(statedTime(words, new Date(Date.parse(expected) + HOUR_MS))?.toISOString()).toBe(expected)
  })

  it('that does not exist, since clocks went over it, is read as one within the hour', () => {
    const read = statedTime('2026-03-29 02:30 Europe/Berlin', new Date('2026-03-29T04:00:00Z'))
    expect(Math.abs(read!.getTime() - Date.parse('2026-03-29T01:00:00Z'))).toBeLessThanOrEqual(HOUR_MS)
  })

  it('that counts back from now knows no clock changes', () => {
    for (const zone of ['', ...ZONES])
      expect(statedTime(`90 minutes ago ${zone}`, new Date('2026-03-29T01:30:00Z'))?.toISOString()).toBe('2026-03-29T00:00:00.000Z')
  })

  it('may be ahead by as much as clocks differ, and is never long before or after', () => {
    const any = fc.oneof(
      fc.string({ maxLength: 60 }),
      minute('2000-01-01', '2050-01-01').map((at) => at.toISOString()),
    )
    fc.assert(
      fc.property(any, minute('2026-01-01', '2026-12-31'), (words, openedAt) => {
        const read = statedTime(words, openedAt)
        if (read === null) return
        expect(read.getTime() - openedAt.getTime()).toBeLessThanOrEqual(5 * 60_000)
        expect(openedAt.getTime() - read.getTime()).toBeLessThanOrEqual(30 * 24 * HOUR_MS)
      }),
    )
  })
})

const BEGAN = Date.UTC(2026, 2, 29)
const FACTS: TimelineFact[] = [
  { kind: 'acknowledged', how: 'command' },
  { kind: 'acknowledged', how: 'stated' },
  { kind: 'assigned', to: 'octocat' },
  { kind: 'mitigated' },
  { kind: 'resolved' },
  { kind: 'closed' },
  { kind: 'reopened' },
  { kind: 'declared' },
  { kind: 'severity', severity: 2 },
  { kind: 'lead', login: 'octocat' },
  { kind: 'services', only: null, add: ['ledger'], remove: [] },
  { kind: 'services', only: ['checkout'], add: [], remove: [] },
  { kind: 'comment' },
]
/** Clocks are ahead and behind: what is said to have happened may lie before the incident, or after it was said. */
const entries = fc
  .array(fc.tuple(fc.constantFrom(...FACTS), fc.integer({ min: -90, max: 600 }), fc.integer({ min: 0, max: 300 })), { maxLength: 12 })
  .map((told) =>
    told.map(([fact, at, saidAt], index): TimelineEntry => {
      const moment = (minutes: number) => new Date(BEGAN + minutes * 60_000)
      return { key: `e${index}`, at: moment(at), saidAt: moment(saidAt), by: { login: 'octocat', isBot: false }, text: '', url: null, fact }
    }),
  )
const base = { isTrusted: true, closedAt: null, severity: null, services: ['checkout'], servicesBy: 'form' as const }

describe('the state of an incident', () => {
  it('is the same in whatever order its news come', () => {
    fc.assert(
      fc.property(entries, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), fc.boolean(), (told, random, isClosed) => {
        const shuffled = told
          .map((entry) => ({ entry, place: random.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ entry }) => entry)
        const of = { ...base, closedAt: isClosed ? new Date(BEGAN) : null }
        expect(foldState(of, shuffled)).toEqual(foldState(of, told))
      }),
    )
  })

  it('always has the times that its status speaks of, whatever clocks said', () => {
    fc.assert(
      fc.property(entries, (told) => {
        const { status, acknowledgedAt, mitigatedAt, resolvedAt } = foldState(base, told)
        expect(resolvedAt !== null).toBe(status === 'resolved')
        if (status === 'mitigated') expect(mitigatedAt).not.toBeNull()
        if (status === 'triggered') expect([acknowledgedAt, mitigatedAt]).toEqual([null, null])
        if (status === 'acknowledged') expect(acknowledgedAt).not.toBeNull()
      }),
    )
  })
})
