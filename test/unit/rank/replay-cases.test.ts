import { describe, expect, it } from 'vitest'
import { replayCases } from '../../../src/rank/learn/replay-cases.ts'
import { candidate, hoursBefore } from '../../support/ranking-fixtures.ts'

const changes = Array.from({ length: 20 }, (_, n) =>
  candidate({ id: `c${String(n).padStart(2, '0')}`, title: `Alter part${n}`, mergedAt: hoursBefore(100 - n) }),
)
const cases = [
  { id: 'first', at: hoursBefore(94.5), text: 'part3 is broken', culprits: ['c03'], poolStart: 0, poolEnd: 6 },
  { id: 'second', at: hoursBefore(85.5), text: 'part12 is broken', culprits: ['c12'], poolStart: 5, poolEnd: 15 },
]

describe('replayCases', () => {
  it('shows each case only what was known then', () => {
    const seen = [
      ...replayCases(changes, cases).map(({ past, pool, query }) => ({
        documents: past.documentCount,
        culprits: past.culprits.map(({ changeId }) => changeId),
        pool: pool.map(({ candidate: { id } }) => id),
        latest: past.landedAt.every((at) => at <= query.query.at),
      })),
    ]
    expect(seen[0]).toEqual({ documents: 6, culprits: [], pool: ['c00', 'c01', 'c02', 'c03', 'c04', 'c05'], latest: true })
    expect(seen[1]).toMatchObject({ documents: 15, culprits: ['c03'], latest: true })
  })

  it('does not tell an outcome to a case of the same moment', () => {
    const together = cases.map((incident) => ({ ...incident, at: hoursBefore(85.5) }))
    const known = [...replayCases(changes, together).map(({ past }) => past.culprits.length)]
    expect(known).toEqual([0, 0])
  })
})
