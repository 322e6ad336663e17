import { applyPatch } from 'diff'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyGit, writeBlob } from '../../../../demo/github/git-graph.ts'
import { differences, unifiedHunks } from '../../../../demo/github/patches.ts'

const source = [
  'import x',
  '',
  'export function total(cart) {',
  '  let sum = 0',
  '  for (const item of cart) {',
  '    sum += item.price',
  '  }',
  '  return sum',
  '}',
  '',
]

describe('unified hunks', () => {
  test('name the enclosing function as git does', () => {
    const after = source.with(6, '    // round').toSpliced(7, 0, '  }')
    expect(unifiedHunks(source.join('\n'), after.join('\n'))).toEqual({
      patch: [
        '@@ -4,6 +4,7 @@ export function total(cart) {',
        '   let sum = 0',
        '   for (const item of cart) {',
        '     sum += item.price',
        '+    // round',
        '   }',
        '   return sum',
        ' }',
      ].join('\n'),
      additions: 1,
      deletions: 0,
    })
  })

  test('of a new, an emptied and a one-line file have git’s ranges', () => {
    expect(unifiedHunks('', 'a\nb\n').patch).toBe('@@ -0,0 +1,2 @@\n+a\n+b')
    expect(unifiedHunks('a\nb\n', '').patch).toBe('@@ -1,2 +0,0 @@\n-a\n-b')
    expect(unifiedHunks('a\n', 'b').patch).toBe('@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file')
  })

  test('turn the old text into the new one', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'function f() {', '  c', '}'), { maxLength: 30 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { patch } = unifiedHunks(before, after)
        expect(patch === '' ? before : applyPatch(before, `--- a\n+++ b\n${patch}\n`)).toBe(after)
      }),
    )
  })
})

describe('file lists', () => {
  const tree = (git: ReturnType<typeof emptyGit>, files: Record<string, string>) =>
    new Map(Object.entries(files).map(([path, text]) => [path, writeBlob(git, text)]))

  test('tell added, removed, modified and renamed apart', () => {
    const git = emptyGit()
    const body = source.join('\n')
    const before = tree(git, { same: 'x', changed: 'a\n', gone: 'only here\n', 'old/name.ts': body })
    const after = tree(git, { same: 'x', changed: 'b\n', fresh: 'quite new\n', 'new/name.ts': `${body}// more\n` })
    expect(
      differences(git, before, after).map(({ path, status, previousPath, additions, deletions }) => [
        path,
        status,
        previousPath,
        additions,
        deletions,
      ]),
    ).toEqual([
      ['changed', 'modified', null, 1, 1],
      ['fresh', 'added', null, 1, 0],
      ['gone', 'removed', null, 0, 1],
      ['new/name.ts', 'renamed', 'old/name.ts', 1, 0],
    ])
  })

  test('leave out the patch of binary files and of pure renames', () => {
    const git = emptyGit()
    const found = differences(git, tree(git, { 'a.png': 'PNG\0old', from: 'text\n' }), tree(git, { 'a.png': 'PNG\0new', to: 'text\n' }))
    expect(found.map(({ path, patch }) => [path, patch])).toEqual([
      ['a.png', null],
      ['to', null],
    ])
  })
})
