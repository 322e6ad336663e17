import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPreparedSet, toldItWorked } from '../../../src/history/prepared-set.ts'

const change = (id: string, day: number) => ({
  id,
  at: `2026-03-0${day}T10:00:00Z`,
  author: 'a1',
  title: `Change ${id}`,
  body: '',
  files: [[`src/${id}.ts`, 3, 1]],
  nfiles: 1,
  added: 3,
  deleted: 1,
  pr: null,
  reverts: null,
})
const incident = { id: 'c-1', at: '2026-03-04T10:00:00Z', text: 'it broke', culprit: ['b'], kind: 'revert', pool: 2, pool_last: 'c' }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prepared-set-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function write(parts: { changes?: object[]; cases?: object[] | string; diffs?: object[] }): void {
  const text = (list: object[]): string => list.map((line) => `${JSON.stringify(line)}\n`).join('')
  writeFileSync(join(folder, 'changes.jsonl.gz'), gzipSync(text(parts.changes ?? [change('a', 1), change('b', 2), change('c', 3)])))
  const cases = parts.cases ?? [incident]
  writeFileSync(join(folder, 'cases.jsonl'), typeof cases === 'string' ? cases : text(cases))
  if (parts.diffs !== undefined) writeFileSync(join(folder, 'diffs.jsonl.gz'), gzipSync(text(parts.diffs)))
}

describe('readPreparedSet', () => {
  it('reads changes and the pool of each case', async () => {
    write({})
    const set = await readPreparedSet(folder)
    expect(set.changes.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(set.cases).toMatchObject([{ id: 'c-1', culprits: ['b'], poolStart: 1, poolEnd: 3 }])
  })

  it('knows a case again by its content, in whatever set it stands', async () => {
    write({})
    const [case1] = (await readPreparedSet(folder)).cases
    write({
      cases: [
        { ...incident, id: 'other', pool: 3 },
        { ...incident, id: 'c-2', text: 'it broke again' },
      ],
    })
    const [moved, other] = (await readPreparedSet(folder)).cases.toSorted((a, b) => (a.id < b.id ? 1 : -1))
    expect(case1!.hash).toMatch(/^[0-9a-f]{12}$/)
    expect(moved!.hash).toBe(case1!.hash)
    expect(other!.hash).not.toBe(case1!.hash)
  })

  it('adds what the diffs say', async () => {
    write({ diffs: [{ id: 'b', symbols: ['retry'], tokens: ['limit'], hunks: [[0, 7, 2]] }] })
    const [, changed] = (await readPreparedSet(folder)).changes
    expect(changed).toMatchObject({
      symbols: ['retry'],
      identifiers: ['limit'],
      files: [{ path: 'src/b.ts', ranges: [{ start: 7, count: 2 }] }],
    })
  })

  it.each([
    ['a field is missing', { cases: [{ ...incident, text: undefined }] }, /cases\.jsonl:1: [\s\S]*text/],
    ['a line is not JSON', { cases: `${JSON.stringify(incident)}\n{oops\n` }, /cases\.jsonl:2: /],
    ['the pool is unknown', { cases: [{ ...incident, pool_last: 'z' }] }, /cases\.jsonl:1: pool_last z is not in changes/],
    ['the pool is too long', { cases: [{ ...incident, pool: 9 }] }, /cases\.jsonl:1: a pool of 9/],
    ['a change stands twice', { changes: [change('a', 1), change('a', 2)] }, /changes\.jsonl\.gz:2: the change a stands there twice/],
  ])('names file and line when %s', async (_, parts, message) => {
    write(parts)
    await expect(readPreparedSet(folder)).rejects.toThrow(message)
  })

  it('says what a folder must hold when a file is missing', async () => {
    await expect(readPreparedSet(folder)).rejects.toThrow(/changes\.jsonl\.gz is missing: a data set folder holds/)
  })
})

describe('toldItWorked', () => {
  it('says when it last worked, so long before the first of its causes', async () => {
    write({ cases: [{ ...incident, culprit: ['c', 'b'] }] })
    const [told] = toldItWorked(await readPreparedSet(folder), 3_600_000).cases
    expect(told?.workedAt).toEqual(new Date('2026-03-02T09:00:00Z'))
  })
})
