import { describe, expect, it } from 'vitest'
import { pastChange } from '../../../src/rank/evidence/past-change.ts'
import { prepareCandidate, prepareQuery } from '../../../src/rank/prepare.ts'
import { contextOf } from '../../../src/rank/rank.ts'
import type { EarlierChange } from '../../../src/domain/ranking.ts'
import { candidate, earlierChangeOf, emptyPast, incidentQuery } from '../../support/ranking-fixtures.ts'

const pool = [
  candidate({ id: 'loader', title: 'Load lazily', paths: ['darwin/loader.c'], identifiers: ['mapSegments'] }),
  candidate({ id: 'printer', title: 'Print twice', paths: ['printer/queue.c'] }),
  candidate({ id: 'docs', title: 'Explain', paths: ['docs/a.md'] }),
]

/** A past long enough to be trusted. */
const unrelated = Array.from({ length: 200 }, (_, n) =>
  earlierChangeOf({ id: `u${n}`, title: 'Water plants', body: '', paths: ['garden/bed.txt'], identifiers: [] }),
)

function measured(text: string, earlier?: EarlierChange[], before = unrelated): number[][] {
  const past = earlier === undefined ? emptyPast() : emptyPast({ earlier: [...before, ...earlier] })
  // In order of id: docs, loader, printer.
  return pastChange.measure(contextOf(prepareQuery(incidentQuery(text)), pool.map(prepareCandidate), past)).map((column) => [...column])
}

describe('pastChange', () => {
  it('finds code that the report has other words for, through an earlier change that had both', () => {
    const earlier = [
      earlierChangeOf({ id: 'e', title: 'Unbreak the macs', body: '', paths: ['darwin/start.c'], identifiers: ['mapSegments'] }),
    ]
    expect(measured('macs crash at start', earlier)).toEqual([
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
    ])
  })

  it('says nothing without a past, or when no earlier change shares a word', () => {
    expect(measured('macs crash')).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ])
    const earlier = [earlierChangeOf({ id: 'e', title: 'Tidy', body: '', paths: ['darwin/loader.c'], identifiers: [] })]
    expect(measured('macs crash', earlier)).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ])
  })

  it('is trusted less where the past is short: there the best match is most often a suspect itself', () => {
    const earlier = [earlierChangeOf({ id: 'e', title: 'Mend macs', body: '', paths: ['darwin/loader.c'], identifiers: [] })]
    const [, places] = measured('macs crash', earlier, unrelated.slice(0, 19))
    expect(places![1]).toBeCloseTo(20 / 200)
  })

  it('takes no change as a hint of itself', () => {
    expect(measured('it loads lazily', pool.map(earlierChangeOf))).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ])
  })

  it('weighs by how much an earlier change reads like the report', () => {
    const earlier = [
      earlierChangeOf({ id: 'e1', title: 'Unbreak spooler of macs', body: '', paths: ['printer/queue.c'], identifiers: [] }),
      earlierChangeOf({ id: 'e2', title: 'Unbreak macs', body: '', paths: ['darwin/loader.c'], identifiers: [] }),
    ]
    const [, places] = measured('the spooler of macs hangs', earlier)
    expect(places![2]).toBe(1)
    expect(places![1]).toBeGreaterThan(0)
    expect(places![1]).toBeLessThan(1)
  })

  it('takes a change of that code alone as more alike than one of much else besides', () => {
    const broad = candidate({ id: 'broad', title: 'Tidy', paths: ['darwin/loader.c', 'a/one.c', 'b/two.c', 'c/three.c', 'd/four.c'] })
    const earlier = [earlierChangeOf({ id: 'e', title: 'Unbreak macs', body: '', paths: ['darwin/loader.c'], identifiers: [] })]
    const past = emptyPast({ earlier: [...unrelated, ...earlier] })
    const context = contextOf(prepareQuery(incidentQuery('macs crash')), [...pool, broad].map(prepareCandidate), past)
    // In order of id: broad, docs, loader, printer.
    const [, , alike] = pastChange.measure(context)
    expect(alike![2]).toBe(1)
    expect(alike![0]).toBeGreaterThan(0)
    expect(alike![0]).toBeLessThan(0.9)
  })
})
