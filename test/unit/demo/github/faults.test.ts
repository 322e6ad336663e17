import { expect, test } from 'vitest'
import { createFaults } from '../../../../demo/github/faults.ts'

const strikes = (faults: ReturnType<typeof createFaults>, calls: number) =>
  Array.from({ length: calls }, () => faults.strike('before', 'POST', '/a/comments') !== null)

test('a fault strikes only its method, path and moment', () => {
  const faults = createFaults()
  const struck = faults.add({ method: 'POST', path: /comments$/, when: 'before', kind: '500' })
  expect(faults.strike('after', 'POST', '/a/comments')).toBeNull()
  expect(faults.strike('before', 'GET', '/a/comments')).toBeNull()
  expect(faults.strike('before', 'POST', '/a/comments/1')).toBeNull()
  expect(faults.strike('before', 'POST', '/a/comments')?.kind).toBe('500')
  expect(struck.count).toBe(1)
  faults.clear()
  expect(faults.strike('before', 'POST', '/a/comments')).toBeNull()
})

test('a fault may wait for the nth call and strike a number of times', () => {
  const faults = createFaults()
  faults.add({ path: /./, when: 'before', kind: '502', skip: 1, times: 2 })
  expect(strikes(faults, 5)).toEqual([false, true, true, false, false])
})

test('a fault by chance is the same for the same seed', () => {
  const run = (seed: number) => {
    const faults = createFaults()
    faults.add({ path: /./, when: 'before', kind: '502', probability: 0.5, seed })
    return strikes(faults, 50)
  }
  expect(run(7)).toEqual(run(7))
  expect(run(7)).not.toEqual(run(8))
  expect(run(7).filter(Boolean).length).toBeGreaterThan(10)
})
