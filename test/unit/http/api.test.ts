import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import type { IncomingDelivery } from '../../../src/domain/delivery.ts'
import type { Repository } from '../../../src/domain/repository.ts'
import { apiRoutes } from '../../../src/http/api.ts'
import { newApiToken } from '../../../src/http/api-token.ts'
import { decodeCall } from '../../../src/inbox/api-calls.ts'
import { laneOf } from '../../../src/inbox/lane.ts'
import type { TenantStore } from '../../../src/store/store.ts'
import { memoryInbox, memoryTokens } from '../../support/memory-inbox.ts'

const NOW = new Date('2026-03-14T09:00:00Z')
const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e'
const shop: Repository = {
  id: 2 ** 40 + 1,
  installationId: 1,
  owner: 'acme',
  name: 'shop',
  isPrivate: true,
  isArchived: false,
  defaultBranch: 'main',
  removedAt: null,
}
const gone: Repository = { ...shop, id: 2 ** 40 + 2, name: 'gone', removedAt: NOW }

/** Installation 1 has acme/shop, installation 2 has nothing. */
function setUp() {
  const deliveries = memoryInbox()
  const tokens = memoryTokens()
  const tenant = (installationId: number) => {
    const byName = async (owner: string, name: string) =>
      [shop, gone].find(
        (one) => one.installationId === installationId && `${one.owner}/${one.name}` === `${owner}/${name}`.toLowerCase(),
      ) ?? null
    return { installationId, repositories: { byName } } as unknown as TenantStore
  }
  const add = (delivery: IncomingDelivery) => deliveries.add([delivery])
  const api = apiRoutes({ store: { deliveries, tokens, tenant }, add, publicUrl: 'https://causeway.example.com', now: () => NOW })
  const token = async (scope: 'read' | 'write' = 'write', installationId = 1) => {
    const { token: secret, hash } = newApiToken()
    await tokens.create({ hash, installationId, scope, label: 'ci', createdAt: NOW })
    return secret
  }
  const call = async (method: string, path: string, secret: string | null, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await api.request(path, {
      method,
      headers: { ...(secret ? { authorization: `Bearer ${secret}` } : {}), 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers }
  }
  return { api, call, deliveries, tokens, token }
}

const deployment = { repository: 'acme/shop', service: 'checkout', environment: 'production', sha: SHA.toUpperCase() }

describe('the HTTP API', () => {
  it('is off until a token exists', async () => {
    const { call } = setUp()
    expect(await call('POST', '/deployments', null, deployment)).toMatchObject({ status: 404, body: { error: 'off' } })
    expect(await call('GET', '/deliveries/x', `cw_${'a'.repeat(43)}`)).toMatchObject({ status: 404, body: { error: 'off' } })
  })

  it('is off again when the last token was revoked', async () => {
    const { call, token, tokens } = setUp()
    const secret = await token()
    await tokens.revoke(1, NOW)
    expect((await call('POST', '/deployments', secret, deployment)).body.error).toBe('off')
  })

  it.each([
    ['no token', () => ({})],
    ['an unknown token', () => ({ authorization: `Bearer ${newApiToken().token}` })],
    ['another scheme', () => ({ authorization: 'Basic Y3c6Y3c=' })],
  ])('refuses %s', async (_, headers) => {
    const { call, token, deliveries } = setUp()
    await token()
    expect(await call('POST', '/deployments', null, deployment, headers())).toMatchObject({ status: 401 })
    expect(deliveries.all()).toEqual([])
  })

  it('refuses a revoked token while others exist', async () => {
    const { call, token, tokens } = setUp()
    const secret = await token()
    await token()
    await tokens.revoke(1, NOW)
    expect(await call('POST', '/deployments', secret, deployment)).toMatchObject({
      status: 401,
      body: { message: 'this token was revoked' },
    })
  })

  it('lets a token that may only read not write', async () => {
    const { call, token, deliveries } = setUp()
    expect(await call('POST', '/deployments', await token('read'), deployment)).toMatchObject({ status: 403, body: { error: 'read_only' } })
    expect(deliveries.all()).toEqual([])
  })

  it('stores a deployment in the inbox and says where to ask for it', async () => {
    const { call, token, deliveries } = setUp()
    const secret = await token()
    const { status, body } = await call('POST', '/deployments', secret, deployment)
    expect([status, body.state]).toEqual([202, 'queued'])
    expect(body.status_url).toBe(`https://causeway.example.com/api/v1/deliveries/${String(body.delivery)}`)
    const [stored] = deliveries.all()
    expect(stored).toMatchObject({ guid: body.delivery, event: 'api.deployment', installationId: 1, receivedAt: NOW })
    if (!stored) throw new Error('nothing stored')
    expect(laneOf(stored.event, stored.body)).toEqual({ lane: `repository:${shop.id}`, installationId: 1 })
    expect(decodeCall(stored)).toEqual({
      event: 'api.deployment',
      payload: {
        repository: { id: shop.id, owner: 'acme', name: 'shop' },
        externalId: stored.guid,
        service: 'checkout',
        environment: 'production',
        sha: SHA,
        ref: null,
        state: 'success',
        at: NOW,
        creator: null,
        url: null,
        task: null,
        isProduction: null,
      },
    })
    expect((await call('GET', `/deliveries/${stored.guid}`, secret)).body).toMatchObject({ id: stored.guid, state: 'queued', attempts: 0 })
  })

  it('stores a change and an incident', async () => {
    const { call, token, deliveries } = setUp()
    const secret = await token()
    await call('POST', '/changes', secret, {
      repository: 'acme/shop',
      title: 'Turn the new checkout on for all',
      external_id: 'flag-17',
      merged_at: '2026-03-14T08:30:00+01:00',
      files: [{ path: 'flags/checkout.json', previous_path: 'flags/old.json', status: 'renamed' }],
    })
    await call('POST', '/incidents', secret, {
      repository: 'ACME/Shop',
      title: 'Checkout times out',
      severity: 1,
      detected_at: '2026-03-14T08:59:00Z',
    })
    expect(deliveries.all().map(decodeCall)).toMatchObject([
      {
        event: 'api.change',
        payload: {
          externalId: 'flag-17',
          sha: null,
          mergedAt: new Date('2026-03-14T07:30:00Z'),
          files: [{ path: 'flags/checkout.json', previousPath: 'flags/old.json', status: 'renamed', added: 0, deleted: 0 }],
        },
      },
      { event: 'api.incident', payload: { title: 'Checkout times out', severity: 1, services: [], receivedAt: NOW } },
    ])
  })

  it.each([
    ["another installation's repository", 2, 'acme/shop'],
    ['a repository that nobody knows', 1, 'acme/nothing'],
    ['a repository that was removed', 1, 'acme/gone'],
  ])('knows no %s', async (_, installationId, repository) => {
    const { call, token, deliveries } = setUp()
    const secret = await token('write', installationId)
    expect(await call('POST', '/deployments', secret, { ...deployment, repository })).toMatchObject({
      status: 404,
      body: { error: 'unknown_repository' },
    })
    expect(deliveries.all()).toEqual([])
  })

  it("shows no other installation's delivery", async () => {
    const { call, token } = setUp()
    const { body } = await call('POST', '/deployments', await token(), deployment)
    expect((await call('GET', `/deliveries/${String(body.delivery)}`, await token('write', 2))).status).toBe(404)
  })

  it.each([
    ['a short sha', { sha: SHA.slice(0, 7) }, 'sha'],
    ['no environment', { environment: undefined }, 'environment'],
    ['an unknown status', { status: 'done' }, 'status'],
    ['an unknown field', { enviroment: 'x' }, 'enviroment'],
    ['a time without a zone', { at: '2026-03-14 09:00' }, 'at'],
    ['an address that runs code', { url: 'javascript:alert(1)' }, 'url'],
    ['a repository with a path', { repository: 'acme/shop/../x' }, 'repository'],
  ])('refuses %s and names the field', async (_, change, field) => {
    const { call, token } = setUp()
    const { status, body } = await call('POST', '/deployments', await token(), { ...deployment, ...change })
    expect([status, body.error]).toEqual([400, 'invalid'])
    expect(body.message).toContain(field)
  })

  it('refuses what is not JSON, and what is too large', async () => {
    const { call, token } = setUp()
    const secret = await token()
    expect((await call('POST', '/deployments', secret, '{"repository":')).status).toBe(400)
    expect((await call('POST', '/changes', secret, { repository: 'acme/shop', title: 'x', body: 'x'.repeat(3_000_000) })).status).toBe(413)
    expect((await call('POST', '/changes', 'cw_nobody', { repository: 'acme/shop', title: 'x', body: 'x'.repeat(3_000_000) })).status).toBe(
      401,
    )
    expect((await call('POST', '/deployments', secret, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
  })

  it('answers 503 when it can not be stored', async () => {
    const { call, token, deliveries } = setUp()
    const secret = await token()
    deliveries.failNext('add', new Error('disk full'))
    const answer = await call('POST', '/deployments', secret, deployment)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30'])
    expect(JSON.stringify(answer.body)).not.toContain('disk full')
  })
})

describe('the idempotency key', () => {
  const key = { 'idempotency-key': 'run 17'.replace(' ', '-') }

  it('stores the same call once', async () => {
    const { call, token, deliveries } = setUp()
    const secret = await token()
    const first = await call('POST', '/deployments', secret, deployment, key)
    await deliveries.markDone(1, NOW)
    const second = await call('POST', '/deployments', secret, deployment, key)
    expect(second.body.delivery).toBe(first.body.delivery)
    expect([first.body.state, second.body.state, deliveries.all().length]).toEqual(['queued', 'done', 1])
  })

  it('is refused for a call that says something else', async () => {
    const { call, token, deliveries } = setUp()
    const secret = await token()
    await call('POST', '/deployments', secret, deployment, key)
    const other = await call('POST', '/deployments', secret, { ...deployment, status: 'failure' }, key)
    expect([other.status, other.body.error, deliveries.all().length]).toEqual([409, 'key_reused', 1])
  })

  it("is the caller's own: another token may use the same one", async () => {
    const { call, token, deliveries } = setUp()
    await call('POST', '/deployments', await token(), deployment, key)
    await call('POST', '/deployments', await token(), deployment, key)
    await call('POST', '/incidents', await token(), { repository: 'acme/shop', title: 'x' }, key)
    expect(deliveries.all()).toHaveLength(3)
  })

  it('queues again what was given up', async () => {
    const { call, token, deliveries } = setUp()
    const secret = await token()
    await call('POST', '/deployments', secret, deployment, key)
    await deliveries.markDead(1, 'given up', NOW)
    expect((await call('POST', '/deployments', secret, deployment, key)).body.state).toBe('queued')
    expect(deliveries.all()[0]?.state).toBe('queued')
  })

  it('must be one that a header can hold', async () => {
    const { call, token } = setUp()
    expect((await call('POST', '/deployments', await token(), deployment, { 'idempotency-key': 'x'.repeat(256) })).status).toBe(400)
  })
})

describe('the OpenAPI description', () => {
  it('is there without a token and describes every call', async () => {
    const { call } = setUp()
    const { status, body } = await call('GET', '/openapi.json', null)
    expect(status).toBe(200)
    expect(body.servers).toEqual([{ url: 'https://causeway.example.com/api/v1' }])
    const paths = body.paths as Record<string, Record<string, { security: unknown; responses: object }>>
    expect(Object.keys(paths).sort()).toEqual([
      '/changes',
      '/deliveries/{id}',
      '/deployments',
      '/deployments/{id}/review',
      '/incidents',
      '/incidents/{id}',
      '/incidents/{id}/timeline',
    ])
    expect(paths['/deployments']?.post).toMatchObject({ security: [{ token: [] }] })
    expect(Object.keys(paths['/deployments']?.post?.responses ?? {})).toEqual([
      '202',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '503',
    ])
  })

  it('is valid OpenAPI 3.1, its references lead somewhere, and every answer that is given is in it', async () => {
    const { call, token, deliveries } = setUp()
    const { body } = await call('GET', '/openapi.json', null)
    const validator = new Validator()
    expect(await validator.validate(structuredClone(body))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    expect(
      await new Validator().validate({ ...structuredClone(body), paths: { '/deployments': { post: { responses: [] } } } }),
    ).toMatchObject({
      valid: false,
    })
    for (const [, name] of JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect((body.components as { schemas: object }).schemas).toHaveProperty(name ?? '')

    const secret = await token()
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const answers = [
      await call('POST', '/deployments', secret, deployment),
      await call('POST', '/deployments', secret, '{'),
      await call('POST', '/deployments', null, deployment),
      await call('POST', '/deployments', await token('read'), deployment),
      await call('POST', '/deployments', secret, { ...deployment, repository: 'acme/nothing' }),
      await call('POST', '/deployments', secret, 'a=b', form),
    ]
    deliveries.failNext('add', new Error('disk full'))
    answers.push(await call('POST', '/deployments', secret, deployment))
    const described = Object.keys((body.paths as Record<string, { post: { responses: object } }>)['/deployments']?.post.responses ?? {})
    expect(described).toEqual(expect.arrayContaining(answers.map((answer) => String(answer.status))))
  })
})
