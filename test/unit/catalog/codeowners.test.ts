import { describe, expect, it } from 'vitest'
import { ownersOfPaths, parseCodeowners } from '../../../src/catalog/codeowners.ts'

const ownersIn = (file: string, path: string): string[] => ownersOfPaths(parseCodeowners(file), [path]).get(path) ?? []

// The rules of GitHub's "About code owners", in its order, without its comments.
const DOCUMENTED = [
  '# This is a comment.',
  '*       @global-owner1 @global-owner2',
  '*.js    @js-owner #This is an inline comment.',
  '*.go docs@example.com',
  '*.txt @octo-org/octocats',
  '/build/logs/ @doctocat',
  'docs/*  docs@example.com',
  'apps/ @octocat',
]

describe('the documented examples', () => {
  const cases: [string, string[], string[]][] = [
    ['README.md', DOCUMENTED, ['@global-owner1', '@global-owner2']],
    ['src/deep/index.js', DOCUMENTED, ['@js-owner']],
    ['index.JS', DOCUMENTED, ['@global-owner1', '@global-owner2']],
    ['cmd/main.go', DOCUMENTED, ['docs@example.com']],
    ['notes.txt', DOCUMENTED, ['@octo-org/octocats']],
    ['build/logs/today/app.log', DOCUMENTED, ['@doctocat']],
    ['other/build/logs/app.log', DOCUMENTED, ['@global-owner1', '@global-owner2']],
    ['docs/getting-started.md', DOCUMENTED, ['docs@example.com']],
    ['docs/build-app/troubleshooting.md', DOCUMENTED, ['@global-owner1', '@global-owner2']],
    ['packages/apps/web/index.html', DOCUMENTED, ['@octocat']],
    ['docs/build-app/troubleshooting.md', [...DOCUMENTED, '/docs/ @doctocat'], ['@doctocat']],
    ['packages/docs/a.md', [...DOCUMENTED, '/docs/ @doctocat'], ['@global-owner1', '@global-owner2']],
    ['scripts/release.sh', [...DOCUMENTED, '/scripts/ @doctocat @octocat'], ['@doctocat', '@octocat']],
    ['deeply/nested/logs/a.log', [...DOCUMENTED, '**/logs @octocat'], ['@octocat']],
    ['logs/a.log', [...DOCUMENTED, '**/logs @octocat'], ['@octocat']],
    ['apps/web/a.ts', ['/apps/ @octocat', '/apps/github'], ['@octocat']],
    ['apps/github/a.ts', ['/apps/ @octocat', '/apps/github'], []],
    ['apps/github/a.ts', ['/apps/ @octocat', '/apps/github @doctocat'], ['@doctocat']],
  ]
  it.each(cases)('%s', (path, file, owners) => {
    expect(ownersIn(file.join('\n'), path)).toEqual(owners)
  })
})

describe('pattern rules', () => {
  const cases: [string, string, boolean][] = [
    ['*', 'a/b/c', true],
    ['/*', 'a', true],
    ['/*', 'a/b', false],
    ['foo', 'foo', true],
    ['foo', 'a/foo/b', true],
    ['foo', 'foobar', false],
    ['/foo', 'a/foo', false],
    ['foo/bar', 'foo/bar/c', true],
    ['foo/bar', 'x/foo/bar', false],
    ['foo/', 'foo', false],
    ['foo/', 'a/foo/b', true],
    ['foo/**', 'foo/a/b', true],
    ['foo/**', 'foo', false],
    ['**/foo', 'a/b/foo', true],
    ['**/foo/bar', 'a/foo/bar/c', true],
    ['foo/**/bar', 'foo/bar', true],
    ['foo/**/bar', 'foo/a/b/bar', true],
    ['foo/*/bar', 'foo/a/bar', true],
    ['foo/*/bar', 'foo/a/b/bar', false],
    ['*.md', 'docs/a.md/readme', true],
    ['/docs/*.md', 'docs/a/b.md', false],
    ['fo?', 'foo', true],
    ['fo?', 'fo', false],
    ['.github/', '.github/workflows/ci.yml', true],
    ['my\\ folder/', 'my folder/a', true],
    ['**', 'a', true],
  ]
  it.each(cases)('%s on %s is %s', (pattern, path, matches) => {
    expect(ownersIn(`${pattern} @octocat`, path)).toEqual(matches ? ['@octocat'] : [])
  })
})

describe('lines that GitHub does not read', () => {
  it.each(['!src/ @monalisa', '[Section] @monalisa', '\\#file @monalisa', 'src[12]/ @monalisa', '* monalisa', '* @octocat and @monalisa'])(
    'leaves out %s and keeps the rest',
    (line) => {
      expect(parseCodeowners(`* @octocat\n${line}\nend/ @hubot`).map((rule) => rule.line)).toEqual([1, 3])
    },
  )

  it('reads every line ending, tabs and a missing last newline', () => {
    expect(parseCodeowners('a/\t@octocat\r\nb/  @acme/team-b   @hubot\rc/ octocat@example.com')).toEqual([
      { pattern: 'a/', owners: ['@octocat'], line: 1 },
      { pattern: 'b/', owners: ['@acme/team-b', '@hubot'], line: 2 },
      { pattern: 'c/', owners: ['octocat@example.com'], line: 3 },
    ])
  })

  it('reads nothing of a file that GitHub refuses for its size', () => {
    const line = '* @octocat\n'
    expect(parseCodeowners(line.repeat(Math.ceil((3 * 1024 * 1024) / line.length)))).toEqual([])
    expect(parseCodeowners(line.repeat(1000))).toHaveLength(1000)
  })

  it('gives up on a megabyte made to look like an address in the time it takes to read it', () => {
    const startedAt = performance.now()
    expect(parseCodeowners(`* a@${'.'.repeat(1_000_000)}@`)).toEqual([])
    expect(parseCodeowners(`* a@${'a.'.repeat(500_000)}@`)).toEqual([])
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })
})
