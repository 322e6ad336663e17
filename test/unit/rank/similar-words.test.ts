import { describe, expect, it } from 'vitest'
import { readCandidate, readQuery } from '../../../src/rank/similar/similar-read.ts'
import { cutWords, packWords, unpackWords } from '../../../src/rank/similar/similar-words.ts'

const REPORT = { title: 'Checkout fails: PaymentTimeout', body: 'at src/ledger/retry.ts:42\n決済がタイムアウト again and again' }

describe('the words of an incident, kept', () => {
  it('come back as they were cut', () => {
    const words = cutWords(REPORT)
    expect(words.title.length).toBeGreaterThan(3)
    expect(words.body.length).toBeGreaterThan(6)
    expect(unpackWords(packWords(words))).toEqual(words)
    expect(unpackWords(packWords(cutWords({ title: '', body: '' })))).toEqual({ title: new Uint32Array(), body: new Uint32Array() })
  })

  it('come back from bytes that lie at any place in a buffer', () => {
    const packed = packWords(cutWords(REPORT))
    const moved = new Uint8Array(packed.length + 1)
    moved.set(packed, 1)
    expect(unpackWords(moved.subarray(1))).toEqual(cutWords(REPORT))
  })

  it('are nothing when they were packed by another version, or cut short', () => {
    const packed = packWords(cutWords(REPORT))
    expect(unpackWords(packed.with(0, 99))).toBeNull()
    expect(unpackWords(packed.subarray(0, -1))).toBeNull()
    expect(unpackWords(packed.subarray(0, 8))).toBeNull()
    expect(unpackWords(new Uint8Array())).toBeNull()
  })

  /** When this fails because texts are cut otherwise: count VERSION up, so that what stores keep is cut anew. */
  it('are those of this version', () => {
    expect(
      Buffer.from(packWords(cutWords({ title: 'Retries fail', body: 'src/ledger/retryQueue.ts' }))).toString('hex'),
    ).toMatchInlineSnapshot(`"0100000002000000e9c379ea6d87531ec9e13cd38c1c7ceee9c379eab8b8dff494b1db43704e45463042295387748c2e"`)
  })

  it('read as the text itself does', () => {
    const others = [
      REPORT,
      { title: 'Payment fails again', body: 'PaymentTimeout in src/ledger/retry.ts:42, 決済' },
      { title: '', body: '' },
    ]
    const more = { id: 1, labels: [], services: [], openedAt: new Date(0) }
    const statistics = { documentCount: 9, documentFrequency: new Map([['checkout', 2]]) }
    const query = readQuery({ ...more, ...REPORT }, statistics)
    for (const other of others) {
      const { incident: _i, ...kept } = readCandidate(query, { ...more, ...other, title: other.title, words: packWords(cutWords(other)) })
      const { incident: _j, ...cut } = readCandidate(query, { ...more, ...other })
      expect(kept).toEqual(cut)
    }
    const { met, titleCovered, pairsMet } = readCandidate(query, { ...more, ...REPORT, words: packWords(cutWords(REPORT)) })
    expect(met.size).toBe(query.terms.size)
    expect(titleCovered).toBe(1)
    expect(pairsMet).toBe(query.pairs.size)
  })
})
