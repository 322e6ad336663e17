// A small share of `npm run fuzz`: the same seed each time, so that what fails here fails again.
import { expect, test } from 'vitest'
import { runFuzz } from '../support/fuzz.ts'

/** CPU time of the slowest single input; the command asks for less than a second. Generous: coverage and old machines. */
const SLOWEST_MS = 3_000

test('hostile payloads, files and histories are read or refused with a place, in bounded time', { timeout: 60_000 }, async () => {
  const { failures, slowestMs, refused } = await runFuzz({ payloads: 600, files: 80, histories: 60, seed: 7 })
  expect(failures.filter((failure) => !/: took \d+ ms$/.test(failure))).toEqual([])
  expect(Math.max(...Object.values(slowestMs))).toBeLessThan(SLOWEST_MS)
  // Neither everything nor nothing is refused: the inputs reach what they are meant to reach.
  expect(refused.payloads).toBeGreaterThan(100)
  expect(refused.payloads).toBeLessThan(600)
  expect(refused.files).toBeLessThan(80)
})
