import { describe, expect, it } from 'vitest'
import { createLogs } from '../../../src/settings/logger.ts'
import { privateKey } from '../../support/sign.ts'

function logged(format: 'json' | 'pretty', use: (logs: ReturnType<typeof createLogs>) => void): string {
  const lines: string[] = []
  use(createLogs({ level: 'trace', format }, ['the-webhook-secret'], (line) => lines.push(line)))
  return lines.join('')
}

describe('the log', () => {
  const key = privateKey()
  const keyBody = key.split('\n')[1] ?? ''

  it.each(['json', 'pretty'] as const)('holds no secret, whatever put it there (%s)', (format) => {
    const text = logged(format, ({ log, probotLog }) => {
      log.info({ headers: { authorization: 'Bearer ghs_16C7e42F292c6912E7710c838347Ae178B4a' } }, 'request')
      log.info({ key }, `the key is ${key}`)
      log.error({ err: new Error('bad secret the-webhook-secret') }, 'failed')
      log.info('postgres://causeway:hunter2hunter2@db/causeway is down')
      log.info('token cw_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG was used')
      probotLog.warn({ jwt: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjF9.c2lnbmF0dXJl' }, 'signed')
    })
    for (const secret of ['ghs_16C', keyBody, 'the-webhook-secret', 'hunter2', 'cw_abc', 'eyJ'])
      expect(text.includes(secret), secret).toBe(false)
    expect(text).toContain('[hidden]')
    expect(text).toContain('request')
    expect(text).toContain('@db/causeway is down')
  })

  it('tells an error without the request, the response or the webhook that hang on it', () => {
    const error = Object.assign(new Error('Not Found'), {
      status: 404,
      request: { body: 'BODY' },
      response: { data: 'DATA' },
      event: { payload: 'PAYLOAD' },
    })
    const text = logged('json', ({ log }) => log.error({ err: new AggregateError([error], 'several') }, 'failed'))
    expect(text).toContain('Not Found')
    expect(text).toContain('404')
    expect(text).not.toMatch(/BODY|DATA|PAYLOAD/)
  })

  it('names the event that Probot logs whole', () => {
    const text = logged('json', ({ probotLog }) =>
      probotLog.debug({ event: { id: 'g-1', name: 'push', payload: 'PAYLOAD' } }, 'Webhook received'),
    )
    expect(JSON.parse(text)).toMatchObject({ event: { id: 'g-1', name: 'push' } })
    expect(text).not.toContain('PAYLOAD')
  })

  it("leaves out Probot's own line about what a handler threw: the worker tells it", () => {
    const thrown = Object.assign(new Error('boom'), { event: {} })
    expect(logged('json', ({ probotLog }) => probotLog.error(thrown))).toBe('')
  })

  it('can be read by people', () => {
    const text = logged('pretty', ({ log }) => log.info({ delivery: 'g-1', event: { id: 'g-1', name: 'push' } }, 'Delivery done'))
    expect(text).toMatch(/^\d{4}-\S+Z INFO {2}Delivery done delivery=g-1 event=\{.*\}\n$/)
  })

  it('lets nobody write a line of their own or an escape sequence into it', () => {
    const hostile = 'x\n2026-01-01T00:00:00Z ERROR forged\u001b[2J\u009b31m\u202e\u2028\r'
    const text = logged('pretty', ({ log }) => log.warn({ title: hostile, err: new Error(hostile) }, hostile))
    expect(text).not.toMatch(/^2026-01-01/m)
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e\u2028]/u)
    expect(text).toContain('title=x\\n2026-01-01T00:00:00Z ERROR forged\\u001b[2J')
    const json = logged('json', ({ log }) => log.warn({ title: hostile }, hostile))
    expect(json.trimEnd().split('\n')).toHaveLength(1)
    expect(json).not.toContain('\u001b')
  })

  it('looks for keys in linear time', () => {
    const startedAt = performance.now()
    logged('json', ({ log }) => log.warn({ title: '-----BEGIN PRIVATE KEY-----'.repeat(10_000) }, 'x'))
    expect(performance.now() - startedAt).toBeLessThan(1500)
  })
})
