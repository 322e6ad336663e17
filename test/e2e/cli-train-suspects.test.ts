import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { madeUpSet, writeSet } from '../support/prepared-set-files.ts'

let folder: string
let sets: string[]
let modelFile: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-train-suspects-'))
  sets = [1, 2, 3].map((seed) => writeSet(folder, `acme+shop-${seed}`, madeUpSet(seed, 15)))
  modelFile = join(folder, 'model.json')
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function causeway(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['bin/causeway.js', ...args], { encoding: 'utf8' })
  return { stdout, stderr, status }
}

describe('causeway train and eval suspects', () => {
  it('trains a model and judges it on what it has not seen only', () => {
    const trained = causeway('train', 'suspects', sets[0]!, sets[1]!, '--out', modelFile)
    expect([trained.stdout, trained.status]).toEqual(['', 0])

    const refused = causeway('eval', 'suspects', sets[2]!, sets[1]!, '--model', modelFile, '--json')
    expect([refused.stdout, refused.status]).toEqual(['', 1])
    expect(refused.stderr).toContain('has learned from 15 of the 15 cases of acme+shop-2')
    expect(refused.stderr).toContain('--leave-one-out')

    const judged = causeway('eval', 'suspects', sets[2]!, '--model', modelFile, '--json')
    expect(judged.status).toBe(0)
    const report = JSON.parse(judged.stdout) as { sets: object[]; macro: object; baselines: object }
    expect(report.sets).toMatchObject([{ name: 'acme+shop-3', cases: 15 }])
    expect(report.macro).toMatchObject({ top1: expect.any(Number) as number, ece: expect.any(Number) as number })
    expect(Object.keys(report.baselines)).toEqual(['random', 'recency', 'bm25', 'bm25decay'])

    const told = causeway('eval', 'suspects', sets[2]!, '--model', modelFile, '--worked', '1h', '--json')
    const pools = [judged, told].map(({ stdout }) => (JSON.parse(stdout) as { sets: { pool: number }[] }).sets[0]!.pool)
    expect(pools[1]).toBeLessThan(pools[0]!)
  })

  it('leaves one out, the same byte for byte, and draws how reliable it is', () => {
    const diagram = join(folder, 'reliability.svg')
    const once = causeway('eval', 'suspects', ...sets, '--leave-one-out', '--adapt', '--json', '--diagram', diagram)
    expect(once.status).toBe(0)
    expect(readFileSync(diagram, 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
    expect(causeway('eval', 'suspects', ...sets, '--leave-one-out', '--adapt', '--json').stdout).toBe(once.stdout)
    expect(JSON.parse(once.stdout)).toMatchObject({ model: 'leave one out', macro: { cases: 45 }, adapted: { sets: [{}, {}, {}] } })
  })

  it('says what it needs', () => {
    expect(causeway('eval', 'suspects', sets[0]!, '--leave-one-out').stderr).toContain('needs at least two sets')
    expect(causeway('eval', 'suspects', sets[0]!, '--model', join(folder, 'none.json')).stderr).toContain('give a model file')
  })
})
