import { describe, expect, it } from 'vitest'
import type { RepositoryPast } from '../../../src/domain/ranking.ts'
import { earlierWords } from '../../../src/rank/earlier-words.ts'
import { pastChange } from '../../../src/rank/evidence/past-change.ts'
import { prepareCandidate, prepareQuery, termHash } from '../../../src/rank/prepare.ts'
import { contextOf } from '../../../src/rank/rank.ts'
import { earlierChangeOf } from '../../support/ranking-fixtures.ts'
import { syntheticRepository } from '../../support/synthetic-pool.ts'

describe('the words of earlier changes', () => {
  const words = earlierWords()
  for (const title of ['Dig a quagmire', 'Drain it', 'Fill the quagmire'])
    words.add(earlierChangeOf({ id: title, title, body: 'quagmire' }))

  function holding(word: string): [number, number][] {
    const found: [number, number][] = []
    words.holding(termHash(word), (number, counts) => found.push([number, counts]))
    return found
  }

  it('are found with who holds them, and how often in title and message', () => {
    expect(holding('quagmir')).toEqual([
      [0, 1 | (1 << 6)],
      [1, 1 << 6],
      [2, 1 | (1 << 6)],
    ])
    expect(holding('lawn')).toEqual([])
  })

  it('are forgotten with the changes that nobody asks for any more', () => {
    words.forgetBelow(2)
    expect(holding('quagmir')).toEqual([[2, 1 | (1 << 6)]])
    expect(holding('drain')).toEqual([])
  })

  it('say the same of a report as reading every change', () => {
    const { pool, queries, pastOf } = syntheticRepository(5, 300)
    const prepared = pool.map(prepareCandidate)
    for (const query of queries) {
      const measured = (past: RepositoryPast) =>
        pastChange.measure(contextOf(prepareQuery(query), prepared, past)).map((column) => [...column])
      const { earlierHolding, ...read } = pastOf(query)
      expect(earlierHolding).toBeDefined()
      const [looked, scanned] = [measured({ ...read, ...(earlierHolding && { earlierHolding }) }), measured(read)]
      expect(Math.max(...scanned.flat())).toBeGreaterThan(0)
      for (const [at, column] of looked.entries()) {
        for (const [index, value] of column.entries()) expect(value).toBeCloseTo(scanned[at]![index]!, 12)
      }
    }
  })
})
