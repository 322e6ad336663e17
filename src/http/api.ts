// The HTTP API: what GitHub doesn't see goes through the same inbox as its webhooks. A call is checked, stored, answered 202.
import { createHash, randomUUID } from 'node:crypto'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Delivery, IncomingDelivery } from '../domain/delivery.ts'
import { changeCall, deploymentCall, incidentCall, type StoredCall } from '../inbox/api-calls.ts'
import type { Store } from '../store/store.ts'
import { fail, failures, json, readFailures, type Env, type Failure } from './api-answers.ts'
import { addDeploymentRoutes } from './api-deployments.ts'
import { addIncidentRoutes } from './api-incidents.ts'
import { bearerToken, hashApiToken } from './api-token.ts'

export type ApiOptions = {
  store: Pick<Store, 'tokens' | 'deliveries' | 'tenant'>
  /** Resolves once the delivery is durable. */
  add(delivery: IncomingDelivery): Promise<void>
  /** As clients reach it, without a trailing slash; null: status addresses are relative. */
  publicUrl: string | null
  now: () => Date
}

const MAX_BODY_BYTES = 2 * 1024 * 1024
export const API_PATH = '/api/v1'

const accepted = z
  .object({ delivery: z.string(), status_url: z.string(), state: z.enum(['queued', 'retry', 'done', 'dead']) })
  .openapi('Accepted', { description: 'Stored; it is worked on in its turn. Ask `status_url` for what became of it.' })
const deliveryStatus = z
  .object({
    id: z.string(),
    event: z.string(),
    state: z.enum(['queued', 'retry', 'done', 'dead']),
    attempts: z.number().int(),
    reason: z.string().nullable(),
    received_at: z.string(),
    next_attempt_at: z.string().nullable(),
    done_at: z.string().nullable(),
  })
  .openapi('Delivery')

const CALLS = [
  { path: '/deployments', event: 'api.deployment', schema: deploymentCall, summary: 'Report a deployment, or its new state' },
  { path: '/changes', event: 'api.change', schema: changeCall, summary: 'Report a change that GitHub does not tell about' },
  { path: '/incidents', event: 'api.incident', schema: incidentCall, summary: 'Report an incident: an issue is opened and answered' },
] as const

export function apiRoutes(options: ApiOptions): OpenAPIHono<Env> {
  const api = new OpenAPIHono<Env>({
    defaultHook: (result, c) => {
      if (result.success) return
      const where = result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
      return fail(c, 400, 'invalid', where.join('; '))
    },
  })
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'Made by `causeway token create`; it belongs to one installation.',
  })
  api.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Causeway', version: '1', description: 'Deployments, changes and incidents that GitHub does not see.' },
    servers: [{ url: `${options.publicUrl ?? ''}${API_PATH}` }],
  })
  // A body without a length is gathered to be measured: nobody gets that far without a token.
  api.use('*', authorize(options))
  api.use('*', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => fail(c, 413, 'too_large', `at most ${MAX_BODY_BYTES} bytes`) }))
  for (const call of CALLS) api.openapi(callRoute(call), async (c) => accept(c, options, call.event, c.req.valid('json')))
  api.openapi(statusRoute, async (c) => {
    const delivery = await options.store.deliveries.byGuid(c.req.valid('param').id)
    if (!delivery || delivery.installationId !== c.get('caller').installationId)
      return fail(c, 404, 'unknown_delivery', "this token's installation has no such delivery")
    return c.json(statusOf(delivery), 200)
  })
  addIncidentRoutes(api, options.store)
  addDeploymentRoutes(api, options.store)
  api.notFound((c) => fail(c, 404, 'not_found', `nothing is at ${c.req.path}; see ${API_PATH}/openapi.json`))
  api.onError((error, c) => {
    // Hono throws its own for a body that is not JSON.
    const status = 'status' in error && typeof error.status === 'number' ? error.status : 503
    if (status < 500) return c.json({ error: 'invalid', message: error.message }, status as Failure)
    c.header('retry-after', '30')
    return c.json({ error: 'unavailable', message: 'it could not be stored; send it again with the same Idempotency-Key' }, 503)
  })
  return api
}

/** The API stays off until a token exists; a token opens it for its own installation only. */
function authorize(options: ApiOptions): MiddlewareHandler<Env> {
  return async (c, next) => {
    const token = bearerToken(c.req.header('authorization'))
    const found = token ? await options.store.tokens.byHash(hashApiToken(token)) : null
    if (!found || found.revokedAt) {
      if (!(await options.store.tokens.any())) return fail(c, 404, 'off', 'the API is off: make a token with "causeway token create"')
      c.header('www-authenticate', 'Bearer')
      const why = found ? 'this token was revoked' : 'send "Authorization: Bearer cw_…" with a token made by "causeway token create"'
      return fail(c, 401, 'unauthorized', why)
    }
    if (c.req.method !== 'GET' && found.scope !== 'write') return fail(c, 403, 'read_only', 'this token may read only')
    c.set('caller', { tokenId: found.id, installationId: found.installationId, scope: found.scope })
    await next()
  }
}

async function accept(c: Context<Env>, options: ApiOptions, event: string, call: { repository: string }) {
  const { installationId, tokenId } = c.get('caller')
  const key = c.req.header('idempotency-key')
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key))
    return fail(c, 400, 'invalid', 'Idempotency-Key: 1 to 255 visible ASCII characters')
  const [owner = '', name = ''] = call.repository.split('/')
  const repository = await options.store.tenant(installationId).repositories.byName(owner, name)
  if (!repository || repository.removedAt)
    return fail(
      c,
      404,
      'unknown_repository',
      `the App is not installed on ${call.repository}, or this token belongs to another installation`,
    )
  const { id } = repository
  const stored: StoredCall = {
    installation: { id: installationId },
    repository: { id, owner: repository.owner, name: repository.name },
    call,
  }
  const body = new TextEncoder().encode(JSON.stringify(stored))
  const guid = key === undefined ? `api_${randomUUID()}` : keyedGuid(installationId, tokenId, event, key)
  const earlier = key === undefined ? null : await options.store.deliveries.byGuid(guid)
  if (earlier && Buffer.compare(earlier.body, body) !== 0)
    return fail(c, 409, 'key_reused', 'this Idempotency-Key was used for a call that said something else')
  await options.add({ guid, event, body, receivedAt: options.now(), installationId })
  const state = earlier && earlier.state !== 'dead' ? earlier.state : 'queued'
  return c.json({ delivery: guid, status_url: `${options.publicUrl ?? ''}${API_PATH}/deliveries/${guid}`, state }, 202)
}

/** Keys are the caller's own words: two callers may choose the same one. No webhook's GUID holds an underscore. */
function keyedGuid(installationId: number, tokenId: number, event: string, key: string): string {
  return `api_${createHash('sha256')
    .update(JSON.stringify([installationId, tokenId, event, key]))
    .digest('hex')
    .slice(0, 40)}`
}

function statusOf(delivery: Delivery): z.infer<typeof deliveryStatus> {
  return {
    id: delivery.guid,
    event: delivery.event,
    state: delivery.state,
    attempts: delivery.attempts,
    reason: delivery.reason,
    received_at: delivery.receivedAt.toISOString(),
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
    done_at: delivery.doneAt?.toISOString() ?? null,
  }
}

function callRoute(call: (typeof CALLS)[number]) {
  return createRoute({
    method: 'post',
    path: call.path,
    operationId: call.event,
    summary: call.summary,
    security: [{ token: [] }],
    request: {
      headers: z.object({
        'idempotency-key': z.string().optional().openapi({ description: 'The same key again is the same call: it is stored once.' }),
      }),
      body: { required: true, content: { 'application/json': { schema: call.schema } } },
    },
    responses: { 202: json(accepted, 'Stored.'), ...failures },
  })
}

const statusRoute = createRoute({
  method: 'get',
  path: '/deliveries/{id}',
  operationId: 'delivery',
  summary: 'What became of a call',
  security: [{ token: [] }],
  request: { params: z.object({ id: z.string().max(200) }) },
  responses: {
    200: json(deliveryStatus, 'Its state.'),
    ...readFailures,
  },
})
