import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { flushLog } from '../../../src/store/flush.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-flush-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('flushing a log', () => {
  it('serves all that ask while one is under way with the next, and not with that one', async () => {
    const file = join(folder, 'a.sqlite')
    writeFileSync(`${file}-wal`, 'x')
    const log = flushLog(file)
    const order: string[] = []
    const ask = (name: string) => log.flush().then(() => order.push(name))
    const [first, second, third] = [log.flush(), log.flush(), log.flush()]
    expect(second).toBe(third)
    expect(second).not.toBe(first)
    await Promise.all([ask('next'), first.then(() => order.push('first'))])
    expect(order).toEqual(['first', 'next'])
    await log.end()
  })

  it('fails where there is none, and tries again', async () => {
    const file = join(folder, 'b.sqlite')
    const log = flushLog(file)
    const [one, two] = [log.flush(), log.flush()]
    await expect(one).rejects.toThrow('ENOENT')
    await expect(two).rejects.toThrow('ENOENT')
    writeFileSync(`${file}-wal`, 'x')
    await log.flush()
    await log.end()
  })
})
