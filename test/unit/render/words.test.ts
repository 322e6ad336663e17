import { expect, it } from 'vitest'
import { duration } from '../../../src/render/words.ts'

const MINUTE = 60_000

it.each([
  [20_000, 'less than a minute'],
  [47 * MINUTE, '47 minutes'],
  [59.6 * MINUTE, '1 hour'],
  [60 * MINUTE, '1 hour'],
  [83 * MINUTE, '1 hour 23 minutes'],
  [121 * MINUTE, '2 hours 1 minute'],
  [(24 * 60 - 0.4) * MINUTE, '1 day'],
  [25.4 * 60 * MINUTE, '1 day 1 hour'],
  [47.7 * 60 * MINUTE, '2 days'],
  [400 * 24 * 60 * MINUTE, '400 days'],
  [NaN, 'unknown time'],
])('tells %d ms as %s', (ms, words) => {
  expect(duration(ms)).toBe(words)
})
