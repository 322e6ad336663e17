import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashText, hashTexts, packHashes, unpackHashes } from '../../../src/store/hash.ts'

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
})
