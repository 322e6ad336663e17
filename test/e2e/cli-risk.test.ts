import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeGitRepository } from '../support/git-repository.ts'

const repository = makeGitRepository()
const folder = mkdtempSync(join(tmpdir(), 'causeway-risk-'))
const day = (number: number) => new Date(Date.UTC(2026, 0, number, 12)).toISOString()
const shas: string[] = []

beforeAll(() => {
  // Every fifth change is one of payments and is taken back on the next day; the others rest.
  for (let number = 1; number <= 40; number += 1) {
    if (number % 5 !== 0) {
      shas.push(
        repository.commit(
          `Tidy corner ${number} (#${number})`,
          { [`src/corner${number % 3}.ts`]: `corner${number}\n` },
          { at: day(number) },
        ),
      )
      continue
    }
    const bad = repository.commit(
      `Charge faster ${number} (#${number})`,
      { 'src/payments/charge.ts': `fast${number}\n` },
      { at: day(number) },
    )
    const taken = `Revert "Charge faster ${number}"\n\nThis reverts commit ${bad}.\n\nIt charges some customers twice.`
    shas.push(
      bad,
      repository.commit(taken, { 'src/payments/charge.ts': 'slow\n' }, { at: new Date(Date.parse(day(number)) + 3_600_000).toISOString() }),
    )
  }
  repository.commit(
    'Say who owns what',
    {
      '.github/causeway.yml': 'version: 1\nservices:\n  payments:\n    paths: ["src/payments/**"]\n  corners:\n    paths: ["src/*.ts"]\n',
      CODEOWNERS: 'src/payments/ @acme/payments\n',
    },
    { at: day(41) },
  )
  repository.git('tag', 'v1')
  repository.commit('Tidy corner 9 (#42)', { 'src/corner0.ts': 'tidy\n' }, { at: day(42) })
  repository.commit(
    'Charge faster, enabled by default (#43)',
    { 'src/payments/charge.ts': 'fastest\n', 'db/migrations/7.sql': 'x\n' },
    { at: day(43) },
  )
  const oops = repository.commit('Paint it red (#44)', { 'web/red.css': 'red\n' }, { at: day(44) })
  repository.commit(
    `Revert "Paint it red" (#45)\n\nThis reverts commit ${oops}.\n\nNobody can read it any more.`,
    { 'web/red.css': null },
    { at: day(45) },
  )
  repository.git('tag', 'v2')
  repository.git('checkout', '-q', '-b', 'faster')
  repository.commit('Charge faster \u001b[31m::warning::100% sure', { 'src/payments/charge.ts': 'faster still\n' }, { at: day(46) })
  repository.git('checkout', '-q', '-b', 'docs', 'main')
  repository.commit('Explain corners', { 'docs/corners.md': 'corners\n' }, { at: day(46) })
  repository.git('checkout', '-q', 'main')
})
afterAll(() => {
  repository.remove()
  rmSync(folder, { recursive: true, force: true })
})

function causeway(args: string[], env: Record<string, string> = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['bin/causeway.js', ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return { stdout, stderr, status }
}

type Risk = {
  probability: number
  baseRate: number
  commits: number
  title: string
  reasons: { kind: string; sentence: string }[]
  past: object
}

describe('causeway risk', () => {
  const risk = (head: string): Risk => {
    const { stdout, stderr, status } = causeway(['risk', repository.path, '--base', 'main', '--head', head, '--json'])
    expect([status, stderr]).toEqual([0, ''])
    return JSON.parse(stdout) as Risk
  }

  it('judges a branch as one change, by what came of earlier ones', () => {
    const [faster, docs] = [risk('faster'), risk('docs')]
    expect(faster).toMatchObject({ commits: 1, past: { changes: 53, harmed: 9 } })
    expect(faster.probability).toBeGreaterThan(2 * docs.probability)
    expect(faster.reasons.find(({ kind }) => kind === 'file-history')?.sentence).toMatch(
      /^src\/payments\/charge\.ts: 8 of \d+ earlier changes were taken back or caused an incident$/,
    )
  })

  it('says it to people, without control characters, and finds the base itself', () => {
    const { stdout, status } = causeway(['risk', repository.path, '--head', 'faster'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Risk \d+(?:\.\d)? %, \d+(?:\.\d)? times this repository's average \(/)
    expect(stdout).toContain('against main')
    expect(stdout).toContain('What raises it:')
    expect(stdout).not.toContain('\u001b')
  })

  it('speaks to a workflow run in commands that foreign text cannot break, and writes its summary', () => {
    const summary = join(folder, 'summary.md')
    writeFileSync(summary, '')
    const { stdout, status } = causeway(['risk', repository.path, '--base', 'main', '--head', 'faster', '--format', 'github'], {
      GITHUB_STEP_SUMMARY: summary,
    })
    expect(status).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    for (const line of lines)
      expect(line).toMatch(
        /^::notice (?:file=[^,:]+,line=\d+,)?title=Causeway \/ deploy risk::Risk|^::notice file=src\/payments\/charge\.ts,line=1,title=/,
      )
    expect(lines[0]).toContain(' %25')
    expect(lines).toHaveLength(2)
    const written = readFileSync(summary, 'utf8')
    expect(written).toMatch(/^### Risk \d/)
    expect(written).toContain('| Odds | Reason |')
  })

  it('says what to do when there is nothing to judge, or no such branch', () => {
    const nothing = causeway(['risk', repository.path, '--base', 'main', '--head', 'v1'])
    expect(nothing.status).toBe(1)
    expect(nothing.stderr).toContain('name another --base')
    expect(causeway(['risk', repository.path, '--base', 'nowhere']).stderr).toContain('no branch, tag or commit nowhere')
  })
})

describe('causeway review', () => {
  it('lists what ships with its risk, what to ship apart, and what a reviewer has to know', () => {
    const { stdout, stderr, status } = causeway(['review', repository.path, '--from', 'v1', '--to', 'v2', '--json'])
    expect([status, stderr]).toEqual([0, ''])
    const review = JSON.parse(stdout) as {
      probability: number
      split: { apart: string[]; rest: number }
      changes: {
        title: string
        sha: string
        pr: number
        probability: number
        takenBackBy: string | null
        isTakingBack: boolean
        migrations: string[]
      }[]
      services: object[]
      owners: object[]
    }
    const [tidy, charge, red, back] = review.changes
    expect(review.changes.map(({ pr }) => pr)).toEqual([42, 43, 44, 45])
    expect(red).toMatchObject({ takenBackBy: back?.sha })
    expect(back).toMatchObject({ isTakingBack: true })
    // What was taken back ships nothing.
    expect(review.probability).toBeCloseTo(1 - (1 - tidy!.probability) * (1 - charge!.probability), 10)
    expect(review.split).toMatchObject({ apart: [charge!.sha] })
    expect(charge!.migrations).toEqual(['db/migrations/7.sql'])
    expect(review.services).toEqual([
      { name: 'payments', changes: 1 },
      { name: 'corners', changes: 1 },
    ])
    expect(review.owners).toEqual([{ name: '@acme/payments', files: 1 }])
  })

  it('says it to people', () => {
    const { stdout } = causeway(['review', repository.path, '--from', 'v1', '--to', 'v2'])
    expect(stdout).toMatch(
      /^v1 → v2: 4 changes, \d+(?:\.\d)? % that at least one will be taken back\nShipping the one marked ◆ apart leaves /,
    )
    expect(stdout).toMatch(/◆ +[\d.]+ % #43 Charge faster, enabled by default/)
    expect(stdout).toContain('–  #44 Paint it red (taken back by ')
    expect(causeway(['review', repository.path, '--from', 'v2', '--to', 'v2']).stdout).toContain('nothing ships')
  })
})

describe('causeway eval risk', () => {
  it('prints one JSON object: the figures of each set, their mean, and what is to be beaten', () => {
    const file = join(folder, 'acme+shop.jsonl')
    // The first 2,000 warm the past up; of the rest every tenth, one of payments, is taken back.
    const changes = Array.from({ length: 2_200 }, (_, n) => {
      const isBad = n % 10 === 3
      const size = 1 + (n % 7)
      const path = isBad ? 'src/payments/charge.ts' : `src/corner${n % 9}.ts`
      return {
        id: n.toString(16).padStart(10, '0'),
        at: new Date(Date.UTC(2024, 0, 1) + n * 3_600_000 * 5).toISOString(),
        title: isBad ? `Charge faster ${n}` : `Tidy corner ${n}`,
        files: [[path, size, 0, n, 0]],
        nfiles: 1,
        added: size,
        deleted: 0,
        hour_of_week: 1,
        file_prior_changes_max: n,
        file_prior_changes_mean: n,
        file_prior_reverts_max: 0,
        file_prior_reverts_sum: isBad ? Math.floor(n / 10) : 0,
        is_revert: false,
        reverted_within_14d: isBad ? 1 : 0,
        fixed_within_14d: 0,
      }
    })
    writeFileSync(file, changes.map((each) => JSON.stringify(each)).join('\n'))
    const { stdout, status } = causeway(['eval', 'risk', file, '--json'])
    expect(status).toBe(0)
    const result = JSON.parse(stdout) as {
      sets: Record<string, unknown>[]
      macro: Record<string, number>
      baselines: Record<string, Record<string, number>>
    }
    const [set] = result.sets
    expect(set).toMatchObject({ name: 'acme+shop', changes: 200, positives: 20 })
    for (const figures of [set!, result.macro])
      for (const name of ['auc', 'aucpr', 'ece', 'lift10']) expect(figures[name]).toBeTypeOf('number')
    expect(result.macro['auc']).toBeGreaterThan(0.95)
    // The riskiest tenth holds (nearly) all of them: ten times its share.
    expect(result.macro['lift10']).toBeGreaterThan(8)
    expect(result.baselines['loc']!['auc']).toBeLessThan(0.7)
    expect(result.baselines['files']!['auc']).toBeCloseTo(0.5)
  })

  it('names the file and line of what it cannot read', () => {
    const file = join(folder, 'broken.jsonl')
    writeFileSync(file, '{"id":"1"}\n')
    expect(causeway(['eval', 'risk', file]).stderr).toContain(`${file}, line 1`)
  })

  it('says what --ablate needs', () => {
    const { stderr, stdout } = causeway(['eval', 'risk', 'one.jsonl', '--ablate'])
    expect(stderr).toContain('--ablate learns its own models from two sets or more')
    expect(stdout).toBe('')
  })
})
