import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openClone } from '../../../src/history/git-clone.ts'
import type { HistoryChange, HistoryDetail } from '../../../src/history/history.ts'
import { makeGitRepository, type GitRepository } from '../../support/git-repository.ts'

const made: { remove(): void }[] = []
afterEach(() => {
  for (const repository of made.splice(0)) repository.remove()
})

function make(options?: Parameters<typeof makeGitRepository>[0]): GitRepository {
  const repository = makeGitRepository(options)
  made.push(repository)
  return repository
}

async function read(
  path: string,
  range: { since?: Date; until?: Date } = {},
): Promise<{ changes: HistoryChange[]; details: HistoryDetail[] }> {
  const history = await openClone(path)
  try {
    const changes = await Array.fromAsync(history.changes(range))
    const details = await Array.fromAsync(history.details(changes))
    expect(details.map(({ sha }) => sha)).toEqual(changes.map(({ mergeSha }) => mergeSha))
    return { changes, details: details.map(({ detail }) => detail) }
  } finally {
    await history.close()
  }
}

describe('a linear main line', () => {
  it('is each commit, with number, title, body, paths and hunks', async () => {
    const repository = make()
    repository.commit('Start', { 'src/cart.ts': 'export function total() {\n  return 1\n}\n' })
    repository.commit('Charge cards (#12)\n\nWith a retry budget.', {
      'src/cart.ts': 'export function total() {\n  return retryBudget\n}\n',
      'docs/a b.md': 'x\n',
    })
    const { changes, details } = await read(repository.path)
    expect(changes.map(({ title, number, body }) => [title, number, body])).toEqual([
      ['Start', null, ''],
      ['Charge cards', 12, 'With a retry budget.'],
    ])
    expect(changes[1]).toMatchObject({ paths: ['docs/a b.md', 'src/cart.ts'], fileCount: 2, author: { login: 'Octo Cat', isBot: false } })
    expect(details[0]?.files).toMatchObject([
      { path: 'src/cart.ts', status: 'added', added: 3, deleted: 0, ranges: [{ start: 1, count: 3 }] },
    ])
    expect(details[1]).toMatchObject({ fileCount: 2, added: 2, deleted: 1, filesTruncated: false })
    expect(details[1]?.identifiers).toContain('retryBudget')
    expect(details[1]?.files[1]).toMatchObject({ path: 'src/cart.ts', ranges: [{ start: 2, count: 1 }], symbols: ['total'] })
  })

  it('reads the range asked for, inclusive', async () => {
    const repository = make()
    for (const day of [1, 2, 3, 4]) repository.commit(`day ${day}`, {}, { at: `2026-02-0${day}T12:00:00Z` })
    const { changes } = await read(repository.path, { since: new Date('2026-02-02T12:00:00Z'), until: new Date('2026-02-03T12:00:00Z') })
    expect(changes.map(({ title }) => title)).toEqual(['day 2', 'day 3'])
  })

  it('survives clocks that were wrong', async () => {
    const repository = make()
    const times = [
      '2026-02-01',
      '2026-02-02',
      '2026-02-03',
      '2038-01-01',
      '2026-02-04',
      '1971-01-01',
      '2026-02-05',
      '2026-02-06',
      '2026-02-07',
    ]
    for (const time of times) repository.commit(time, {}, { at: `${time}T12:00:00Z` })
    const { changes } = await read(repository.path, { since: new Date('2026-01-15'), until: new Date('2026-03-01') })
    expect(changes.map(({ title }) => title)).toEqual(times)
    const landed = changes.map(({ mergedAt }) => mergedAt.getTime())
    expect(landed).toEqual(landed.toSorted((a, b) => a - b))
  })
})

describe('a main line of merges', () => {
  it('is each merge as one change, against its first parent, with what it brought', async () => {
    const repository = make()
    repository.commit('Start', { a: '1\n' })
    repository.git('checkout', '-q', '-b', 'feature')
    const first = repository.commit('wip one', { b: 'alpha_one\n' })
    const second = repository.commit('wip two\n\nBecause of the queue.', { c: 'beta_two\n' })
    repository.git('checkout', '-q', 'main')
    repository.commit('Meanwhile', { a: '2\n' })
    const merge = repository.merge('feature', 'Merge pull request #7 from acme/feature\n\nAdd the queue\n\nIn two steps.')
    const { changes, details } = await read(repository.path)
    expect(changes.map(({ title }) => title)).toEqual(['Start', 'Meanwhile', 'Add the queue'])
    const change = changes[2]
    expect(change).toMatchObject({ number: 7, mergeSha: merge, paths: ['b', 'c'], fileCount: 2 })
    expect(new Set(change?.commitShas)).toEqual(new Set([merge, first, second]))
    expect(change?.body).toContain('In two steps.')
    expect(change?.body).toContain('Because of the queue.')
    expect(details[2]?.files.map(({ path }) => path)).toEqual(['b', 'c'])
    expect(details[2]?.identifiers).toEqual(expect.arrayContaining(['alpha_one', 'beta_two']))
  })

  it.each([
    ['Merge "Add the queue"', 'Add the queue', null],
    ["Merge branch 'feature' into 'main'\n\nAdd the queue\n\nSee merge request acme/shop!31", 'Add the queue', 31],
    ['Auto merge of #44 - octocat:feature, r=hubot\n\nAdd the queue\n\nWhy.', 'Add the queue', 44],
    ['Merged in feature (pull request #5)\n\nAdd the queue', 'Add the queue', 5],
    ["Merge branch 'feature'", 'only commit', null],
  ])('reads the title and number of %j', async (message, title, number) => {
    const repository = make()
    repository.commit('Start', { a: '1' })
    repository.git('checkout', '-q', '-b', 'feature')
    repository.commit('only commit', { b: '1' })
    repository.git('checkout', '-q', 'main')
    repository.merge('feature', message)
    const { changes } = await read(repository.path)
    expect(changes[1]).toMatchObject({ title, number })
  })
})

describe('what files may be', () => {
  it('names with quotes, line feeds, tabs, spaces and other scripts; binary, moved, removed and empty files', async () => {
    const repository = make()
    const names = ['qu"ote.ts', 'line\nfeed.ts', 'tab\there.ts', 'sp ace.ts', '決済.ts', 'back\\slash.ts']
    repository.commit('Odd names', Object.fromEntries(names.map((name) => [name, `${'content\n'.repeat(9)}`])))
    repository.commit('Edit', Object.fromEntries(names.map((name) => [name, `${'content\n'.repeat(9)}edited_word\n`])))
    repository.commit('More', {
      'b in.dat': Buffer.from([0, 1, 2, 0, 255]),
      empty: '',
      'sp ace.ts': null,
      'moved to.ts': `${'content\n'.repeat(9)}edited_word\n`,
    })
    const { changes, details } = await read(repository.path)
    expect(new Set(changes[0]?.paths)).toEqual(new Set(names))
    expect(new Set(details[0]?.files.map(({ path }) => path))).toEqual(new Set(names))
    expect(details[1]?.files.every(({ added, deleted }) => added === 1 && deleted === 0)).toBe(true)
    expect(new Map(details[2]?.files.map(({ path, status, previousPath }) => [path, [status, previousPath]]))).toEqual(
      new Map([
        ['b in.dat', ['added', null]],
        ['empty', ['added', null]],
        ['moved to.ts', ['renamed', 'sp ace.ts']],
      ]),
    )
  })

  it('invalid UTF-8, control characters and text that looks like our own marks', async () => {
    const repository = make()
    repository.commit('Start', { a: 'x\n' })
    const hostile = 'end of answer\n@@ -1 +1 @@ evil\ndiff --git a/x b/x\n+++ b/y\n\u0000late nul\n'
    repository.commit('Title \u001b[31mred\u202e\n\nend of answer\n\u0007body', { a: `x\n${'y\n'.repeat(9000)}${hostile}` })
    const blob = Buffer.concat([
      Buffer.from('tree '),
      Buffer.from(repository.git('rev-parse', 'HEAD^{tree}')),
      Buffer.from('\nparent '),
      Buffer.from(repository.git('rev-parse', 'HEAD')),
    ])
    const person = '\nauthor Octo <o@example.test> 1767700000 +0000\ncommitter Octo <o@example.test> 99999999999999 +0000\n\n'
    const raw = Buffer.concat([blob, Buffer.from(person), Buffer.from([0x54, 0xff, 0xfe, 0x65, 0x0a, 0x0a, 0xc3, 0x28])])
    const sha = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], {
      cwd: repository.path,
      input: raw,
      encoding: 'utf8',
    }).trim()
    repository.git('update-ref', 'refs/heads/main', sha)
    const { changes, details } = await read(repository.path)
    expect(changes[1]).toMatchObject({ title: 'Title [31mred', body: 'end of answer\nbody' })
    expect(details).toHaveLength(3)
    expect(details[1]?.files).toHaveLength(1)
    expect(changes[2]?.title).toContain('\ufffd')
    expect(Number.isNaN(changes[2]?.mergedAt.getTime())).toBe(false)
  })
})

describe('what a clone may be', () => {
  it('bare, another hash function, a worktree', async () => {
    const repository = make()
    repository.commit('Start', { a: '1\n' })
    repository.git('clone', '-q', '--bare', '.', 'bare.git')
    expect((await read(join(repository.path, 'bare.git'))).changes).toHaveLength(1)
    repository.git('worktree', 'add', '-q', '-b', 'side', 'tree')
    expect((await read(join(repository.path, 'tree'))).changes).toHaveLength(1)
    const long = make({ objectFormat: 'sha256' })
    long.commit('Start', { a: '1\n' })
    const { changes, details } = await read(long.path)
    expect(changes[0]?.mergeSha).toHaveLength(64)
    expect(details[0]?.added).toBe(1)
  })

  it('not shallow, not partial, not empty, not something else: each with the way out', async () => {
    const repository = make()
    repository.commit('One', { a: '1' })
    repository.commit('Two', { a: '2' })
    repository.git('clone', '-q', '--depth=1', `file://${repository.path}`, 'shallow')
    await expect(openClone(join(repository.path, 'shallow'))).rejects.toThrow(/shallow.*fetch --unshallow/)
    repository.git('config', 'uploadpack.allowFilter', 'true')
    repository.git('clone', '-q', '--filter=blob:none', '--no-checkout', `file://${repository.path}`, 'partial')
    await expect(openClone(join(repository.path, 'partial'))).rejects.toThrow(/partial clone.*git clone/)
    repository.git('init', '-q', 'empty')
    await expect(openClone(join(repository.path, 'empty'))).rejects.toThrow(/no commits yet/)
    mkdirSync(join(repository.path, 'folder'))
    await expect(openClone(join(repository.path, 'folder'))).rejects.toThrow(/not a git clone/)
    await expect(openClone(join(repository.path, 'nowhere'))).rejects.toThrow(/not a directory/)
    await expect(openClone(repository.path, '--output=stolen')).rejects.toThrow(/no branch or commit/)
    await expect(openClone(repository.path, 'missing')).rejects.toThrow(/no branch or commit missing/)
  })

  it('damaged: a change whose contents are lost goes on without its hunks', async () => {
    const repository = make()
    repository.commit('One', { a: '1\n' })
    repository.commit('Two', { a: '2\n' })
    repository.commit('Three', { b: '3\n' })
    const blob = repository.git('rev-parse', 'HEAD~1:a')
    rmSync(join(repository.path, '.git', 'objects', blob.slice(0, 2), blob.slice(2)), { force: true })
    const { details } = await read(repository.path)
    expect(details.map(({ filesTruncated, added }) => [filesTruncated, added])).toEqual([
      [false, 1],
      [true, 0],
      [false, 1],
    ])
  })
})

describe('a hostile clone', () => {
  it('runs nothing that its configuration, attributes or hooks name, and is not written to', async () => {
    const repository = make()
    repository.commit('Start', { a: '1\n', '.gitattributes': '* diff=evil filter=evil merge=evil\n' })
    repository.commit('Revert "x"\n\nThis reverts commit 0123456789.', { a: '2\n' })
    const proof = join(repository.path, 'proof')
    const evil = join(repository.path, 'evil.sh')
    writeFileSync(evil, `#!/bin/sh\ntouch '${proof}'\ncat\n`)
    chmodSync(evil, 0o755)
    // Proof that the bait works: git itself, unguarded, takes it.
    repository.git('config', 'diff.evil.textconv', evil)
    repository.git('log', '-p', '--textconv', '-1')
    expect(existsSync(proof)).toBe(true)
    rmSync(proof)
    const named = [
      'core.fsmonitor',
      'core.pager',
      'pager.log',
      'core.sshCommand',
      'core.editor',
      'core.gitProxy',
      'core.askPass',
      'diff.external',
    ]
    const drivers = [
      'diff.evil.textconv',
      'diff.evil.command',
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'merge.evil.driver',
    ]
    const others = [
      'gpg.program',
      'gpg.ssh.program',
      'credential.helper',
      'core.alternateRefsCommand',
      'uploadpack.packObjectsHook',
      'alias.log',
      'alias.rev-parse',
      'alias.config',
    ]
    for (const key of [...named, ...drivers, ...others]) repository.git('config', key, key.startsWith('alias') ? `!${evil}` : evil)
    for (const [key, value] of [
      ['core.hooksPath', join(repository.path, 'hooks')],
      ['log.showSignature', 'true'],
      ['color.ui', 'always'],
      ['diff.noprefix', 'true'],
    ] as const)
      repository.git('config', key, value)
    mkdirSync(join(repository.path, 'hooks'))
    for (const hook of ['post-index-change', 'reference-transaction', 'pre-auto-gc', 'post-checkout', 'fsmonitor-watchman']) {
      writeFileSync(join(repository.path, 'hooks', hook), `#!/bin/sh\ntouch '${proof}'\n`)
      chmodSync(join(repository.path, 'hooks', hook), 0o755)
    }
    const before = readdirSync(join(repository.path, '.git'), { recursive: true }).sort()
    const { changes, details } = await read(repository.path)
    expect(changes.map(({ title }) => title)).toEqual(['Start', 'Revert "x"'])
    expect(details[1]?.files).toMatchObject([{ path: 'a', added: 1, deleted: 1 }])
    expect(existsSync(proof)).toBe(false)
    expect(readdirSync(join(repository.path, '.git'), { recursive: true }).sort()).toEqual(before)
  })

  it('cannot change what history says through replacements or grafts', async () => {
    const repository = make()
    const first = repository.commit('Start', { a: '1\n' })
    const second = repository.commit('Real title', { a: '2\n' })
    const fake = repository.commit('Fake title', { a: '3\n' })
    repository.git('reset', '-q', '--hard', second)
    repository.git('replace', second, fake)
    writeFileSync(join(repository.path, '.git', 'info', 'grafts'), `${first} ${fake}\n`)
    expect((await read(repository.path)).changes.map(({ title }) => title)).toEqual(['Start', 'Real title'])
  })
})
