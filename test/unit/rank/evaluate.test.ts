import { describe, expect, it } from 'vitest'
import { answerSet, reportOf } from '../../../src/rank/learn/evaluate.ts'
import { featureNames } from '../../../src/rank/features.ts'
import { measureSet } from '../../../src/rank/learn/measure-cases.ts'
import { shippedSuspectModel } from '../../../src/rank/model.ts'
import { quietMoments } from '../../../src/rank/learn/quiet-moments.ts'
import { candidate, hoursBefore } from '../../support/ranking-fixtures.ts'

const changes = Array.from({ length: 20 }, (_, n) =>
  candidate({ id: `c${String(n).padStart(2, '0')}`, title: `Alter part${n}`, paths: [`area${n}/main.ts`], mergedAt: hoursBefore(100 - n) }),
)
const judged = { titleRun: 1, describesChange: false }
const cases = [
  { id: 'first', at: hoursBefore(94.5), text: 'part3 is broken', culprits: ['c03'], poolStart: 0, poolEnd: 6, ...judged },
  { id: 'second', at: hoursBefore(85.5), text: 'part12 is broken', culprits: ['c12'], poolStart: 5, poolEnd: 15, ...judged },
]

describe('measureSet', () => {
  const { cases: measured } = measureSet({ name: 'acme+shop', changes, cases })

  it('has a column for each feature and a row for each candidate', () => {
    expect(measured[0]!.columns).toHaveLength(featureNames.length)
    expect(measured[0]!.columns.map(({ length }) => length)).toEqual(featureNames.map(() => 6))
    expect(measured[0]).toMatchObject({ pool: 6, culprits: [3], culpritAgeMs: 2.5 * 3_600_000 })
  })

  it('asks each twin as if the culprit had never landed', () => {
    const without = changes.filter(({ id }) => id !== 'c12')
    const [, alone] = measureSet({
      name: 'without',
      changes: without,
      cases: [cases[0]!, { ...cases[1]!, culprits: ['c11'], poolEnd: 14 }],
    }).cases
    expect(measured[1]!.twin.culprits).toEqual([])
    expect(measured[1]!.twin.pool).toBe(9)
    expect(measured[1]!.twin.columns).toEqual(alone!.columns)
    expect(measured[1]!.twin.facts).toEqual(alone!.facts)
  })
})

describe('quietMoments', () => {
  const long = Array.from({ length: 400 }, (_, n) =>
    candidate({ id: `d${String(n).padStart(3, '0')}`, mergedAt: hoursBefore(4_000 - 10 * n) }),
  )
  const known = [{ id: 'case', at: hoursBefore(1_995), text: 'slow', culprits: ['d200'], poolStart: 170, poolEnd: 201 }]

  it('asks when no known culprit had landed in the lookback', () => {
    const moments = Array.from({ length: 50 }, (_, seed) => quietMoments({ changes: long, cases: known }, seed)).flat()
    expect(moments.length).toBeGreaterThan(40)
    for (const { at, poolStart, poolEnd, culprits } of moments) {
      const pool = long.slice(poolStart, poolEnd)
      expect(culprits).toEqual([])
      expect(pool.some(({ id }) => id === 'd200')).toBe(false)
      expect(pool.every(({ mergedAt }) => mergedAt <= at && mergedAt.getTime() >= at.getTime() - 14 * 86_400_000)).toBe(true)
      expect(long[poolEnd] === undefined || long[poolEnd].mergedAt > at).toBe(true)
    }
  })

  it('leaves a case out where no moment is quiet', () => {
    expect(quietMoments({ changes, cases: [{ ...cases[0]!, culprits: ['c01'] }] })).toEqual([])
  })
})

describe('reportOf', () => {
  const report = reportOf([answerSet(measureSet({ name: 'acme+shop', changes, cases }), shippedSuspectModel())], 'shipped')

  it('reports each set, the macro mean and what has to be beaten', () => {
    expect(report.sets).toEqual([{ name: 'acme+shop', cases: 2, pool: 8, top1: 1, top5: 1, top10: 1, mrr: 1 }])
    expect(report.macro).toMatchObject({ cases: 2, top1: 1, intervals: { top1: { low: 1, high: 1 } } })
    expect(Object.keys(report.baselines)).toEqual(['random', 'recency', 'bm25', 'bm25decay'])
    expect(report.baselines.recency.top1).toBe(0)
  })

  it('counts each kind of case', () => {
    const counts = new Map(report.splits.map(({ split, cases: count }) => [split, count]))
    expect(counts.get('pool below 50')).toBe(2)
    expect(counts.get('pool of 150 or more')).toBe(0)
    expect(counts.get('strict (title run below 3, does not describe the change)')).toBe(2)
    expect(counts.get('culprit not in the pool')).toBe(0)
  })

  it('is surer that the cause is listed where it is', () => {
    expect(report.listed.twins).toMatchObject({ cases: 2, auc: 1 })
  })
})
