import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EarlierChange } from '../../../src/domain/ranking.ts'
import { joinSpans, type KeptSpan, looseSpan, packSpan, unpackSpan } from '../../../src/rank/kept-span.ts'
import { termHash } from '../../../src/rank/prepare.ts'
import { earlierChangeOf } from '../../support/ranking-fixtures.ts'

const WORDS = ['quagmire', 'lawn', 'drain', 'fence', '決済']
const some = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join(' '))
const changes = fc.array(
  fc
    .record({
      title: some,
      body: some,
      file: fc.constantFrom('a.ts', 'src/b.ts', 'README.md'),
      identifiers: fc.array(fc.constantFrom(...WORDS)),
    })
    .map(({ file, ...rest }) => earlierChangeOf({ ...rest, id: `${rest.title}-${file}`, paths: [file] })),
  { maxLength: 12 },
)

const plain = ({ id, title, words, length, code, places }: EarlierChange) => ({ id, title, words, length, code, places })

function holders(span: Pick<KeptSpan, 'holding'>): [string, number, number][] {
  return WORDS.flatMap((word) => {
    const found: [string, number, number][] = []
    span.holding(termHash(word), (place, counts) => found.push([word, place, counts]))
    return found
  })
}

describe('a span of changes as bytes', () => {
  it('comes back as it was, wherever the bytes lie, and knows who holds a word', () => {
    fc.assert(
      fc.property(changes, fc.nat(7), (landed, offset) => {
        const packed = packSpan(landed)
        const moved = new Uint8Array(packed.byteLength + offset)
        moved.set(packed, offset)
        const span = unpackSpan(moved.subarray(offset))!
        expect(span.changes.map(plain)).toEqual(landed.map(plain))
        expect(holders(span)).toEqual(holders(looseSpan(landed)))
      }),
    )
  })

  it('is nothing when it is cut short or of another version', () => {
    const packed = packSpan(['Dig a quagmire', 'Drain it'].map((title) => earlierChangeOf({ id: title, title, paths: ['a.ts'] })))
    for (let length = 0; length < packed.byteLength; length++) expect(unpackSpan(packed.subarray(0, length))).toBeNull()
    const other = Uint8Array.from(packed)
    other[0]!++
    expect(unpackSpan(other)).toBeNull()
  })

  // Stores hold what was packed: when this changes, count VERSION in src/rank/kept-span.ts up, then write the new one here.
  it('is packed as version 1 always was', () => {
    const packed = packSpan(['Dig a quagmire', 'Drain it'].map((title) => earlierChangeOf({ id: title, title, paths: ['a.ts'] })))
    expect(createHash('sha256').update(packed).digest('hex').slice(0, 16)).toMatchInlineSnapshot(`"c1e9d248ba5cc077"`)
  })
})

describe('spans one after the other', () => {
  it('are as one, of which the last are asked for, however they are parted', () => {
    fc.assert(
      fc.property(changes, fc.nat(12), fc.nat(12), fc.nat(14), (landed, first, second, most) => {
        const cuts = [0, Math.min(first, second), Math.max(first, second), landed.length]
        const spans = [0, 1, 2].map((at) => landed.slice(cuts[at], cuts[at + 1]))
        const joined = joinSpans([unpackSpan(packSpan(spans[0]!))!, unpackSpan(packSpan(spans[1]!))!, looseSpan(spans[2]!)], most)
        const last = most === 0 ? [] : landed.slice(-most)
        expect(joined.earlier.map(plain)).toEqual(last.map(plain))
        expect(holders({ holding: joined.earlierHolding })).toEqual(holders(looseSpan(last)))
      }),
    )
  })
})
