import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Incomplete, RateLimited, WritesSpaced } from '../../../src/github/github.ts'
import { nextAttempt, PermanentFailure } from '../../../src/inbox/next-attempt.ts'

const now = new Date('2026-03-14T09:00:00Z')
const withStatus = (status: number) => Object.assign(new Error(`HTTP ${status}`), { status })

describe('the next attempt of a failed delivery', () => {
  it('lets a lane go on beside a write that waits for its turn, and comes back soon', () => {
    const retryAt = new Date(now.getTime() + 900)
    expect(nextAttempt(900, new WritesSpaced(retryAt, true), now, 0)).toMatchObject({ kind: 'retry', at: retryAt, aside: true })
    expect(nextAttempt(1, new WritesSpaced(retryAt, false), now, 1)).toMatchObject({ at: new Date(retryAt.getTime() + 1000), aside: false })
    const both = new AggregateError([new WritesSpaced(retryAt, true), new RateLimited('secondary rate limit', retryAt)], 'both')
    expect(nextAttempt(1, both, now, 0)).toMatchObject({ aside: false })
  })

  it('doubles the wait up to five minutes while GitHub is down', () => {
    const waits = [1, 2, 3, 6, 11, 50].map((attempts) => {
      const next = nextAttempt(attempts, withStatus(502), now, 0.5)
      return next.kind === 'retry' ? (next.at.getTime() - now.getTime()) / 1000 : next
    })
    expect(waits).toEqual([1, 2, 4, 32, 300, 300])
  })

  it('waits until GitHub says, however often it has tried', () => {
    const retryAt = new Date('2026-03-14T10:00:00Z')
    expect(nextAttempt(900, new RateLimited('secondary rate limit', retryAt), now, 0)).toMatchObject({ kind: 'retry', at: retryAt })
  })

  it('takes no limit for one that lasts three days', () => {
    const limit = new RateLimited('secondary rate limit', now)
    expect(nextAttempt(9, limit, now, 0, 3 * 86_400_000).kind).toBe('retry')
    expect(nextAttempt(9, limit, now, 0, 3 * 86_400_000 + 1)).toMatchObject({
      kind: 'dead',
      reason: expect.stringContaining('three days') as string,
    })
  })

  it('holds its repository up for about a minute', () => {
    const asides = [6, 7, 100].map((attempts) => nextAttempt(attempts, withStatus(502), now, 0.5))
    expect(asides).toEqual([
      expect.objectContaining({ aside: false }),
      expect.objectContaining({ aside: true }),
      expect.objectContaining({ aside: true }),
    ])
    const blocked = [1, 2, 3, 4, 5, 6].map((attempts) => nextAttempt(attempts, withStatus(502), now, 0.5) as { at: Date })
    expect(blocked.reduce((sum, { at }) => sum + at.getTime() - now.getTime(), 0)).toBe(63_000)
  })

  it('holds its repository up for seven seconds by what is recorded but for its files, and tries on', () => {
    const incomplete = new Incomplete('files not read', { cause: withStatus(502) })
    const tries = [1, 2, 3, 4, 23].map((attempts) => nextAttempt(attempts, incomplete, now, 0.5) as { at: Date; aside: boolean })
    expect(tries.map(({ aside }) => aside)).toEqual([false, false, false, true, true])
    expect(tries.slice(0, 3).reduce((sum, { at }) => sum + at.getTime() - now.getTime(), 0)).toBe(7000)
  })

  it('tells what an outage may have caused from what is wrong with the delivery itself', () => {
    const isOutage = (error: unknown) => (nextAttempt(1, error, now, 0) as { isOutage: boolean }).isOutage
    expect(isOutage(withStatus(502))).toBe(true)
    expect(isOutage(new Incomplete('files not read'))).toBe(true)
    expect(isOutage(Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' }))).toBe(true)
    expect(isOutage(withStatus(422))).toBe(false)
    expect(isOutage(new TypeError('x is undefined'))).toBe(false)
    expect(isOutage(new RateLimited('limit', now))).toBe(false)
  })

  it('never returns before now for a limit that has passed', () => {
    const past = new RateLimited('rate limit', new Date('2026-03-14T08:00:00Z'))
    expect(nextAttempt(1, past, now, 0)).toMatchObject({ kind: 'retry', at: now })
  })

  it('looks into what Probot wrapped', () => {
    const retryAt = new Date('2026-03-14T09:30:00Z')
    const wrapped = new AggregateError([new TypeError('x'), new RateLimited('limit', retryAt)], 'x\nlimit')
    expect(nextAttempt(1, wrapped, now, 0)).toMatchObject({ kind: 'retry', at: retryAt, reason: 'TypeError: x; RateLimited: limit' })
  })

  it('gives up at once on an installation that GitHub no longer knows, not on another 404', () => {
    const notFound = (url: string) => Object.assign(withStatus(404), { request: { url } })
    expect(nextAttempt(1, notFound('https://api.github.com/app/installations/7/access_tokens'), now, 0).kind).toBe('dead')
    expect(nextAttempt(1, notFound('https://api.github.com/repos/acme/shop'), now, 0).kind).toBe('retry')
  })

  it('gives up at once on what will never change', () => {
    const zod = z.object({ number: z.number() }).safeParse({}).error
    expect(nextAttempt(1, new PermanentFailure('not JSON'), now, 0)).toEqual({ kind: 'dead', reason: 'PermanentFailure: not JSON' })
    expect(nextAttempt(1, new AggregateError([zod]), now, 0).kind).toBe('dead')
  })

  it('tries again when one of two handlers may yet succeed', () => {
    const mixed = new AggregateError([new PermanentFailure('bad'), withStatus(503)])
    expect(nextAttempt(1, mixed, now, 0).kind).toBe('retry')
  })

  it.each([
    ['a mistake of ours', new TypeError('x is undefined'), 8],
    ['files that GitHub fails to tell', new Incomplete('files not read', { cause: withStatus(502) }), 24],
    ['a refusal', withStatus(403), 4],
    ['an outage', withStatus(500), 300],
    ['a dropped connection', new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) }), 300],
  ])('gives up on %s after %i attempts', (_, error, attempts) => {
    expect(nextAttempt(attempts - 1, error, now, 0).kind).toBe('retry')
    expect(nextAttempt(attempts, error, now, 0)).toMatchObject({
      kind: 'dead',
      reason: expect.stringContaining(`after ${attempts} attempts`) as string,
    })
  })

  it('always says when, in the future and within a quarter of an hour and its spread, and why, in one line', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.string(),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, message, random) => {
          const next = nextAttempt(attempts, Object.assign(new Error(message), { status: 500 }), now, random)
          expect(next.reason.length).toBeLessThanOrEqual(540)
          expect(next.reason).not.toMatch(/[\n\r\0]/)
          if (next.kind === 'dead') return
          expect(next.at.getTime()).toBeGreaterThan(now.getTime())
          expect(next.at.getTime() - now.getTime()).toBeLessThanOrEqual(1.5 * 5 * 60_000)
        },
      ),
    )
  })
})
