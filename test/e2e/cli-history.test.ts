import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeGitRepository } from '../support/git-repository.ts'

const repository = makeGitRepository()
const proof = join(repository.path, 'proof')
const day = (number: number) => new Date(Date.UTC(2026, 2, number, 12)).toISOString()
let culprit = ''

beforeAll(() => {
  for (let number = 1; number <= 6; number += 1)
    repository.commit(`Tidy corner ${number} (#${number})`, { [`src/corner${number}.ts`]: `corner${number}\n` }, { at: day(number) })
  culprit = repository.commit('Charge cards twice as fast (#7)', { 'src/payments/charge.ts': 'chargeCardFast()\n' }, { at: day(7) })
  repository.commit('Paint \u001b[31mbuttons (#8)', { 'web/button.css': 'a{}\n' }, { at: day(8) })
  repository.commit(
    `Revert "Charge cards twice as fast" (#9)\n\nThis reverts commit ${culprit}.\n\nCheckout fails: chargeCardFast charges some customers twice.`,
    { 'src/payments/charge.ts': null },
    { at: day(9) },
  )
  const evil = join(repository.path, 'evil.sh')
  writeFileSync(evil, `#!/bin/sh\ntouch '${proof}'\ncat\n`)
  chmodSync(evil, 0o755)
  for (const key of ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'diff.external', 'gpg.program']) repository.git('config', key, evil)
  repository.git('config', 'core.hooksPath', join(repository.path, 'hooks'))
  repository.git('config', 'log.showSignature', 'true')
  mkdirSync(join(repository.path, 'hooks'))
})
afterAll(() => repository.remove())

function causeway(args: string[], options: { input?: string } = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['bin/causeway.js', ...args], {
    encoding: 'utf8',
    input: options.input ?? '',
  })
  return { stdout, stderr, status }
}

const TEXT = 'customers were charged twice at checkout, chargeCardFast in the log'

describe('causeway suspects', () => {
  it('prints the ranking as one JSON object and nothing else', () => {
    const { stdout, stderr, status } = causeway(['suspects', repository.path, '--text', TEXT, '--at', day(8), '--json', '--top', '3'])
    expect([status, stderr]).toEqual([0, ''])
    const result = JSON.parse(stdout) as { none: number; suspects: { sha: string; probability: number; evidence: object[] }[] }
    expect(Object.keys(result)).toEqual(['at', 'pool', 'ruledOut', 'none', 'suspects'])
    expect(result).toMatchObject({ at: day(8), pool: 8 })
    expect(result.suspects).toHaveLength(3)
    expect(result.suspects[0]).toMatchObject({ sha: culprit, pr: 7, title: 'Charge cards twice as fast' })
    expect(Object.keys(result.suspects[0] ?? {})).toEqual(['sha', 'pr', 'title', 'probability', 'evidence'])
    expect(Object.keys(result.suspects[0]?.evidence[0] ?? {})).toEqual(['kind', 'sentence', 'strength'])
  })

  it('explains its numbers: contributions add up to the score, and one change is held against the first', () => {
    const args = ['suspects', repository.path, '--text', TEXT, '--at', day(8), '--top', '2', '--explain', '--why-not', '#3']
    const { stdout } = causeway([...args, '--json'])
    const { explanation, whyNot } = JSON.parse(stdout) as {
      explanation: { candidates: Record<string, { score: number; features: { name: string; contribution: number }[] }>; none: object[] }
      whyNot: { sha: string; ruledOut: object | null; place: number }
    }
    const own = explanation.candidates[culprit]
    expect(Object.keys(explanation.candidates)).toHaveLength(3)
    expect(own?.features.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(own?.score ?? NaN, 9)
    expect(explanation.none.length).toBeGreaterThan(3)
    expect(whyNot).toMatchObject({ ruledOut: null })
    expect(whyNot.place).toBeGreaterThan(1)

    const shown = causeway(args).stdout
    expect(shown).toMatch(/feature +value +pool +weight +contribution/)
    expect(shown).toContain(`Against the first, ${culprit.slice(0, 12)}: −`)
    expect(shown).toContain('none of these: log-odds')
    expect(causeway(['suspects', repository.path, '--text', TEXT, '--at', day(8), '--why-not', 'fffffff']).stderr).toContain(
      'is none of the 8 changes that landed in the lookback',
    )
  })

  it('says it to people, with what is missing, ruled out, and without control characters', () => {
    const { stdout, status } = causeway(['suspects', repository.path, '--text-file', '-', '--at', '2026-03-09 18:00'], { input: TEXT })
    expect(status).toBe(0)
    expect(stdout).toContain('9 changes landed in the 14 days before 2026-03-09 18:00 UTC'.replace('9', '8'))
    expect(stdout).toContain('none of these')
    expect(stdout).toContain('no deployments are known here')
    expect(stdout).toMatch(/Ruled out:\n +[0-9a-f]{12} Charge cards twice as fast: Was already taken back/)
    expect(stdout).not.toContain('\u001b')
  })

  it('weighs only what came after it last worked', () => {
    const args = ['suspects', repository.path, '--text', TEXT, '--at', day(8), '--worked', 'HEAD~4']
    const { stdout } = causeway([...args, '--json'])
    const { pool, ruledOut, suspects } = JSON.parse(stdout) as { pool: number; ruledOut: { reason: string }[]; suspects: { sha: string }[] }
    expect([pool, suspects[0]?.sha]).toEqual([3, culprit])
    expect(ruledOut).toHaveLength(5)
    expect(new Set(ruledOut.map(({ reason }) => reason))).toEqual(new Set(['worked-since']))
    expect(causeway(args).stdout).toContain(
      '3 changes landed in the 14 days before 2026-03-08 12:00 UTC, and since it last worked (HEAD~4).',
    )
  })

  it('says when nothing landed, and what to try', () => {
    const { stdout, status } = causeway(['suspects', repository.path, '--text', TEXT, '--at', '2026-06-01'])
    expect([status, stdout]).toEqual([0, expect.stringContaining('try --at 2026-03-09T12:01Z') as string])
  })

  it.each([
    [['--text', 'x', '--lookback', '5 parsecs'], /14d/],
    [['--text', 'x', '--at', 'blurb'], /Give a time like/],
    [['--text', 'x', '--worked', 'v99'], /no branch, tag or sha of this clone, and no time/],
    [['--text', 'x', '--at', day(8), '--worked', day(9)], /not before it began/],
    [[], /--text/],
    [['--text', ' '], /empty/],
    [['--text-file', 'does-not-exist'], /does-not-exist can't be read/],
    [['--text', 'x', '--branch', 'nope'], /no branch or commit nope/],
  ])('refuses %j with what would be right', (args, message) => {
    const { stdout, stderr, status } = causeway(['suspects', repository.path, ...args])
    expect([status === 0, stdout]).toEqual([false, ''])
    expect(stderr).toMatch(message)
  })
})

describe('causeway replay', () => {
  it('prints its figures as one JSON object and nothing else', () => {
    const { stdout, stderr, status } = causeway(['replay', repository.path, '--json'])
    expect([status, stderr]).toEqual([0, ''])
    const result = JSON.parse(stdout) as { baselines: object }
    expect(Object.keys(result)).toEqual([
      'changes',
      'cases',
      'dropped',
      'from',
      'to',
      'top1',
      'top5',
      'mrr',
      'intervals',
      'baselines',
      'seconds',
    ])
    expect(result).toMatchObject({ changes: 9, cases: 1, dropped: {}, top1: 1, top5: 1, mrr: 1 })
    expect(Object.keys(result.baselines)).toEqual(['random', 'recency', 'bm25'])
    expect(result.baselines).toMatchObject({ recency: { top1: 0, top5: 1, mrr: 0.5 } })
  })

  it('shows the same to people', () => {
    const { stdout } = causeway(['replay', repository.path, '--since', '2y'])
    expect(stdout).toContain('9 changes read, 1 revert with a reason')
    expect(stdout).toMatch(/Causeway .*100\.0 %/)
    expect(stdout).toContain('latest first')
  })

  it('names the folder that is no clone', () => {
    expect(causeway(['replay', join(repository.path, 'hooks')])).toMatchObject({ status: 1, stdout: '' })
  })
})

describe('both', () => {
  it('explain themselves', () => {
    for (const command of ['suspects', 'replay']) {
      const { stdout, status } = causeway([command, '--help'])
      expect(status).toBe(0)
      expect(stdout).toContain('Examples:')
    }
  })

  it('ran nothing that the clone named', () => {
    expect(existsSync(proof)).toBe(false)
  })
})
