import fc from 'fast-check'
import picomatch from 'picomatch'
import { describe, expect, it } from 'vitest'
import { globProblem, nameGlob, pathGlob } from '../../../src/catalog/glob.ts'

describe('globs over paths', () => {
  const cases: [string, string, boolean][] = [
    ['services/checkout/**', 'services/checkout/src/a.ts', true],
    ['services/checkout/**', 'services/checkout', true],
    ['services/checkout/**', 'services/checkouts/a.ts', false],
    ['services/checkout', 'services/checkout/src/a.ts', true],
    ['services/checkout/', 'services/checkout/src/a.ts', true],
    ['/services/checkout/', 'services/checkout/a.ts', true],
    ['./src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/deep/a.ts', false],
    ['**/*.sql', 'a.sql', true],
    ['**/*.sql', 'db/.hidden/a.sql', true],
    ['libs/{money,tax}/**', 'libs/tax/rate.ts', true],
    ['libs/{money,tax}/**', 'libs/time/rate.ts', false],
    ['app/\\[id\\]/page.tsx', 'app/[id]/page.tsx', true],
    ['a?c', 'abc', true],
    ['**', 'anything/at/all', true],
    ['支払い/**', '支払い/画面.ts', true],
    ['Src/**', 'src/a', false],
  ]
  it.each(cases)('%s on %s is %s', (pattern, path, matches) => {
    expect(pathGlob(pattern)(path)).toBe(matches)
  })

  it('agrees with picomatch on every pattern whose last segment is a wildcard', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b', '?', '**', 'a?b')
    const pattern = fc
      .tuple(fc.array(segment, { maxLength: 4 }), fc.constantFrom('*', '*.ts', 'a*'))
      .map(([head, last]) => [...head, last].join('/'))
    const path = fc
      .array(fc.constantFrom('a', 'b', 'ab', 'aab', 'b.ts', '.a'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('/'))
    fc.assert(
      fc.property(pattern, path, (glob, subject) => {
        expect(pathGlob(glob)(subject)).toBe(picomatch.isMatch(subject, glob, { dot: true }))
      }),
      { numRuns: 2000 },
    )
  })

  it('answers at once where backtracking would take minutes', () => {
    const startedAt = performance.now()
    expect(pathGlob(`**/${'*a'.repeat(100)}*b`)('a'.repeat(4000))).toBe(false)
    expect(pathGlob(`${'**/a/'.repeat(40)}b`)('a/'.repeat(2000))).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})

describe('globs over names', () => {
  const cases: [string, string, boolean][] = [
    ['production', 'Production', true],
    ['prod-*', 'prod-eu', true],
    ['prod-*', 'preprod-eu', false],
    ['prod*', 'prod/eu/west', true],
    ['{prod,live}', 'live', true],
    ['*', '', true],
  ]
  it.each(cases)('%s on %s is %s', (pattern, name, matches) => {
    expect(nameGlob(pattern)(name)).toBe(matches)
  })
})

describe('globs that are refused', () => {
  const cases: [string, RegExp][] = [
    ['', /empty/],
    ['a'.repeat(257), /256 characters/],
    ['!docs/**', /not supported/],
    ['src/[ab]/**', /ranges are not supported/],
    ['{a,b', /not closed/],
    ['{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}', /32 alternatives/],
    ['{'.repeat(200) + '}'.repeat(50), /not closed/],
  ]
  it.each(cases)('%s', (pattern, message) => {
    expect(globProblem(pattern)).toMatch(message)
    expect(pathGlob(pattern)('a')).toBe(false)
  })
})
