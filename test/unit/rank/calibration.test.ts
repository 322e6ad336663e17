import { describe, expect, it } from 'vitest'
import { areaUnderCurve, calibrationOf } from '../../../src/rank/learn/calibration.ts'
import { seededRandom } from '../../../src/rank/metrics.ts'

const random = seededRandom(5)
const honest = Array.from({ length: 4_000 }, () => random()).map((probability) => ({ probability, happened: random() < probability }))
const logit = (share: number): number => Math.log(share / (1 - share))

describe('calibrationOf', () => {
  it('finds honest forecasts honest', () => {
    const { slope, ece, brierSkill, bins, n } = calibrationOf(honest)
    expect(n).toBe(4_000)
    expect(slope).toBeGreaterThan(0.9)
    expect(slope).toBeLessThan(1.1)
    expect(ece).toBeLessThan(0.01)
    expect(brierSkill).toBeGreaterThan(0.25)
    expect(bins).toHaveLength(15)
    expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(4_000)
  })

  it('finds bold forecasts bold: a slope below 1', () => {
    const bold = honest.map(({ probability, happened }) => ({ probability: 1 / (1 + Math.exp(-2 * logit(probability))), happened }))
    expect(calibrationOf(bold).slope).toBeCloseTo(calibrationOf(honest).slope / 2, 2)
    expect(calibrationOf(bold).ece).toBeGreaterThan(0.05)
  })

  it('gives forecasts that say less than the base rate a negative skill', () => {
    expect(calibrationOf(honest.map((each) => ({ ...each, probability: 1 - each.probability }))).brierSkill).toBeLessThan(-0.5)
  })

  it('stays a number without forecasts', () => {
    expect(calibrationOf([])).toMatchObject({ n: 0, raw: 0, ece: 0, brierSkill: 0, bins: [] })
  })
})

describe('areaUnderCurve', () => {
  it('is the share of pairs in the right order, ties half', () => {
    expect(areaUnderCurve([0.9, 0.8], [0.1, 0.2])).toBe(1)
    expect(areaUnderCurve([0.5, 0.1], [0.5, 0.3])).toBe(0.375)
    expect(areaUnderCurve([], [0.2])).toBe(0.5)
  })
})
