import { describe, expect, it } from 'vitest'
import type { RiskAdjustment } from '../../../src/domain/risk.ts'
import { seededRandom } from '../../../src/rank/metrics.ts'
import { adjustmentFrom } from '../../../src/risk/adjust.ts'
import { assessChange } from '../../../src/risk/assess-change.ts'
import { logistic, shippedRiskModel } from '../../../src/risk/model.ts'
import { playAdjusted } from '../../../src/risk/learn/play-adjusted.ts'
import type { RiskOutcome } from '../../../src/risk/outcome.ts'
import { riskFeatures } from '../../../src/risk/risk-features.ts'
import { adjustedStrengths, strengthsOf } from '../../../src/risk/strengths.ts'
import { changeOf, harmedBefore } from '../../support/risk-fixtures.ts'

const model = shippedRiskModel()
const HOUR = 3_600_000
const placeOf = (name: string): number => riskFeatures.findIndex((feature) => feature.name === name)
const [LINES, FOLDERS, FILES] = ['size.lines', 'folder-history.excess-max', 'file-history.excess-max'].map(placeOf) as [
  number,
  number,
  number,
]

/** One change in an hour, its features drawn at random; `truth` tells how likely harm is. */
function outcomesOf(count: number, truth: (values: Float64Array) => number, seed = 5): RiskOutcome[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, place) => {
    const values = Float64Array.from(riskFeatures, () => 2 * random())
    values[LINES] = 8 * random()
    return {
      at: new Date(Date.UTC(2025, 0, 1) + place * HOUR),
      values,
      words: random() < 0.1 ? ['flag', 'enabl'] : [],
      base: { changes: 1_000, harmed: 60 },
      isBad: random() < truth(values),
    }
  })
}

describe('adjusting the risk model by what came of a repository’s changes', () => {
  it('leaves it as it is while outcomes or harms are few', () => {
    expect(adjustmentFrom([], model)).toBeNull()
    expect(
      adjustmentFrom(
        outcomesOf(499, () => 0.5),
        model,
      ),
    ).toBeNull()
    expect(
      adjustmentFrom(
        outcomesOf(2_000, (values) => (values[LINES]! > 7.95 ? 0.5 : 0)),
        model,
      ),
    ).toBeNull()
  })

  it('learns what counts more here than elsewhere, and never turns evidence of harm round', () => {
    const outcomes = outcomesOf(2_000, (values) => logistic(values[LINES]! - 7 - 1.5 * (values[FOLDERS]! - 1)))
    const { factors, slopes, changes, harms } = adjustmentFrom(outcomes, model)!
    expect({ changes, harms }).toEqual({ changes: 2_000, harms: outcomes.filter(({ isBad }) => isBad).length })
    expect(slopes['size.lines']!.rise).toBeGreaterThan(0.3)
    expect(slopes['size.lines']!.mean).toBeCloseTo(4, 0)
    expect(factors['folder-history']).toBeLessThan(0.5)
    expect(slopes['folder-history.excess-max']).toBeUndefined()
    for (const factor of Object.values(factors)) expect(factor).toBeGreaterThanOrEqual(0)
    for (const { name, isHarm } of riskFeatures) if (isHarm === true) expect(slopes[name]?.rise ?? 1).toBeGreaterThan(0)
  })

  it('leaves an average change where it was, and changes little where all is as everywhere', () => {
    const asEverywhere = outcomesOf(2_000, (values) => logistic(strengthsOf(values, [], model).reduce((a, b) => a + b, -2.5)))
    const adjustment = adjustmentFrom(asEverywhere, model)!
    const mean = (of: (outcome: RiskOutcome) => number): number => asEverywhere.reduce((sum, each) => sum + of(each), 0) / 2_000
    const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0)
    const asShipped = ({ values, words }: RiskOutcome) => strengthsOf(values, words, model)
    const before = mean((each) => sum(asShipped(each)))
    const after = mean((each) => sum(adjustedStrengths(asShipped(each), each.values, adjustment)) + adjustment.shift)
    expect(after).toBeCloseTo(before, 3)
    const moved = mean(
      (each) => (sum(adjustedStrengths(asShipped(each), each.values, adjustment)) + adjustment.shift - sum(asShipped(each))) ** 2,
    )
    expect(Math.sqrt(moved)).toBeLessThan(0.5)
  })

  it('takes a group as it is everywhere where it is told to', () => {
    const outcomes = outcomesOf(2_000, (values) => logistic(values[LINES]! - 6))
    const { factors, slopes } = adjustmentFrom(outcomes, model, ['size'])!
    expect(factors.size).toBeUndefined()
    expect(Object.keys(slopes).filter((name) => name.startsWith('size.'))).toEqual([])
  })

  it('says of each reason what it adds here', () => {
    const change = changeOf({ paths: ['src/pay.ts'] })
    const past = harmedBefore({ 'file:src/pay.ts': 3, 'folder:src': 5 })
    const of = (factor: number) =>
      assessChange(change, past, model, { factors: { 'file-history': factor }, slopes: {}, shift: 0, changes: 4_120, harms: 97 })
    const strengthOf = (factor: number) => of(factor).reasons.find(({ kind }) => kind === 'file-history')?.strength
    expect(strengthOf(2)).toBeCloseTo(2 * strengthOf(1)!, 10)
    expect(strengthOf(0)).toBeUndefined()
    expect(of(1)).toEqual({ ...assessChange(change, past, model), adjustedBy: { changes: 4_120, harms: 97 } })
    const sloped = assessChange(change, past, model, {
      ...{ factors: {}, shift: 0, changes: 4_120, harms: 97 },
      slopes: { 'file-history.harms-max': { rise: 0.5, mean: 0 } },
    })
    const reason = sloped.reasons.find(({ kind }) => kind === 'file-history')!
    expect(reason.strength).toBeCloseTo(strengthOf(1)! + 0.5 * Math.log1p(3), 10)
  })

  it('says of no past that it was good because something else of the group counts against risk here', () => {
    const past = harmedBefore({ 'folder:src': 6, 'word:round': 6, 'word:total': 6, 'word:cent': 6 })
    const slopes = { 'folder-history.changes-max': { rise: -5, mean: 0 }, 'title-history.word-rare': { rise: -50, mean: 0 } }
    const of = (rises: RiskAdjustment['slopes']) =>
      assessChange(changeOf({ paths: ['src/pay.ts'] }), past, model, { factors: {}, slopes: rises, shift: 0, changes: 4_120, harms: 97 })
    expect(of(slopes).probability).toBeLessThan(of({}).probability)
    expect(of(slopes).reasons.filter(({ kind, strength }) => kind === 'folder-history' && strength < 0)).toEqual([])
    for (const { sentence } of of(slopes).reasons) expect(sentence).not.toMatch(/less often than others/)
  })

  it('plays the past without the future: what comes later, or is not settled yet, moves nothing before', () => {
    const outcomes = outcomesOf(1_300, (values) => logistic(values[FILES]! - 3))
    const whole = playAdjusted(outcomes, model)
    expect(whole.filter((adjustment) => adjustment !== null).length).toBeGreaterThan(300)
    const from = 700
    const moved = outcomes.map((each, place) =>
      place < from ? each : { ...each, isBad: !each.isBad, values: each.values.map((value) => value + 1) },
    )
    const played = playAdjusted(moved, model)
    for (let place = 0; place < from + 14 * 24; place++) expect(played[place]).toEqual(whole[place])
    expect(played.at(-1)).not.toEqual(whole.at(-1))
  })
})
