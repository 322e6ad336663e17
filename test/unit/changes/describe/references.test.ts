import { describe, expect, it } from 'vitest'
import { referencesOf } from '../../../../src/changes/describe/references.ts'

const SHA = 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3'
const OTHER = '0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33'
const of = (title: string, body = '', branch: string | null = null) => referencesOf({ title, body, branch })

describe('what a change takes back', () => {
  it("reads GitHub's revert pull request", () => {
    expect(of('Revert "Add cache"', 'Reverts acme/shop#123', 'revert-123-add-cache')).toEqual([
      { kind: 'reverts', by: 'title', title: 'Add cache' },
      { kind: 'reverts', by: 'number', number: 123 },
    ])
    expect(of('Revert "Add cache"', 'Reverts #7, #8 and #9')).toContainEqual({ kind: 'reverts', by: 'number', number: 9 })
  })

  it('reads the number that a squash merge left inside the quotes', () => {
    expect(of('Revert "Add cache (#12)" (#15)')).toEqual([
      { kind: 'reverts', by: 'number', number: 12 },
      { kind: 'reverts', by: 'title', title: 'Add cache' },
    ])
  })

  it('leaves numbers of another repository out when it knows its own', () => {
    const source = { title: 'x', body: 'Reverts acme/other#5', repository: { owner: 'Acme', name: 'shop' } }
    expect(referencesOf(source)).toEqual([])
    expect(referencesOf({ ...source, body: 'Reverts acme/Shop#5' })).toEqual([{ kind: 'reverts', by: 'number', number: 5 }])
  })

  it.each([
    `This reverts commit ${SHA}.`,
    `This reverts commit ${SHA}, reversing\nchanges made to ${OTHER}.`,
    `Revert ${SHA}`,
    `Reverts commit ${SHA} because it broke things`,
    `Automated rollback of commit ${SHA}.`,
    `Backed out changeset ${SHA}`,
    `Original commit changeset: ${SHA}`,
    `This reverts https://example.test/acme/shop/commit/${SHA}`,
    `This reverts commit \`${SHA}\`.`,
  ])('reads the commit of %j', (body) => {
    expect(of('Take it back', body)).toEqual([{ kind: 'reverts', by: 'sha', sha: SHA }])
  })

  it('reads several commits', () => {
    const both = [
      { kind: 'reverts', by: 'sha', sha: SHA },
      { kind: 'reverts', by: 'sha', sha: OTHER },
    ]
    expect(of('x', `This reverts commits ${SHA} and ${OTHER}.`)).toEqual(both)
    expect(of('x', `This reverts commit ${SHA}.\nThis reverts commit ${OTHER}.`)).toEqual(both)
  })

  it.each([
    ['revert: feat: add cache', 'feat: add cache'],
    ['[release] Revert “Add cache”', 'Add cache'],
    ['Back out "Add cache"', 'Add cache'],
    ['fix: revert "Add cache"', 'Add cache'],
    ['Revert "Add a very long…"', 'Add a very long'],
    ['Revert "Say \\"hi\\" to users"', 'Say \\"hi\\" to users'],
    ['Revert r123456 - it broke the build', 'r123456'],
  ])('reads the title in %j', (title, inner) => {
    expect(of(title)).toContainEqual({ kind: 'reverts', by: 'title', title: inner })
  })

  it('ignores quoted messages and talk about other reverts', () => {
    expect(of('Fix cache', `> This reverts commit ${SHA}.`)).toEqual([])
    expect(of('Fix cache', `It was reverted in ${SHA} and #12 would revert #13.`)).toEqual([])
    expect(of('Revert to the old behaviour')).toEqual([])
    expect(of('Revert button colour on dashboards')).toEqual([])
  })
})

describe('what a change puts back', () => {
  it('reads a revert of a revert as both', () => {
    expect(of('Revert "Revert "Add cache""')).toEqual([
      { kind: 'reverts', by: 'title', title: 'Revert "Add cache"' },
      { kind: 'relands', by: 'title', title: 'Add cache' },
    ])
  })

  it('reads a third revert as taking out what came back', () => {
    const references = of('Revert "Revert "Revert "Add cache"""')
    expect(references[0]).toEqual({ kind: 'reverts', by: 'title', title: 'Revert "Revert "Add cache""' })
    expect(references).not.toContainEqual({ kind: 'relands', by: 'title', title: 'Add cache' })
  })

  it.each([
    ['Reapply "Add cache"', `This reverts commit ${SHA}.`, 'Add cache'],
    ['Reland "Add cache"', '', 'Add cache'],
    ['Re-land "Add cache (#4)"', '', 'Add cache'],
    ['Revert^2 "Add cache"', '', 'Add cache'],
  ])('reads %j', (title, body, inner) => {
    expect(of(title, body)).toContainEqual({ kind: 'relands', by: 'title', title: inner })
  })

  it('reads what a revert of a re-land takes out', () => {
    expect(of('Revert "Reland "Add cache""')).toEqual([{ kind: 'reverts', by: 'title', title: 'Reland "Add cache"' }])
  })

  it("reads Gerrit's and plain words", () => {
    expect(of('x', `This is a reland of commit ${SHA}`)).toEqual([{ kind: 'relands', by: 'sha', sha: SHA }])
    expect(of('x', 'Relands #12')).toEqual([{ kind: 'relands', by: 'number', number: 12 }])
  })
})

describe('what a change repeats', () => {
  it('reads cherry-picks and backports', () => {
    expect(of('x', `(cherry picked from commit ${SHA})\n(cherry picked from commit ${OTHER})`)).toEqual([
      { kind: 'cherry-picks', by: 'sha', sha: SHA },
      { kind: 'cherry-picks', by: 'sha', sha: OTHER },
    ])
    expect(of('x', 'This is an automatic backport of pull request #12 done by a bot')).toEqual([
      { kind: 'cherry-picks', by: 'number', number: 12 },
    ])
    expect(of('x', 'Backport of #12')).toEqual([{ kind: 'cherry-picks', by: 'number', number: 12 }])
    expect(of('x', '', 'backport-12-to-2.x')).toEqual([{ kind: 'cherry-picks', by: 'number', number: 12 }])
  })
})

describe('hostile text', () => {
  it.each([
    ['quotes', 'Revert "'.repeat(200_000)],
    ['brackets', '[a] '.repeat(200_000)],
    ['words', 'revert '.repeat(200_000)],
    ['commits', `This reverts commit ${`${SHA} `.repeat(20_000)}`],
    ['spaces', `revert${' '.repeat(500_000)}`],
    ['hashes', 'Reverts #1, '.repeat(100_000)],
    ['lines', 'This reverts commit\n'.repeat(100_000)],
  ])('%s cost little time and give few references', (_, text) => {
    const startedAt = performance.now()
    expect(referencesOf({ title: text, body: text, branch: text }).length).toBeLessThanOrEqual(40)
    expect(performance.now() - startedAt).toBeLessThan(250)
  })
})
