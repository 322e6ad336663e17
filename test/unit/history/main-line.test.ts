import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { steadyTimes } from '../../../src/history/main-line.ts'

describe('landing times', () => {
  it('stay as they are when clocks were right', () => {
    const times = [1, 5, 5, 9, 400, 401].map((day) => day * 86_400_000)
    expect(steadyTimes(times)).toEqual(times)
  })

  it('never decrease, whatever the clocks said', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4e12 }), { maxLength: 60 }), (times) => {
        const steady = steadyTimes(times)
        expect(steady).toEqual(steady.toSorted((a, b) => a - b))
      }),
    )
  })
})
