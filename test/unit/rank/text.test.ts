import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TERMS, termOf, terms, uniqueTerms } from '../../../src/rank/text.ts'

describe('terms', () => {
  it('stems words and drops stop words', () => {
    expect(terms('The builds are failing after the retries')).toEqual(['build', 'fail', 'retri'])
  })

  it('keeps repeats, uniqueTerms does not', () => {
    expect(terms('ledger Ledger ledgers')).toEqual(['ledger', 'ledger', 'ledger'])
    expect(uniqueTerms('ledger Ledger ledgers')).toEqual(['ledger'])
  })

  it.each([
    ['handleRequest', ['handl', 'request', 'handlerequest']],
    ['HTTPServer', ['http', 'server', 'httpserver']],
    ['retry_policy', ['retri', 'polici', 'retry_policy']],
    ['foo-bar', ['foo', 'bar', 'foo-bar']],
    ['std::vector', ['std', 'vector', 'std::vector']],
    ['checkout/retry.ts', ['checkout', 'retri', 'ts', 'checkout/retry.ts', 'retry.ts']],
  ])('splits the identifier %s and keeps it whole', (identifier, expected) => {
    expect(terms(identifier)).toEqual(expected)
  })

  it('cuts a line number off a path', () => {
    expect(terms('checkout/retry.ts:188')).toContain('checkout/retry.ts')
  })

  it('keeps numbers that look like error codes only', () => {
    expect(terms('502 twice in 7 tries at 20261124')).toEqual(['502', 'twice', 'tri'])
  })

  it('folds case and compatibility forms', () => {
    expect(terms('ＡＢＣ Größe')).toEqual(terms('abc größe'))
  })

  it.each([
    ['決済がタイムアウト', 'タイムアウト'],
    ['결제가 시간초과', '결제'],
    ['数据库连接超时', '连接超时'],
    ['checkoutがタイムアウトした', 'checkout'],
  ])('%s shares a term with %s', (sentence, word) => {
    const known = new Set(terms(sentence))
    expect(terms(word).some((term) => known.has(term))).toBe(true)
  })

  it('is bounded and never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        const found = terms(text)
        expect(found.length).toBeLessThanOrEqual(MAX_TERMS)
        expect(found.every((term) => term.length > 0)).toBe(true)
        expect(terms(text)).toEqual(found)
      }),
    )
    for (const text of ['a.'.repeat(500_000), 'aB'.repeat(500_000), '決'.repeat(1_000_000), '\ud800ﷺ'.repeat(100_000)]) {
      expect(terms(text).length).toBeLessThanOrEqual(MAX_TERMS)
    }
  })
})

describe('termOf', () => {
  it('is null for what terms would drop', () => {
    expect(termOf('the')).toBeNull()
    expect(termOf('x')).toBeNull()
    expect(termOf('12')).toBeNull()
    expect(termOf('Retries')).toBe('retri')
  })
})
