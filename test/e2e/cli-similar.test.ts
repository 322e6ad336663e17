import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-similar-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function causeway(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['bin/causeway.js', ...args], { encoding: 'utf8' })
  return { stdout, stderr, status }
}

/** Thirty made-up reports, of which every third says again what the one before it said. */
function writeSet(name: string): string {
  const subject = (at: number): string => `${name} subject${String.fromCharCode(97 + at)}`
  const reports = Array.from({ length: 30 }, (_, at) => ({
    id: `${name}${at}`,
    at: new Date(Date.UTC(2026, 0, 1) + at * 3_600_000).toISOString(),
    title: at % 3 === 2 ? `${subject(at - 1)} fails again` : `${subject(at)} fails`,
    body: `since noon, ${at} times`,
  }))
  const pairs = reports.flatMap(({ id }, at) => (at % 3 === 2 ? [{ query: id, relevant: [`${name}${at - 1}`] }] : []))
  const lines = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  const target = join(folder, name)
  mkdirSync(target)
  writeFileSync(join(target, 'incidents.jsonl.gz'), gzipSync(lines(reports)))
  writeFileSync(join(target, 'pairs.jsonl'), lines(pairs))
  return target
}

describe('causeway train and eval similar', () => {
  it('judges a model on what it has not seen only, in one JSON object', () => {
    const [set, other] = [writeSet('shop'), writeSet('bank')]
    const model = join(folder, 'model.json')
    expect(causeway('train', 'similar', set, '--out', model)).toMatchObject({ stdout: '', status: 0 })

    const refused = causeway('eval', 'similar', other, set, '--model', model)
    expect([refused.stdout, refused.status]).toEqual(['', 1])
    expect(refused.stderr).toContain('was trained on 6 of these 10 queries of shop')

    const judged = causeway('eval', 'similar', set, '--model', model, '--last', '0.4', '--json')
    const report = JSON.parse(judged.stdout) as { sets: object[]; macro: object; baselines: object }
    const named = ['name', 'queries', 'recall1', 'recall5', 'recall10', 'mrr', 'msP50', 'msP95', 'auc']
    expect(Object.keys(report.sets[0]!).slice(0, named.length)).toEqual(named)
    expect(report.sets).toMatchObject([{ name: 'shop', queries: 4, recall1: 1 }])
    expect(report.macro).toMatchObject({ queries: 4, recall1: 1, auc: 0.5 })
    expect(Object.keys(report.baselines).sort()).toEqual(['bm25f', 'bm25fDecay', 'index', 'latest', 'random'])

    const leftOut = JSON.parse(causeway('eval', 'similar', set, other, '--leave-one-out').stdout) as object
    expect(leftOut).toMatchObject({ model: 'leave one out', sets: [{ queries: 10 }, { queries: 10 }] })
  })
})
