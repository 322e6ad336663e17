import { describe, expect, it } from 'vitest'
import { baselineOrders, randomAccuracy } from '../../../src/rank/baselines.ts'
import { accuracyOf, bootstrapInterval, calibrationErrorOf, macroOf, seededRandom } from '../../../src/rank/metrics.ts'
import { prepareCandidate, prepareQuery } from '../../../src/rank/prepare.ts'
import { candidate, hoursBefore, incidentQuery } from '../../support/ranking-fixtures.ts'

describe('accuracyOf', () => {
  it('counts the best culprit of each case', () => {
    expect(accuracyOf([1, 2, 6, null])).toEqual({ top1: 0.25, top5: 0.5, top10: 0.75, mrr: (1 + 1 / 2 + 1 / 6) / 4 })
  })

  it('is 0 for no cases', () => {
    expect(accuracyOf([])).toEqual({ top1: 0, top5: 0, top10: 0, mrr: 0 })
  })

  it('weighs every set the same in the macro mean', () => {
    expect(macroOf([accuracyOf([1]), accuracyOf([null, null, null])]).top1).toBe(0.5)
  })
})

describe('calibrationErrorOf', () => {
  const random = seededRandom(7)
  const forecasts = Array.from({ length: 3_000 }, () => random()).map((probability) => ({ probability, happened: random() < probability }))

  it('is near 0 for honest probabilities', () => {
    expect(calibrationErrorOf(forecasts).ece).toBeLessThan(0.01)
  })

  it('is large for boastful ones', () => {
    const boastful = forecasts.map(({ probability, happened }) => ({ probability: Math.min(1, probability + 0.2), happened }))
    expect(calibrationErrorOf(boastful).ece).toBeGreaterThan(0.1)
  })

  it('is the same for the same seed', () => {
    expect(calibrationErrorOf(forecasts, 3)).toEqual(calibrationErrorOf(forecasts, 3))
  })
})

describe('bootstrapInterval', () => {
  it('holds the mean and narrows with more values', () => {
    const few = bootstrapInterval([0, 1, 0, 1, 1, 0, 0, 1])
    const many = bootstrapInterval(Array.from({ length: 800 }, (_, n) => n % 2))
    expect(many.low).toBeLessThan(0.5)
    expect(many.high).toBeGreaterThan(0.5)
    expect(many.high - many.low).toBeLessThan(few.high - few.low)
  })
})

describe('baselines', () => {
  it('random is the closed form of blind choice', () => {
    expect(randomAccuracy(10, 1).top1).toBeCloseTo(0.1)
    expect(randomAccuracy(10, 1).top5).toBeCloseTo(0.5)
    expect(randomAccuracy(4, 1).mrr).toBeCloseTo((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    expect(randomAccuracy(3, 3)).toEqual({ top1: 1, top5: 1, top10: 1, mrr: 1 })
  })

  it('orders by time, by words, and by both', () => {
    const pool = [
      candidate({ id: 'words', title: 'ledger rounding', mergedAt: hoursBefore(20) }),
      candidate({ id: 'old-words', title: 'ledger rounding mode', mergedAt: hoursBefore(300) }),
      candidate({ id: 'latest', mergedAt: hoursBefore(1) }),
    ].map(prepareCandidate)
    const orders = baselineOrders(prepareQuery(incidentQuery('ledger rounding fails')), pool)
    expect(orders.recency).toEqual(['latest', 'words', 'old-words'])
    expect(orders.bm25).toEqual(['words', 'old-words', 'latest'])
    expect(orders.bm25decay).toEqual(['words', 'latest', 'old-words'])
  })
})
