import { describe, expect, it } from 'vitest'
import { describeCommit } from '../../../src/history/describe-commit.ts'

const commit = (message: string, parents = ['b0b0']) => ({
  sha: 'a1a1',
  parents,
  author: 'monalisa',
  committedAt: new Date('2026-03-10T12:00:00Z'),
  message,
  paths: [],
  fileCount: 0,
})

describe('describeCommit', () => {
  it.each([
    ['one line', `a${' '.repeat(59_000)}b`, ['b0b0']],
    ['a merge by hand', `Merge branch x\n\nc${' '.repeat(59_000)}d`, ['b0b0', 'c0c0']],
    ['a numbered merge', `Merge pull request #7 from acme/x\n\nc${'\t'.repeat(59_000)}d`, ['b0b0', 'c0c0']],
    ['brackets', `a${' (#1'.repeat(15_000)}`, ['b0b0']],
  ])('reads %s of sixty thousand characters at once', (_, message, parents) => {
    const startedAt = performance.now()
    const change = describeCommit(commit(message, parents), [])
    expect(performance.now() - startedAt).toBeLessThan(500)
    expect(change.title.length).toBeLessThanOrEqual(500)
  })

  it('takes control characters and direction overrides out of what others wrote', () => {
    const change = describeCommit(commit('\u001b[2JFix \u202Ekcart\u0007 (#41)\n\nbody \u009b31m'), [])
    expect(change).toMatchObject({ title: '[2JFix kcart', number: 41, body: 'body 31m' })
  })
})
