import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ageDensities } from '../../../src/rank/age-densities.ts'

const HOUR_MS = 3_600_000
const ages = fc.array(fc.integer({ min: -1, max: 400 * HOUR_MS }), { maxLength: 40 })

/** Age by age. */
function densitiesOf(pool: number[], past: number[]): { culprits: number[]; candidates: number[] } {
  const { cells, culprits, candidates } = ageDensities(Float64Array.from(pool), past)
  return { culprits: Array.from(cells, (cell) => culprits[cell]!), candidates: Array.from(cells, (cell) => candidates[cell]!) }
}

describe('ageDensities', () => {
  it('is finite and positive for any ages', () => {
    fc.assert(
      fc.property(ages, ages, (pool, past) => {
        const { culprits, candidates } = densitiesOf(pool, past)
        for (const density of [...culprits, ...candidates]) expect(density).toBeGreaterThan(0)
        expect([...culprits, ...candidates].every(Number.isFinite)).toBe(true)
      }),
    )
  })

  it("follows how long the repository's own culprits took", () => {
    const pool = [1 * HOUR_MS, 200 * HOUR_MS]
    const [early, late] = densitiesOf(pool, new Array<number>(50).fill(200 * HOUR_MS)).culprits
    expect(late).toBeGreaterThan(5 * early!)
    const [unknownEarly, unknownLate] = densitiesOf(pool, []).culprits
    expect(unknownEarly).toBeGreaterThan(unknownLate!)
  })

  it('counts those of about the same age', () => {
    const { candidates } = densitiesOf([HOUR_MS, HOUR_MS, HOUR_MS, 300 * HOUR_MS], [])
    expect(candidates[0]).toBeCloseTo(3 * candidates[3]!, 6)
  })
})
