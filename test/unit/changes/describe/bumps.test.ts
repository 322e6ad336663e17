import { describe, expect, it } from 'vitest'
import { bumpsOf, statedBumps } from '../../../../src/changes/describe/bumps.ts'

const titled = (title: string, body = '') => bumpsOf({ title, body })

describe('dependency bumps', () => {
  it.each([
    ['Bump lodash from 4.17.20 to 4.17.21 in /web', 'lodash', '4.17.20', '4.17.21'],
    ['build(deps-dev): bump @types/node from 20.0.0 to 20.1.0', '@types/node', '20.0.0', '20.1.0'],
    ['chore(deps): update dependency vite to v5.0.1', 'vite', null, 'v5.0.1'],
    ['fix(deps): update module golang.org/x/net to v0.17.0 [security]', 'golang.org/x/net', null, 'v0.17.0'],
    ['Update actions/checkout action to v4', 'actions/checkout', null, 'v4'],
    ['chore(deps): update react monorepo to v18', 'react', null, 'v18'],
    ['Update rails requirement from ~> 6.0 to ~> 7.0', 'rails', null, null],
  ])('reads %j', (title, dependency, from, to) => {
    const bumps = titled(title)
    if (from === null && to === null) expect(bumps.every((bump) => bump.dependency === dependency)).toBe(true)
    else expect(bumps).toEqual([{ dependency, from, to }])
  })

  it("reads Dependabot's groups, not the release notes folded below", () => {
    const body = [
      'Bumps the npm group with 2 updates: [left](https://example.test/l) and [right](https://example.test/r).',
      'Updates `left` from 1.0.0 to 1.1.0',
      '<details><summary>Changelog</summary>',
      'Updates `hidden` from 1 to 2',
      '</details>',
      'Updates `right` from 2.0.0 to 3.0.0',
    ].join('\n')
    expect(titled('Bump the npm group across 1 directory with 2 updates', body)).toEqual([
      { dependency: 'left', from: '1.0.0', to: '1.1.0' },
      { dependency: 'right', from: '2.0.0', to: '3.0.0' },
    ])
  })

  it("reads Renovate's table", () => {
    const body = [
      '| Package | Change | Age |',
      '|---|---|---|',
      '| [left](https://example.test/l) ([source](https://example.test)) | [`1.0.0` -> `1.1.0`](https://example.test/d) | x |',
      '| [right](https://example.test/r) | `2` → `3` | x |',
      '### Release Notes',
      '| [hidden](https://example.test/h) | `1` -> `2` | x |',
    ].join('\n')
    expect(titled('Update dependencies', body)).toEqual([
      { dependency: 'left', from: '1.0.0', to: '1.1.0' },
      { dependency: 'right', from: '2', to: '3' },
    ])
  })

  it('finds none in other words', () => {
    expect(titled('Update the docs to be clearer', 'Updates how we bump versions from old to new')).toEqual([])
  })

  it.each(['bump '.repeat(200_000), '| '.repeat(200_000), `Update ${'a'.repeat(500_000)} to 1`, `Bump x from ${' '.repeat(500_000)}`])(
    'costs little time on hostile text',
    (text) => {
      const startedAt = performance.now()
      expect(bumpsOf({ title: text, body: text }).length).toBeLessThanOrEqual(100)
      expect(performance.now() - startedAt).toBeLessThan(250)
    },
  )

  it('are told by the files that state them, not by who wrote the change', () => {
    const words = { title: 'Bump lodash from 4.17.20 to 4.17.21', body: '' }
    const bumped = (path: string): number => statedBumps({ ...words, files: [{ path: 'src/a.ts' }, { path }] }).length
    for (const path of ['package.json', 'web/yarn.lock', 'go.mod', '.github/workflows/ci.yml', 'deploy/Dockerfile.web', 'infra/main.tf'])
      expect([path, bumped(path)]).toEqual([path, 1])
    for (const path of ['docs/package.md', 'src/lock.ts', 'compose/readme.md']) expect([path, bumped(path)]).toEqual([path, 0])
  })
})
