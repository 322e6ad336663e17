import { describe, expect, it } from 'vitest'
import { type Postings, poolOf } from '../../../src/rank/pool.ts'
import { prepareCandidate, slotOf } from '../../../src/rank/prepare.ts'
import { candidate, hoursBefore } from '../../support/ranking-fixtures.ts'
import { syntheticRepository } from '../../support/synthetic-pool.ts'

const { pool: candidates } = syntheticRepository(11, 120)
const prepared = candidates.map(prepareCandidate)
const pool = poolOf(prepared)

function holding(postings: Postings, hash: number): number[] {
  const slot = slotOf(postings, hash)
  return slot === -1 ? [] : [...postings.places.subarray(postings.starts[slot], postings.starts[slot + 1])]
}

describe('poolOf', () => {
  it('holds in order of id all that are not ruled out', () => {
    const ids = pool.candidates.map(({ candidate: { id } }) => id)
    expect(ids).toEqual(ids.toSorted())
    expect(ids).toHaveLength(candidates.filter(({ ruledOut }) => ruledOut === null).length)
    expect(ids.length).toBeLessThan(candidates.length)
  })

  it.each([
    ['terms', 'termHashes'],
    ['paths', 'pathHashes'],
    ['folders', 'folderHashes'],
    ['names', 'nameHashes'],
  ] as const)('finds by %s whom a scan finds', (index, field) => {
    const hashes = new Set(pool.candidates.flatMap((each) => [...each[field]]))
    expect(hashes.size).toBeGreaterThan(20)
    for (const hash of hashes) {
      const scanned = pool.candidates.flatMap((each, place) => [...each[field]].filter((own) => own === hash).map(() => place))
      expect(holding(pool[index], hash)).toEqual(scanned)
    }
    expect(holding(pool[index], 12_345)).toEqual([])
  })

  it('keeps the counts of each term beside its place', () => {
    for (const [place, { termHashes, termCounts }] of pool.candidates.entries()) {
      const { places, starts, counts } = pool.terms
      const found = Array.from(termHashes, (hash) => {
        const slot = slotOf(pool.terms, hash)
        return counts[places.subarray(0, starts[slot + 1]).indexOf(place, starts[slot])]
      })
      expect(found).toEqual([...termCounts])
    }
  })

  it('is made once a list, and the same for any order of it', () => {
    expect(poolOf(prepared)).toBe(pool)
    expect(poolOf(prepared.toReversed()).candidates).toEqual(pool.candidates)
  })

  it('stands empty where nothing landed', () => {
    expect(poolOf([])).toMatchObject({ candidates: [], lastMergedMs: -Infinity })
  })

  it('knows what took effect last: by going live, else by landing', () => {
    const small = poolOf(
      [
        candidate({ id: 'a', mergedAt: hoursBefore(3) }),
        candidate({ id: 'b', mergedAt: hoursBefore(9), liveAt: hoursBefore(1) }),
        candidate({ id: 'c', mergedAt: hoursBefore(2) }),
      ].map(prepareCandidate),
    )
    expect([...small.latestFirst]).toEqual([1, 2, 0])
    expect(small.lastMergedMs).toBe(hoursBefore(2).getTime())
  })
})
