import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { takeTurn, type WritePace } from '../../../src/domain/write-pace.ts'

const START = new Date('2026-03-14T09:00:00Z').getTime()
const SECOND = 1000
const check = { isFirst: false, isContent: false }
const comment = { isFirst: true, isContent: true }

/** Asks again and again, as fast as it may; the moments (from the start, in ms) at which writes went. */
function play(writes: { isFirst: boolean; isContent: boolean; afterMs: number }[]): { at: number; isContent: boolean }[] {
  let pace: WritePace | null = null
  let at = 0
  return writes.map(({ afterMs, ...write }) => {
    at += afterMs
    for (;;) {
      const turn = takeTurn(pace, write, 60, new Date(START + at))
      if ('pace' in turn) {
        pace = turn.pace
        return { at, isContent: write.isContent }
      }
      expect(turn.waitMs).toBeGreaterThan(0)
      at += turn.waitMs
    }
  })
}

const most = (moments: number[], withinMs: number) =>
  Math.max(0, ...moments.map((from) => moments.filter((at) => at >= from && at < from + withinMs).length))

describe('the pace of writes', () => {
  it('is at most 80 in any minute and 500 that create content in any hour, whatever is wanted when', () => {
    const write = fc.record({ isFirst: fc.boolean(), isContent: fc.boolean(), afterMs: fc.oneof(fc.constant(0), fc.nat(30 * SECOND)) })
    fc.assert(
      fc.property(fc.array(write, { maxLength: 300 }), (writes) => {
        expect(
          most(
            play(writes).map(({ at }) => at),
            60 * SECOND,
          ),
        ).toBeLessThanOrEqual(80)
      }),
      { numRuns: 50 },
    )
    const flood = play(Array.from({ length: 900 }, () => ({ ...comment, afterMs: 0 })))
    expect(
      most(
        flood.map(({ at }) => at),
        3600 * SECOND,
      ),
    ).toBeLessThanOrEqual(500)
    expect(flood.slice(0, 20).every(({ at }) => at === 0)).toBe(true)
  })

  it('lets an incident be answered at once, however many checks want to be written', () => {
    let pace: WritePace | null = null
    let now = START
    for (let wanted = 0; wanted < 200; wanted++, now += 50) {
      const turn = takeTurn(pace, check, 60, new Date(now))
      if ('pace' in turn) pace = turn.pace
    }
    for (let answers = 0; answers < 12; answers++) {
      const turn = takeTurn(pace, comment, 60, new Date(now))
      expect(turn).toHaveProperty('pace')
      if ('pace' in turn) pace = turn.pace
    }
  })

  it('of edits and checks does not use up what may be created in an hour', () => {
    const checks = play(Array.from({ length: 1000 }, () => ({ ...check, afterMs: 0 })))
    expect(checks.at(-1)!.at).toBeLessThan(1000 * SECOND)
  })

  it('heals from a clock that was years ahead', () => {
    const wrong = { writesUntil: new Date('2040-01-01'), contentUntil: new Date('2040-01-01') }
    expect(takeTurn(wrong, { isFirst: true, isContent: false }, 60, new Date(START))).toEqual({ waitMs: SECOND })
  })
})
