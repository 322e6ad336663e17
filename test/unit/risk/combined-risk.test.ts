import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combinedRisk } from '../../../src/risk/combined-risk.ts'

describe('the risk of several changes together', () => {
  it('is the chance that at least one is bad', () => {
    const { probability } = combinedRisk([
      { id: 'a', probability: 0.5 },
      { id: 'b', probability: 0.5 },
    ])
    expect(probability).toBeCloseTo(0.75)
  })

  it('names the fewest changes that, shipped apart, halve it', () => {
    const combined = combinedRisk([
      { id: 'small', probability: 0.01 },
      { id: 'large', probability: 0.1 },
      { id: 'other', probability: 0.01 },
    ])
    expect(combined.split?.apart).toEqual(['large'])
    expect(combined.split?.rest).toBeCloseTo(0.0199)
  })

  it('has nothing to split in one change or none', () => {
    expect(combinedRisk([{ id: 'a', probability: 0.3 }])).toEqual({ probability: expect.closeTo(0.3) as number, split: null })
    expect(combinedRisk([])).toEqual({ probability: 0, split: null })
  })

  it('never depends on the order, never falls when a change is added, and its split always halves it', () => {
    const some = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })
    fc.assert(
      fc.property(some, fc.double({ min: 0, max: 1, noNaN: true }), (probabilities, more) => {
        const changes = probabilities.map((probability, at) => ({ id: `c${at}`, probability }))
        const combined = combinedRisk(changes)
        expect(combinedRisk(changes.toReversed())).toEqual(combined)
        expect(combinedRisk([...changes, { id: 'more', probability: more }]).probability).toBeGreaterThanOrEqual(
          combined.probability - 1e-9,
        )
        if (combined.split !== null) expect(combined.split.rest).toBeLessThanOrEqual(combined.probability / 2)
      }),
    )
  })
})
