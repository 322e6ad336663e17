import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Candidate } from '../../../src/domain/ranking.ts'
import { summarize } from '../../../src/rank/earlier-change.ts'
import { packChange, unpackCandidate, unpackEarlier } from '../../../src/rank/kept-change.ts'
import { prepareCandidate } from '../../../src/rank/prepare.ts'
import { candidate } from '../../support/ranking-fixtures.ts'

const made = (over: Partial<Candidate> = {}) =>
  candidate({
    id: 'a',
    title: 'Round the cart totals',
    body: 'Totals of a cart are rounded twice, 決済 fails',
    paths: ['src/cart/totals.ts', 'README.md'],
    identifiers: ['roundTotals', 'cart'],
    symbols: ['roundTotals', 'Cart.total'],
    ...over,
  })

describe('a change as bytes', () => {
  it('comes back as it was, wherever the bytes lie', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })
    const some = fc.array(text, { maxLength: 5 })
    fc.assert(
      fc.property(text, text, some, some, some, fc.nat(7), (title, body, paths, identifiers, symbols, offset) => {
        const change = made({ title, body, paths, identifiers, symbols })
        const prepared = prepareCandidate(change)
        const packed = packChange(prepared)
        const moved = new Uint8Array(packed.byteLength + offset)
        moved.set(packed, offset)
        expect(unpackEarlier('a', title, moved.subarray(offset))).toEqual(summarize(prepared))
        expect(unpackCandidate(change, moved.subarray(offset))).toEqual(prepared)
      }),
    )
  })

  it('is nothing when it is cut short or of another version', () => {
    const packed = packChange(prepareCandidate(made()))
    for (let length = 0; length < packed.byteLength; length++) {
      expect(unpackEarlier('a', '', packed.subarray(0, length))).toBeNull()
      expect(unpackCandidate(made(), packed.subarray(0, length))).toBeNull()
    }
    const other = Uint8Array.from(packed)
    other[0]!++
    expect(unpackEarlier('a', '', other)).toBeNull()
    expect(unpackCandidate(made(), other)).toBeNull()
  })

  // Stores hold what was packed: when this changes, count VERSION in src/rank/kept-change.ts up, then write the new one here.
  it('is packed as version 3 always was', () => {
    const packed = packChange(prepareCandidate(made()))
    expect(createHash('sha256').update(packed).digest('hex').slice(0, 16)).toMatchInlineSnapshot(`"9fb5e0b7488e29c2"`)
  })
})
