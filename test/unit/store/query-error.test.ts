import { DrizzleQueryError } from 'drizzle-orm/errors'
import { expect, it } from 'vitest'
import { nextAttempt } from '../../../src/inbox/next-attempt.ts'
import { createLogs } from '../../../src/settings/logger.ts'

it('quotes no query and no value of it, neither in the log nor in the reason that is kept', () => {
  const failed = new DrizzleQueryError('insert into deliveries (body) values ($1)', ['a private title'], new Error('disk is full'))
  const lines: string[] = []
  createLogs({ level: 'info', format: 'json' }, [], (line) => lines.push(line)).log.error({ err: failed }, 'failed')
  const { reason } = nextAttempt(1, failed, new Date(), 0)
  expect(lines.join() + reason).not.toContain('private')
  expect(lines.join()).toContain('disk is full')
  expect(reason).toContain('disk is full')
})
