import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { earlierChangeOf, packEarlier, unpackEarlier } from '../../../src/rank/earlier-change.ts'

const made = (over: Partial<Parameters<typeof earlierChangeOf>[0]> = {}) =>
  earlierChangeOf({
    id: 'a',
    title: 'Round the cart totals',
    body: 'Totals of a cart are rounded twice, 決済 fails',
    paths: ['src/cart/totals.ts', 'README.md'],
    identifiers: ['roundTotals', 'cart'],
    ...over,
  })

describe('an earlier change as bytes', () => {
  it('comes back as it was, wherever the bytes lie', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(text, { maxLength: 4 }),
        fc.array(text, { maxLength: 9 }),
        fc.nat(7),
        (title, body, paths, identifiers, offset) => {
          const change = made({ title, body, paths, identifiers })
          const packed = packEarlier(change)
          const moved = new Uint8Array(packed.byteLength + offset)
          moved.set(packed, offset)
          expect(unpackEarlier('a', title, moved.subarray(offset))).toEqual(change)
        },
      ),
    )
  })

  it('is nothing when it is cut short or of another version', () => {
    const packed = packEarlier(made())
    for (let length = 0; length < packed.byteLength; length++) expect(unpackEarlier('a', '', packed.subarray(0, length))).toBeNull()
    const other = Uint8Array.from(packed)
    other[0]!++
    expect(unpackEarlier('a', '', other)).toBeNull()
  })

  // Stores hold what was packed: when this changes, count VERSION in src/rank/earlier-change.ts up, then write the new one here.
  it('is packed as version 1 always was', () => {
    expect(createHash('sha256').update(packEarlier(made())).digest('hex').slice(0, 16)).toBe('69b0dde25d6cc23e')
  })
})
