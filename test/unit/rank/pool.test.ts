import { describe, expect, it } from 'vitest'
import { poolOf } from '../../../src/rank/pool.ts'
import { placesOf } from '../../../src/rank/postings.ts'
import { LISTS, prepareCandidate, slotOf } from '../../../src/rank/prepare.ts'
import { candidate, hoursBefore } from '../../support/ranking-fixtures.ts'
import { syntheticRepository } from '../../support/synthetic-pool.ts'

const { pool: candidates } = syntheticRepository(11, 120)
const prepared = candidates.map(prepareCandidate)
const pool = poolOf(prepared)

describe('poolOf', () => {
  it('holds in order of id all that are not ruled out', () => {
    const ids = pool.candidates.map(({ candidate: { id } }) => id)
    expect(ids).toEqual(ids.toSorted())
    expect(ids).toHaveLength(candidates.filter(({ ruledOut }) => ruledOut === null).length)
    expect(ids.length).toBeLessThan(candidates.length)
  })

  it.each([
    ['paths', 'pathHashes'],
    ['folders', 'folderHashes'],
    ['names', 'nameHashes'],
    ['stems', 'stemHashes'],
  ] as const)('finds by %s whom a scan finds', (index, field) => {
    const hashes = new Set(pool.candidates.flatMap((each) => [...each[field]]))
    expect(hashes.size).toBeGreaterThan(5)
    for (const hash of hashes) {
      const scanned = pool.candidates.flatMap((each, place) => [...each[field]].filter((own) => own === hash).map(() => place))
      expect([...placesOf(pool[index], hash)]).toEqual(scanned)
    }
    expect([...placesOf(pool[index], 12_345)]).toEqual([])
  })

  it.each(LISTS)('finds by terms of list %i whom a scan finds, with the counts of each', (list) => {
    const { starts, places, counts } = pool.lists[list]!
    const hashes = new Set(pool.candidates.flatMap(({ lists }) => [...lists[list]!.hashes]))
    expect(hashes.size).toBeGreaterThan(20)
    for (const hash of hashes) {
      const scanned = pool.candidates.flatMap(({ lists }, place) => {
        const at = lists[list]!.hashes.indexOf(hash)
        return at === -1 ? [] : [[place, lists[list]!.counts[at]]]
      })
      const slot = slotOf(pool.lists[list]!, hash)
      const found = [...places.keys()].slice(starts[slot], starts[slot + 1]).map((at) => [places[at], counts[at]])
      expect(found).toEqual(scanned)
    }
    expect(slotOf(pool.lists[list]!, 12_345)).toBe(-1)
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
