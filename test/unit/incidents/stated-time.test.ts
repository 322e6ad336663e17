import { describe, expect, it } from 'vitest'
import { startPhrase, statedTime } from '../../../src/incidents/stated-time.ts'

const openedAt = new Date('2026-03-10T14:30:00Z')
const iso = (text: string, at = openedAt): string | null => statedTime(text, at)?.toISOString() ?? null

describe('when did it begin', () => {
  it.each([
    ['2026-03-10T14:05:00Z', '2026-03-10T14:05:00.000Z'],
    ['2026-03-10 14:05', '2026-03-10T14:05:00.000Z'],
    ['2026-03-10T15:05:00+01:00', '2026-03-10T14:05:00.000Z'],
    ['14:05 UTC', '2026-03-10T14:05:00.000Z'],
    ['14:05', '2026-03-10T14:05:00.000Z'],
    ['20 minutes ago', '2026-03-10T14:10:00.000Z'],
    ['yesterday at 9pm', '2026-03-09T21:00:00.000Z'],
    ['March 10, 2026 at 2:05 pm', '2026-03-10T14:05:00.000Z'],
  ])('%s', (text, expected) => {
    expect(iso(text)).toBe(expected)
  })

  it('reads a named zone with the offset of that day, before and after summer time begins', () => {
    expect(iso('2026-03-28 10:00 Europe/Berlin', new Date('2026-03-28T12:00:00Z'))).toBe('2026-03-28T09:00:00.000Z')
    expect(iso('2026-03-30 10:00 Europe/Berlin', new Date('2026-03-30T12:00:00Z'))).toBe('2026-03-30T08:00:00.000Z')
    expect(iso('10:00 America/New_York')).toBe('2026-03-10T14:00:00.000Z')
  })

  it('takes a time of day that has not come yet for yesterday', () => {
    expect(iso('23:50', new Date('2026-03-10T00:10:00Z'))).toBe('2026-03-09T23:50:00.000Z')
  })

  it.each(['', 'soon', 'Tuesday', '2031-01-01T00:00:00Z', '2019-01-01T00:00:00Z', 'version 1.2.3', '_No response_'])(
    'says nothing for %j',
    (text) => {
      expect(iso(text)).toBeNull()
    },
  )

  it('finds the phrase in a longer text', () => {
    expect(startPhrase('Checkout fails.\nStarted at 14:05 UTC; all regions.')).toBe('14:05 UTC')
    expect(iso(startPhrase('Errors since 20 minutes ago, all regions')!)).toBe('2026-03-10T14:10:00.000Z')
    expect(startPhrase('Nothing here')).toBeNull()
  })

  it('stays quick on a hostile text', () => {
    expect(startPhrase('since '.repeat(200_000))).toBeDefined()
    expect(iso('1'.repeat(1_000_000))).toBeNull()
  })
})
