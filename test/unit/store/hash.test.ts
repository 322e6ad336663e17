import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashText, hashTexts, packedFinder, packHashes, unpackHashes } from '../../../src/store/hash.ts'

describe('hashing texts for an index', () => {
  it('gives the same whole number below 2^47 for the same text, whatever text it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const hash = hashText(text)
        expect(hash).toBe(hashText(text))
        expect(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 47).toBe(true)
      }),
    )
    expect(hashText('src/cart.ts')).toBe(hashText('src/cart.ts\0'))
  })

  it('spreads: a hundred thousand texts, no two alike', () => {
    expect(new Set(Array.from({ length: 100_000 }, (_, index) => hashText(`term ${index}`))).size).toBe(100_000)
  })

  it('packs into six bytes each and comes back', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        const hashes = hashTexts(texts)
        expect(hashes).toEqual([...hashes].sort((a, b) => a - b))
        expect(new Set(hashes).size).toBe(hashes.length)
        const packed = packHashes(hashes)
        expect(packed.byteLength).toBe(6 * hashes.length)
        expect(unpackHashes(packed)).toEqual(hashes)
      }),
    )
  })

  it('finds the wanted ones among packed ones, also where only the last bytes are alike', () => {
    const near = fc.tuple(fc.nat(3), fc.nat(3)).map(([high, low]) => high * 2 ** 45 + low)
    const hashes = fc.uniqueArray(fc.oneof(near, fc.nat(2 ** 31 - 1)), { maxLength: 40 })
    fc.assert(
      fc.property(hashes, hashes, (wanted, kept) => {
        const ascending = kept.toSorted((a, b) => a - b)
        expect(packedFinder(wanted)(packHashes(ascending))).toEqual(ascending.filter((hash) => wanted.includes(hash)))
      }),
    )
  })
})
