import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePatch } from '../../../../src/changes/describe/parse-patch.ts'

describe('what a patch says', () => {
  it('reads ranges, enclosing names and identifiers with context', () => {
    const parsed = parsePatch(
      ['@@ -10,5 +10,6 @@ export function chargeCard(cart) {', ' a', '-oldTotal()', '+newTotal()', '+retry_budget', ' b', ' c', ' d'].join(
        '\n',
      ),
    )
    expect(parsed.ranges).toEqual([{ start: 11, count: 2 }])
    expect(parsed.symbols).toEqual(['chargeCard', 'cart'])
    expect([...parsed.identifiers.keys()]).toEqual(['oldTotal', 'newTotal', 'retry_budget'])
    expect([parsed.added, parsed.deleted]).toEqual([2, 1])
  })

  it('reads the same ranges without context', () => {
    const withContext = parsePatch('@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n@@ -8,3 +8,2 @@\n x\n-y\n z\n')
    const without = parsePatch('@@ -2 +2 @@\n-b\n+c\n@@ -9 +8,0 @@\n-y\n')
    expect(withContext.ranges).toEqual([
      { start: 2, count: 1 },
      { start: 8, count: 0 },
    ])
    expect(without.ranges).toEqual(withContext.ranges)
  })

  it('reads content that looks like headers as content, and headers as nothing', () => {
    const parsed = parsePatch(
      '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- gone_words\n-@@ -1 +1 @@ fake_hunk\n+++ came_words\n+diff --git a b\n',
    )
    expect([...parsed.identifiers.keys()]).toEqual(['gone_words', 'fake_hunk', 'came_words', 'diff', 'git'])
    expect(parsed.symbols).toEqual([])
    expect(parsed.ranges).toEqual([{ start: 1, count: 2 }])
  })

  it('keeps added files and lines without a line end', () => {
    const parsed = parsePatch('@@ -0,0 +1 @@\n+hello_world\n\\ No newline at end of file')
    expect(parsed.ranges).toEqual([{ start: 1, count: 1 }])
    expect([...parsed.identifiers.keys()]).toEqual(['hello_world'])
  })

  it('is bounded', () => {
    const hunk = (line: number) => `@@ -${line} +${line} @@ name${line}\n-old${line}\n+new${line}\n`
    const parsed = parsePatch(Array.from({ length: 3000 }, (_, index) => hunk(index * 3 + 1)).join(''))
    expect([parsed.ranges.length, parsed.symbols.length, parsed.identifiers.size]).toEqual([40, 40, 1000])
  })

  it('never throws and keeps ranges in order, whatever it is given', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('@@ -1 +1 @@', '@@ -5,3 +5,0 @@ f', '@@ -999999999,9 +999999999,9 @@', '+a', '-b', ' c', '\\ No newline', ''),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const { ranges } = parsePatch(lines.join('\n'))
        expect(ranges.every(({ start, count }) => start >= 0 && count >= 0)).toBe(true)
      }),
    )
  })
})
