import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { groupCommit } from '../../../src/inbox/group-commit.ts'

describe('group commit', () => {
  it('writes in one transaction what arrives at once, and then what arrived while that ran', async () => {
    const batches: number[][] = []
    const commit = groupCommit<number>(async (items) => {
      batches.push(items)
      await delay(20)
    })
    const first = [1, 2, 3].map((item) => commit.add(item))
    await delay(10)
    const second = [4, 5].map((item) => commit.add(item))
    await Promise.all([...first, ...second])
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
  })

  it('resolves only after the write', async () => {
    let isWritten = false
    const commit = groupCommit<string>(async () => {
      await delay(20)
      isWritten = true
    })
    await commit.add('a')
    expect(isWritten).toBe(true)
  })

  it('rejects the whole batch whose write failed, and goes on with the next', async () => {
    let fails = true
    const commit = groupCommit<string>(async () => {
      if (fails) throw new Error('disk full')
    })
    const results = await Promise.allSettled([commit.add('a'), commit.add('b')])
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected'])
    fails = false
    await expect(commit.add('c')).resolves.toBeUndefined()
  })

  it('keeps a batch within its bound', async () => {
    const sizes: number[] = []
    const commit = groupCommit<number>(async (items) => void sizes.push(items.length), 2)
    await Promise.all([1, 2, 3, 4, 5].map((item) => commit.add(item)))
    expect(sizes).toEqual([2, 2, 1])
  })

  it('is busy while hundreds a second come, and calm soon after', async () => {
    const commit = groupCommit<number>(async () => undefined)
    for (let n = 0; n < 30; n++) {
      await commit.add(n)
      await delay(5)
    }
    expect(commit.isBusy()).toBe(false)
    await Promise.all(Array.from({ length: 300 }, (_, n) => commit.add(n)))
    expect(commit.isBusy()).toBe(true)
    await delay(1100)
    expect(commit.isBusy()).toBe(false)
  })

  it('is busy for a moment when many come at once, be they few a second', async () => {
    const commit = groupCommit<number>(async () => undefined)
    await Promise.all(Array.from({ length: 8 }, (_, n) => commit.add(n)))
    expect(commit.isBusy()).toBe(false)
    await Promise.all(Array.from({ length: 40 }, (_, n) => commit.add(n)))
    expect(commit.isBusy()).toBe(true)
    await delay(150)
    expect(commit.isBusy()).toBe(false)
  })

  it('does not let a lone one wait for company', async () => {
    const commit = groupCommit<number>(async () => undefined)
    const from = performance.now()
    for (let n = 0; n < 100; n++) await commit.add(n)
    expect(performance.now() - from).toBeLessThan(500)
  })

  it('is idle when all is written', async () => {
    const written: number[] = []
    const commit = groupCommit<number>(async (items) => {
      await delay(10)
      written.push(...items)
    })
    void commit.add(1)
    await commit.idle()
    expect(written).toEqual([1])
  })
})
