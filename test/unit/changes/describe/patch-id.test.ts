import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { patchIdOf, type PatchFile } from '../../../../src/changes/describe/patch-id.ts'
import { makeGitRepository } from '../../../support/git-repository.ts'

const repository = makeGitRepository()
afterAll(() => repository.remove())

/** What git itself says about a commit. */
function gitPatchId(sha: string): string | undefined {
  const diff = execFileSync('git', ['diff-tree', '-p', '-M', '--root', sha], { cwd: repository.path })
  return execFileSync('git', ['patch-id', '--stable'], { cwd: repository.path, input: diff, encoding: 'utf8' }).split(' ')[0]
}

/** The files of a commit as GitHub would list them: hunks without file headers. */
function filesOf(sha: string): PatchFile[] {
  const show = (...args: string[]) => repository.git('diff-tree', '-r', '-M', '--root', '--no-commit-id', ...args, sha).split('\n')
  const statuses = { A: 'added', D: 'removed', M: 'modified', R: 'renamed' } as const
  return show('--name-status').map((line): PatchFile => {
    const [status = '', first = '', second] = line.split('\t')
    const path = second ?? first
    const diff = execFileSync('git', ['diff-tree', '-p', '-M', '--root', '--no-commit-id', sha, '--', first, path], {
      cwd: repository.path,
    }).toString()
    const hunks = diff.indexOf('\n@@ ')
    const count = (sign: string) =>
      diff
        .slice(hunks)
        .split('\n')
        .filter((text) => hunks !== -1 && text.startsWith(sign)).length
    return {
      path,
      previousPath: second === undefined ? null : first,
      status: statuses[status.charAt(0) as keyof typeof statuses],
      added: count('+'),
      deleted: count('-'),
      patch: hunks === -1 ? '' : diff.slice(hunks + 1).replace(/\n$/, ''),
    }
  })
}

describe('patch ids', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`)
  const edited = lines.with(3, 'changed\tline').with(30, '  indented  ')

  it.each<[string, Record<string, string | null>]>([
    ['added files', { 'a.txt': `${lines.join('\n')}\n`, 'b/c d.txt': 'no line end' }],
    ['several hunks in several files', { 'a.txt': `${edited.join('\n')}\n`, 'b/c d.txt': 'now\nwith line end\n' }],
    ['an empty file', { 'empty.txt': '' }],
    ['a removed file', { 'b/c d.txt': null }],
    ['a moved file', { 'a.txt': null, 'moved.txt': `${edited.join('\n')}\n` }],
    ['white space and a line that looks like a hunk', { 'x.md': '@@ -1 +1 @@\n--- a\n+++ b\n\n\t tab\r\n' }],
  ])('equal those of git for %s', (_, files) => {
    const sha = repository.commit('change', files)
    expect(patchIdOf(filesOf(sha))).toBe(gitPatchId(sha))
  })

  it('are the same on another branch and in any order of files', () => {
    const files = filesOf(repository.git('rev-list', '--max-count=1', '--skip=4', 'HEAD'))
    expect(patchIdOf(files.toReversed())).toBe(patchIdOf(files))
    expect(patchIdOf(files)).toMatch(/^[0-9a-f]{40}$/)
  })

  it('are unknown when a patch was left out', () => {
    const whole: PatchFile = { path: 'a', previousPath: null, status: 'modified', added: 1, deleted: 0, patch: '@@ -0,0 +1 @@\n+x' }
    expect(patchIdOf([whole])).not.toBeNull()
    expect(patchIdOf([whole, { ...whole, path: 'b', patch: null }])).toBeNull()
    expect(patchIdOf([{ ...whole, status: 'renamed', previousPath: 'z' }])).toBeNull()
    expect(patchIdOf([])).toBeNull()
  })
})
