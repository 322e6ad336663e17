import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { IncomingDelivery } from '../../../src/domain/delivery.ts'
import { isSignedBy } from '../../../src/http/signature.ts'
import { webhookIntake, type IntakeOptions } from '../../../src/http/webhook-intake.ts'
import { silentLog } from '../../support/silent-log.ts'
import { WEBHOOK_SECRET, webhookHeaders } from '../../support/sign.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections()
})

async function start(change: Partial<IntakeOptions> = {}) {
  const stored: IncomingDelivery[] = []
  const server = createServer(
    webhookIntake({
      secrets: [WEBHOOK_SECRET],
      store: async (delivery) => void stored.push(delivery),
      maxBodyBytes: 10_000,
      maxUnverifiedBytes: 25_000,
      now: () => new Date('2026-03-14T09:00:00Z'),
      log: silentLog,
      ...change,
    }),
  )
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/github/webhooks`
  const post = (body: string | Uint8Array, headers: Record<string, string>) =>
    fetch(url, { method: 'POST', body: Buffer.from(body), headers })
  return { url, stored, post }
}

const BODY = '{ "zen":  "Speak like a human.",\n"name": "\\u00e9" }'

describe('taking a webhook in', () => {
  it('stores the bytes as they came and answers 202', async () => {
    const { post, stored } = await start()
    const bytes = Buffer.from([...Buffer.from(BODY), 0xff, 0x00])
    const response = await post(bytes, webhookHeaders(bytes, 'guid-1', 'ping'))
    expect(response.status).toBe(202)
    expect(stored).toEqual([
      { guid: 'guid-1', event: 'ping', body: bytes, receivedAt: new Date('2026-03-14T09:00:00Z'), installationId: null },
    ])
  })

  it('answers only once it is stored', async () => {
    const order: string[] = []
    const { post } = await start({
      store: async () => {
        await delay(30)
        order.push('stored')
      },
    })
    await post(BODY, webhookHeaders(BODY, 'guid-1', 'ping')).then(() => order.push('answered'))
    expect(order).toEqual(['stored', 'answered'])
  })

  it('tells GitHub when it could not be stored', async () => {
    const { post } = await start({ store: () => Promise.reject(new Error('disk full')) })
    const response = await post(BODY, webhookHeaders(BODY, 'guid-1', 'ping'))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('30')
  })

  it('takes both secrets while they are rotated, and no third', async () => {
    const { post } = await start({ secrets: ['the-new-secret-of-ours', 'the-old-secret-of-ours'] })
    const status = async (secret: string) => (await post(BODY, webhookHeaders(BODY, 'guid-1', 'ping', secret))).status
    expect([await status('the-new-secret-of-ours'), await status('the-old-secret-of-ours'), await status('development')]).toEqual([
      202, 202, 401,
    ])
  })

  it('refuses a body of which one byte was changed', async () => {
    const { post, stored } = await start()
    const response = await post(BODY.replace('human', 'robot'), webhookHeaders(BODY, 'guid-1', 'ping'))
    expect(response.status).toBe(401)
    expect(stored).toEqual([])
  })

  it.each([
    ['no signature', { 'x-hub-signature-256': '' }, 401, 'missing'],
    ['an old SHA-1 signature', { 'x-hub-signature-256': 'sha1=0000000000000000000000000000000000000000' }, 401, 'does not match'],
    ['an upper-case or padded signature', { 'x-hub-signature-256': `sha256=${'A'.repeat(64)}` }, 401, 'does not match'],
    ['a form instead of JSON', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'content type in the webhook settings'],
    ['no GUID', { 'x-github-delivery': '' }, 400, 'X-GitHub-Delivery'],
    ['a GUID that poses as one of the API', { 'x-github-delivery': 'api_1' }, 400, 'X-GitHub-Delivery'],
    ['an event that is no event', { 'x-github-event': 'constructor' }, 400, 'X-GitHub-Event'],
    ['the event that would run error handlers', { 'x-github-event': 'error' }, 400, 'X-GitHub-Event'],
    ['an event of the API', { 'x-github-event': 'api.incident' }, 400, 'X-GitHub-Event'],
  ])('refuses %s with a way out', async (_, change, status, words) => {
    const { post, stored } = await start()
    const response = await post(BODY, { ...webhookHeaders(BODY, 'guid-1', 'ping'), ...change })
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(words)])
    expect(stored).toEqual([])
  })

  it('takes JSON with a charset', async () => {
    const { post } = await start()
    const headers = { ...webhookHeaders(BODY, 'guid-1', 'ping'), 'content-type': 'application/json; charset=utf-8' }
    expect((await post(BODY, headers)).status).toBe(202)
  })

  it('refuses other methods', async () => {
    const { url } = await start()
    const response = await fetch(url)
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('refuses a body that announces too much before reading it', async () => {
    const { post, stored } = await start()
    const large = 'x'.repeat(10_001)
    expect((await post(large, webhookHeaders(large, 'guid-1', 'push'))).status).toBe(413)
    expect(stored).toEqual([])
  })

  it('stops reading a body of unknown length at the limit', async () => {
    const { url, stored } = await start()
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(url, {
        method: 'POST',
        headers: { ...webhookHeaders('', 'guid-1', 'push'), 'transfer-encoding': 'chunked' },
      })
      request.on('response', (response) => resolve(response.statusCode))
      request.on('error', reject)
      request.write('x'.repeat(6000))
      request.write('x'.repeat(6000))
    })
    expect(status).toBe(413)
    expect(stored).toEqual([])
  })

  it('takes a body of exactly the limit', async () => {
    const { post } = await start()
    const body = 'x'.repeat(10_000)
    expect((await post(body, webhookHeaders(body, 'guid-1', 'push'))).status).toBe(202)
  })

  it('caps the bytes of all bodies that nobody has vouched for yet, and frees them again', async () => {
    const { url, post } = await start()
    // Three strangers announce 8,000 bytes each and send none: 24,000 of 25,000 are taken.
    const strangers = [1, 2, 3].map((n) => {
      const request = httpRequest(url, {
        method: 'POST',
        headers: { ...webhookHeaders('', `stranger-${n}`, 'push'), 'content-length': '8000' },
      })
      request.on('error', () => undefined)
      request.flushHeaders()
      return request
    })
    await delay(50)
    const body = 'y'.repeat(2000)
    const refused = await post(body, webhookHeaders(body, 'guid-1', 'push'))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    for (const stranger of strangers) stranger.destroy()
    await delay(50)
    expect((await post(body, webhookHeaders(body, 'guid-1', 'push'))).status).toBe(202)
  })
})

describe('the signature', () => {
  it("is the one of GitHub's documentation", () => {
    const header = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    expect(isSignedBy(["It's a Secret to Everybody"], [Buffer.from('Hello, '), Buffer.from('World!')], header)).toBe(true)
    expect(isSignedBy(["It's a Secret to Everybody"], [Buffer.from('Hello, World?')], header)).toBe(false)
  })
})
