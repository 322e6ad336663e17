import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commitsBetween, emptyGit, mergeBase, resolve, writeBlob, writeCommit, writeTree } from '../../../../demo/github/git-graph.ts'
import type { Commit, Git } from '../../../../demo/github/git-graph.ts'
import { mergeTrees, revertCommit } from '../../../../demo/github/git-merge.ts'

const octocat = { login: 'octocat', name: 'octocat', email: 'octocat@example.com', at: new Date('2026-01-02T03:04:05Z') }

function commit(git: Git, files: Record<string, string>, parents: Commit[] = [], message = 'm'): Commit {
  const tree = new Map(Object.entries(files).map(([path, text]) => [path, writeBlob(git, text)]))
  return writeCommit(git, { tree, parents: parents.map(({ sha }) => sha), message, author: octocat, committer: octocat })
}

describe('object ids', () => {
  test('are the ones that git itself gives', () => {
    const git = emptyGit()
    expect(writeTree(git, new Map())).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904')
    expect(writeBlob(git, 'hello\n')).toBe('ce013625030ba8dba906f756967f9e9ca394464a')
    // From `git mktree` and `git commit-tree` with the same names, times and contents.
    const { sha, treeSha } = commit(git, { 'a.txt': 'hello\n', 'a/b.txt': 'hello\n', 'a-c': 'hello\n' }, [], 'First\n')
    expect(treeSha).toBe('4fb98bb6c17467717a40050134582573b0e791e3')
    expect(sha).toBe('676ff87c9d9af964dc26a78a634f0604b13b6368')
  })

  test('of a commit are found by branch, tag, full ref and short sha', () => {
    const git = emptyGit()
    const { sha } = commit(git, {})
    git.branches.set('feature/x', sha)
    git.tags.set('v1', sha)
    for (const name of ['feature/x', 'heads/feature/x', 'refs/heads/feature/x', 'v1', 'refs/tags/v1', sha, sha.slice(0, 8)]) {
      expect(resolve(git, name)?.sha, name).toBe(sha)
    }
    expect(resolve(git, 'nothing')).toBeNull()
  })
})

describe('the graph', () => {
  test('a merge base is the newest commit that both sides have', () => {
    const git = emptyGit()
    const root = commit(git, {}, [], 'root')
    const fork = commit(git, { a: '1' }, [root], 'fork')
    const left = commit(git, { a: '2' }, [fork], 'left')
    const right = commit(git, { a: '1', b: '1' }, [fork], 'right')
    expect(mergeBase(git, left.sha, right.sha)?.message).toBe('fork')
    const merged = commit(git, { a: '2', b: '1' }, [left, right], 'merged')
    expect(mergeBase(git, merged.sha, right.sha)?.message).toBe('right')
    expect(mergeBase(git, left.sha, commit(git, { z: '1' }, [], 'stranger').sha)).toBeNull()
  })

  test('commits between two points come parents first, each once, and none of the base', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 30 }),
        fc.nat(),
        (parentChoices, at) => {
          const git = emptyGit()
          const made = [commit(git, {}, [], 'root')]
          for (const [index, choices] of parentChoices.entries()) {
            const parents = [...new Set(choices.map((choice) => made[choice % made.length]))].flatMap((parent) => parent ?? [])
            made.push(commit(git, {}, parents, String(index)))
          }
          const base = made[at % made.length]
          const head = made.at(-1)
          if (base === undefined || head === undefined) return
          const found = commitsBetween(git, base.sha, head.sha).map(({ sha }) => sha)
          expect(new Set(found).size).toBe(found.length)
          const all = commitsBetween(git, null, head.sha)
          const ofBase = new Set(commitsBetween(git, null, base.sha).map(({ sha }) => sha))
          expect(new Set(found)).toEqual(new Set(all.map(({ sha }) => sha).filter((sha) => !ofBase.has(sha))))
          for (const [index, sha] of found.entries()) {
            for (const parent of git.commits.get(sha)?.parents ?? []) expect(found.indexOf(parent)).toBeLessThan(index)
          }
          // All were committed at the same moment: then the first by sha.
          const other = made[(at >> 5) % made.length] ?? base
          const common = commitsBetween(git, null, other.sha).filter(({ sha }) => ofBase.has(sha))
          const best = common.filter(({ sha }) => !common.some(({ parents }) => parents.includes(sha))).map(({ sha }) => sha)
          expect(mergeBase(git, base.sha, other.sha)?.sha).toBe(best.sort()[0])
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('merging', () => {
  const lines = (changed: Record<number, string>) =>
    Array.from({ length: 20 }, (_, index) => `${changed[index] ?? `line ${index}`}\n`).join('')

  test('keeps what each side did to the same file', () => {
    const git = emptyGit()
    const base = commit(git, { f: lines({}), gone: 'x' })
    const ours = commit(git, { f: lines({ 2: 'ours' }), gone: 'x', new: 'y' }, [base])
    const theirs = commit(git, { f: lines({ 15: 'theirs' }) }, [base])
    const merged = mergeTrees(git, base.tree, ours.tree, theirs.tree)
    expect([...merged.keys()].toSorted()).toEqual(['f', 'new'])
    expect(git.blobs.get(merged.get('f') ?? '')).toBe(lines({ 2: 'ours', 15: 'theirs' }))
  })

  test('says which file two sides changed differently', () => {
    const git = emptyGit()
    const base = commit(git, { f: lines({}) })
    const ours = commit(git, { f: lines({ 2: 'ours' }) }, [base])
    const theirs = commit(git, { f: lines({ 2: 'theirs' }) }, [base])
    expect(() => mergeTrees(git, base.tree, ours.tree, theirs.tree)).toThrow('Merge conflict in f')
  })

  test('a revert undoes one commit and leaves later ones', () => {
    const git = emptyGit()
    const base = commit(git, { f: lines({}) })
    const bad = commit(git, { f: lines({ 2: 'bad' }) }, [base])
    const later = commit(git, { f: lines({ 2: 'bad', 15: 'later' }) }, [bad])
    const reverted = revertCommit(git, bad, later, 'Revert', octocat)
    expect(git.blobs.get(reverted.tree.get('f') ?? '')).toBe(lines({ 15: 'later' }))
  })
})
