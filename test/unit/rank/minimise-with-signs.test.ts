import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Curve, minimiseWithSigns } from '../../../src/rank/learn/minimise-with-signs.ts'

/** ½ xᵀ(BᵀB + I)x − tᵀx, whose lowest point under sign constraints is known by its gradient alone. */
function parabola(rows: readonly (readonly number[])[], towards: readonly number[]): Curve {
  const size = towards.length
  const curvature = new Float64Array(size * size)
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) curvature[a * size + b] = rows.reduce((sum, row) => sum + row[a]! * row[b]!, a === b ? 1 : 0)
  }
  return (at) => {
    const bent = at.map((_, a) => at.reduce((sum, each, b) => sum + curvature[a * size + b]! * each, 0))
    return {
      value: at.reduce((sum, each, a) => sum + each * (bent[a]! / 2 - towards[a]!), 0),
      gradient: bent.map((each, a) => each - towards[a]!),
      curvature,
    }
  }
}

const SIZE = 6
const numbers = fc.array(
  fc.integer({ min: -30, max: 30 }).map((n) => n / 10),
  { minLength: SIZE, maxLength: SIZE },
)

describe('minimiseWithSigns', () => {
  it('ends where no free direction leads down and no bound is worth leaving', () => {
    fc.assert(
      fc.property(
        fc.array(numbers, { minLength: 1, maxLength: 8 }),
        numbers,
        fc.array(fc.boolean(), { minLength: SIZE, maxLength: SIZE }),
        fc.option(numbers, { nil: undefined }),
        (rows, towards, isPositive, start) => {
          const curve = parabola(rows, towards)
          const found = minimiseWithSigns(curve, isPositive, start && Float64Array.from(start))
          const { gradient } = curve(found)
          for (const [at, each] of found.entries()) {
            if (isPositive[at] === true) expect(each).toBeGreaterThanOrEqual(0)
            if (isPositive[at] === true && each === 0) expect(gradient[at]).toBeGreaterThan(-0.01)
            else expect(Math.abs(gradient[at]!)).toBeLessThan(0.01)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('goes downhill where the second derivatives are not those of a parabola', () => {
    const curve: Curve = ([x]) => ({
      value: Math.log(Math.cosh(x! - 3)),
      gradient: Float64Array.of(Math.tanh(x! - 3)),
      curvature: Float64Array.of(1 - Math.tanh(x! - 3) ** 2),
    })
    expect(minimiseWithSigns(curve, [true])[0]).toBeCloseTo(3, 3)
    expect(minimiseWithSigns(curve, [true], Float64Array.of(-9))[0]).toBeCloseTo(3, 3)
  })
})
