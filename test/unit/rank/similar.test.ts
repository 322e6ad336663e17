import { describe, expect, it } from 'vitest'
import { heatmap, rankSimilar, relatedReason } from '../../../src/rank/similar/similar.ts'
import type { ComparableIncident } from '../../../src/rank/similar/similar-read.ts'
import { similarQuestion, similarTerms } from '../../../src/rank/similar/similar-terms.ts'

const now = new Date('2026-03-04T14:02:00Z')
const incident = (id: number, title: string, body = '', more: Partial<ComparableIncident> = {}): ComparableIncident => ({
  id,
  title,
  body,
  labels: ['incident'],
  services: [],
  openedAt: new Date(now.getTime() - id * 86_400_000),
  ...more,
})

/** Statistics as the index would give them for these incidents. */
function statistics(query: ComparableIncident, past: readonly ComparableIncident[]) {
  const documents = past.map((each) => new Set(similarTerms(each)))
  const documentFrequency = new Map(similarTerms(query).map((term) => [term, documents.filter((document) => document.has(term)).length]))
  return { documentCount: past.length, documentFrequency }
}
const search = (query: ComparableIncident, past: readonly ComparableIncident[]) => rankSimilar(query, past, statistics(query, past), now)

const PAST = [
  incident(1, 'Search results are empty', 'The index was not rebuilt after the release.'),
  incident(2, 'Payments hang at checkout', 'ECONNRESET from the ledger after 30 s, timeout in LedgerClient.write', {
    services: ['checkout'],
  }),
  incident(3, 'Pictures are not resized', 'The worker is OOMKilled.'),
  incident(4, 'Login mails arrive late', 'Queue is long.'),
]

describe('rankSimilar', () => {
  it('finds the one with the same words, error class and service, and says why', () => {
    const query = incident(99, 'Checkout: payments time out', 'LedgerClient.write fails with ECONNRESET', {
      services: ['checkout'],
      openedAt: now,
    })
    const [first, ...rest] = search(query, PAST)
    expect(first).toMatchObject({ id: 2 })
    expect(first?.reason).toMatch(/^same error class ECONNRESET in checkout; shares “/)
    expect(first?.sharedTerms.length).toBeGreaterThan(0)
    expect(rest).toEqual([])
  })

  it('shows nothing when nothing is alike', () => {
    expect(search(incident(99, 'Certificate of the status page expired', 'Browsers warn.'), PAST)).toEqual([])
    expect(search(incident(99, ''), PAST)).toEqual([])
    expect(search(incident(99, 'Anything'), [])).toEqual([])
  })

  it('finds a Japanese word inside a sentence', () => {
    const past = [incident(1, 'タイムアウト'), incident(2, 'ログインできない'), incident(3, '画像が表示されない')]
    expect(search(incident(99, '決済がタイムアウト'), past).map(({ id }) => id)).toEqual([1])
  })

  it('names the whole word that both have, never a piece of it', () => {
    const past = [incident(1, 'タイムアウトが多発'), incident(2, 'ログインできない'), incident(3, '画像が表示されない')]
    expect(search(incident(99, '決済のタイムアウト'), past)[0]?.sharedTerms).toEqual(['タイムアウト'])
  })

  it('is surer of an equal title than of one with a word in common', () => {
    const past = [...PAST, incident(5, 'Payments hang at checkout, again')]
    const [sure] = search(incident(99, 'Payments hang at checkout', '', { openedAt: now }), past)
    const unsure = search(incident(99, 'Payments of vouchers are rounded', '', { openedAt: now }), past)[0]
    expect(sure?.probability).toBeGreaterThan(unsure?.probability ?? 0)
  })

  it('never looks at the future or at itself', () => {
    const later = incident(5, 'Payments hang at checkout', '', { openedAt: new Date(now.getTime() + 1) })
    const itself = incident(99, 'Payments hang at checkout')
    expect(search(itself, [later, itself])).toEqual([])
  })

  it('does not care in which order candidates come', () => {
    const query = incident(99, 'Payments hang in the ledger', 'timeout')
    expect(search(query, PAST.toReversed())).toEqual(search(query, PAST))
  })

  it('folds alarms that repeat into one, the newest, with the others counted', () => {
    const alarm = (id: number, n: number) => incident(id, `High error rate on checkout: ${n} % of requests failed`)
    const [only, ...rest] = search(alarm(99, 12), [alarm(3, 7), alarm(1, 31), alarm(2, 9), ...PAST.slice(2)])
    expect(only).toMatchObject({ id: 1, copyIds: [2, 3] })
    expect(rest).toEqual([])
  })

  it('prefers the one that broke in the same place', () => {
    const trace = '\n  at charge (src/pay/charge.ts:10:5)\n  at handle (src/http.ts:3:1)'
    const query = incident(99, 'Orders fail with an error', `TypeError: x is undefined${trace.replace('10:5', '14:9')}`)
    const past = [incident(1, 'Orders fail with an error', 'TypeError: y'), incident(2, 'Orders fail with error', `TypeError: z${trace}`)]
    expect(search(query, past)[0]).toMatchObject({ id: 2, reason: expect.stringContaining('same stack trace') as string })
  })
})

describe('similarTerms', () => {
  const long = {
    title: 'Ledger timeout',
    body: `ledger ${Array.from({ length: 900 }, (_, i) => `word${String.fromCharCode(97 + (i % 26))}x${i}y`).join(' ')}`,
  }

  it('holds each term once, the title first, at most 400, and then the marks of the title', () => {
    const found = similarTerms(long)
    expect(found.slice(0, 2)).toEqual(similarTerms({ title: 'Ledger timeout', body: '' }).slice(0, 2))
    expect(new Set(found).size).toBe(found.length)
    expect(found).toHaveLength(402)
    expect(found.slice(400)).toEqual(similarTerms({ title: 'Ledger timeout', body: '' }).slice(2))
  })

  it('asks for every word of the title, wherever it stands and once more where it stands in a title', () => {
    const { terms, always } = similarQuestion(long)
    expect(always.map(({ term }) => term).sort()).toEqual(similarTerms({ title: 'Ledger timeout', body: '' }).sort())
    expect(terms).not.toContain('ledger')
  })
})

describe('relatedReason', () => {
  it('names what connects two incidents', () => {
    expect(relatedReason({ distance: 0, isSimilar: false, services: ['checkout'] })).toBe('same service checkout')
    expect(relatedReason({ distance: 1, isSimilar: true, services: ['ledger'] })).toBe('ledger is directly connected; similar text')
    expect(relatedReason({ distance: null, isSimilar: false, services: [], sharesDeployment: true })).toBe('changed by the same deployment')
  })

  it('is null when nothing does', () => {
    expect(relatedReason({ distance: null, isSimilar: false, services: ['search'] })).toBeNull()
  })
})

describe('heatmap', () => {
  it('counts by ISO week in UTC, oldest first, ending now', () => {
    const days = ['2026-03-02T00:00:00Z', '2026-03-01T23:59:59Z', '2026-02-16T12:00:00Z', '2020-01-01T00:00:00Z'].map((at) => new Date(at))
    expect(heatmap(days, now, 3)).toEqual(
      [
        { weekStart: new Date('2026-02-16T00:00:00Z'), count: 1 },
        { weekStart: new Date('2026-02-23T00:00:00Z'), count: 1 },
        { weekStart: new Date('2026-03-02T00:00:00Z'), count: 1 },
      ].map((week, i) => ({ ...week, count: [1, 1, 1][i] })),
    )
  })
})
