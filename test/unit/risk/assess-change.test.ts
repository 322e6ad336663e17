import { describe, expect, it } from 'vitest'
import { assessChange } from '../../../src/risk/assess-change.ts'
import { shippedRiskModel } from '../../../src/risk/model.ts'
import { changeOf, emptyPast } from '../../support/risk-fixtures.ts'

describe('the risk of a change', () => {
  it('is about the general rate where nothing is known', () => {
    const { probability, baseRate } = assessChange(changeOf({}), emptyPast, shippedRiskModel())
    expect(baseRate).toBeGreaterThan(0.01)
    expect(baseRate).toBeLessThan(0.03)
    expect(probability).toBeGreaterThan(0.002)
    expect(probability).toBeLessThan(0.1)
  })

  it('is higher where the same file was reverted before, and says so with a link', () => {
    const change = changeOf({ paths: ['src/pay.ts'] })
    const counts = new Map([['file:src/pay.ts', 10]])
    const harms = [
      {
        kind: 'reverted' as const,
        knownAt: new Date('2026-05-30T00:00:00Z'),
        title: 'Round totals',
        url: 'https://github.com/acme/shop/pull/7',
        incident: null,
        shared: ['file:src/pay.ts'],
      },
    ]
    const before = assessChange(change, { ...emptyPast, changes: 500, counts }, shippedRiskModel())
    const after = assessChange(change, { ...emptyPast, changes: 500, counts, harms }, shippedRiskModel())
    expect(after.probability).toBeGreaterThan(before.probability)
    const reason = after.reasons.find(({ kind }) => kind === 'file-history')
    expect(reason?.sentence).toContain('src/pay.ts')
    expect(reason?.url).toBe('https://github.com/acme/shop/pull/7')
  })
})
