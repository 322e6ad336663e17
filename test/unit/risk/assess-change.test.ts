import { describe, expect, it } from 'vitest'
import { assessChange } from '../../../src/risk/assess-change.ts'
import { shippedRiskModel } from '../../../src/risk/model.ts'
import { changeOf, emptyPast, harmedBefore } from '../../support/risk-fixtures.ts'

const model = shippedRiskModel()

describe('the risk of a change', () => {
  it('is near the general rate where nothing is known', () => {
    const { probability, baseRate } = assessChange(changeOf({}), emptyPast, model)
    expect(baseRate).toBeCloseTo(model.rate)
    expect(probability).toBeGreaterThan(0.002)
    expect(probability).toBeLessThan(0.1)
  })

  it('is higher where the same file was reverted before, and says so with a link', () => {
    const change = changeOf({ paths: ['src/pay.ts'] })
    const before = assessChange(change, harmedBefore({ 'file:src/pay.ts': 0 }), model)
    const after = assessChange(change, harmedBefore({ 'file:src/pay.ts': 3 }), model)
    expect(after.probability).toBeGreaterThan(before.probability)
    const reason = after.reasons.find(({ kind }) => kind === 'file-history')
    expect(reason?.sentence).toBe('src/pay.ts: 3 of 10 earlier changes were taken back or caused an incident')
    expect(reason?.url).toBe('https://github.com/acme/shop/pull/3')
  })

  it("starts from the repository's own base rate", () => {
    const of = (harmed: number) => assessChange(changeOf({}), { ...emptyPast, settled: { changes: 4_000, harmed } }, model)
    expect(of(400).baseRate).toBeGreaterThan(0.08)
    expect(of(400).probability).toBeGreaterThan(of(20).probability)
  })

  it('names files that usually change along, bumps and missing files, without weighing them', () => {
    const plain = changeOf({ paths: ['src/pay.ts'] })
    const { context, probability } = assessChange(
      { ...plain, bumps: [{ dependency: 'left-pad', from: '1.0.0', to: '2.0.0' }], filesTruncated: true, fileCount: 1 },
      { ...emptyPast, missing: [{ path: 'src/pay.sql', with: 'src/pay.ts', together: 9, changes: 10 }] },
      model,
    )
    expect(context.map(({ sentence }) => sentence)).toEqual([
      'src/pay.sql is not touched, but was in 9 of the last 10 changes of src/pay.ts',
      'Bumps left-pad 1.0.0 → 2.0.0',
      'Only 1 of its 1 files are known: the others may carry risk that is not counted',
    ])
    expect(context.every(({ strength }) => strength === 0)).toBe(true)
    expect(probability).toBe(assessChange(plain, emptyPast, model).probability)
  })

  it('gives no reason that did not move it, and five at most', () => {
    const { reasons } = assessChange(changeOf({ paths: ['src/pay.ts'] }), harmedBefore({ 'file:src/pay.ts': 3, 'folder:src': 5 }), model)
    expect(reasons.length).toBeLessThanOrEqual(5)
    expect(reasons.every(({ strength }) => Math.abs(strength) >= 0.05)).toBe(true)
  })

  it('names the words of a title that count, as the title has them, and none that count for nothing or the other way', () => {
    const weighed = { ...model, features: [], words: { enabl: 0.9, coupon: 0.02, fix: -0.6, default: 0.3, switch: 0.2 }, wordMean: 0 }
    const said = (title: string) =>
      assessChange(changeOf({ title }), emptyPast, weighed).reasons.find(({ kind }) => kind === 'title')?.sentence
    expect(said('Enabling coupons, fix default switch')).toBe(
      'Titles with "enabling" and "default" often come before a revert, in any repository',
    )
    expect(said('Fix the `coupons`')).toBe('Titles with "fix" rarely come before a revert, in any repository')
    expect(said('Round coupons')).toBeUndefined()
  })
})
