import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countsAbove, descending } from '../../../src/rank/descending.ts'

const numbers = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, 1e-300)), { maxLength: 60 })

describe('descending', () => {
  it('orders as comparing would, equal ones by place', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const compared = [...values.keys()].sort((a, b) => (values[a] === values[b] ? a - b : values[b]! - values[a]!))
        expect([...descending(Float64Array.from(values))]).toEqual(compared)
      }),
    )
  })
})

describe('countsAbove', () => {
  it('counts for each value those that are higher', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const counted = values.map((value) => values.filter((other) => other > value).length)
        expect([...countsAbove(Float64Array.from(values))]).toEqual(counted)
      }),
    )
  })
})
