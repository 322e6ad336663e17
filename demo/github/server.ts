// One request through the fake: authenticate, fault, check, answer, check, fault.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { appRoutes } from './endpoints/apps.ts'
import { authoringRoutes } from './endpoints/authoring.ts'
import { checkRoutes } from './endpoints/checks.ts'
import { codeRoutes } from './endpoints/code.ts'
import { commentRoutes } from './endpoints/comments.ts'
import { deploymentRoutes } from './endpoints/deployments.ts'
import { hookRoutes } from './endpoints/hooks.ts'
import { issueRoutes } from './endpoints/issues.ts'
import { protectionRuleRoutes } from './endpoints/protection-rules.ts'
import { pullRoutes } from './endpoints/pulls.ts'
import type { Fault, Faults } from './faults.ts'
import { createGraphQL } from './graphql.ts'
import type { Answer, Auth, Call, Context, Routes } from './http.ts'
import { linkHeader, pageOf, Refusal } from './http.ts'
import { issuePage } from './issue-page.ts'
import type { Contract } from './openapi/contract.ts'
import { etagOf } from './shapes/commit.ts'
import type { JsonObject } from './state.ts'
import type { Tokens } from './tokens.ts'

export type LoggedRequest = {
  /** Milliseconds since 1970, of the real clock. */
  at: number
  method: string
  /** Path and query as received, without `/api/v3`. */
  path: string
  /** GitHub's name of the route, such as `GET /repos/{owner}/{repo}`; null when the fake has none. */
  route: string | null
  status: number
  installationId: number | null
  body: unknown
}
export type RateLimit = { limit: number; used: number; resetAt: Date }
export type Parts = {
  context: Context
  tokens: Tokens
  faults: Faults
  contract: Contract
  requests: LoggedRequest[]
  violations: string[]
  rateLimit: RateLimit
}
type Reply = { status: number; body: unknown; headers: { [name: string]: string } }

const DOCUMENTATION = 'https://docs.github.com/rest'

function refusal(status: number, message: string, headers: { [name: string]: string } = {}, errors: unknown[] | null = null): Reply {
  return {
    status,
    headers,
    body: { message, ...(errors === null ? {} : { errors }), documentation_url: DOCUMENTATION, status: String(status) },
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
}

function replyOf(answer: Answer, call: Call): Reply {
  if ('status' in answer) return { status: answer.status, body: answer.body, headers: answer.headers ?? {} }
  const page = pageOf(call.query, answer.list, answer.perPage)
  const link = linkHeader(call.address, call.query, page)
  return { status: 200, body: answer.wrap?.(page.items, page.number) ?? page.items, headers: link === null ? {} : { link } }
}

function faultReply(fault: Fault): Reply | null {
  const retryAfter = { 'retry-after': String(fault.retryAfterSeconds ?? 60) }
  switch (fault.kind) {
    case '500':
      return refusal(500, 'Server Error')
    case '502':
      return { status: 502, body: { message: 'Server Error' }, headers: {} }
    case '429':
      return refusal(429, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', retryAfter)
    case 'secondary-rate-limit':
      return refusal(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', retryAfter)
    case 'slow':
    case 'drop':
      return null
  }
}

export function createListener(parts: Parts) {
  const { context, tokens, faults, contract, requests, violations, rateLimit } = parts
  const graphql = createGraphQL(rateLimit, violations)
  const routes: Routes = {
    ...appRoutes(tokens),
    ...hookRoutes,
    ...authoringRoutes,
    ...codeRoutes,
    ...pullRoutes,
    ...issueRoutes,
    ...commentRoutes,
    ...deploymentRoutes,
    ...checkRoutes,
    ...protectionRuleRoutes,
    'GET /rate_limit': () => {
      const { limit, used, resetAt } = rateLimit
      const core = { limit, used, remaining: Math.max(0, limit - used), reset: Math.floor(resetAt.getTime() / 1000) }
      return { status: 200, body: { resources: { core, search: core, graphql: core }, rate: core } }
    },
  }

  function rateHeaders(resource: string): { [name: string]: string } {
    return {
      'x-ratelimit-limit': String(rateLimit.limit),
      'x-ratelimit-remaining': String(Math.max(0, rateLimit.limit - rateLimit.used)),
      'x-ratelimit-reset': String(Math.floor(rateLimit.resetAt.getTime() / 1000)),
      'x-ratelimit-used': String(rateLimit.used),
      'x-ratelimit-resource': resource,
    }
  }

  function countCall(): void {
    if (Date.now() >= rateLimit.resetAt.getTime()) {
      rateLimit.used = 0
      rateLimit.resetAt = new Date(Date.now() + 3_600_000)
    }
    if (rateLimit.used >= rateLimit.limit) throw new Refusal(403, 'API rate limit exceeded for installation.')
    rateLimit.used += 1
  }

  /** REST and GraphQL alike; `route` is filled in for the log. */
  async function answer(request: IncomingMessage, url: URL, path: string, logged: LoggedRequest): Promise<Reply> {
    if ((request.headers['user-agent'] ?? '') === '')
      throw new Refusal(403, 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header')
    const body = await bodyOf(request)
    logged.body = body
    const auth: Auth = tokens.authenticate(request.headers.authorization)
    if (auth.kind === 'installation') logged.installationId = auth.installation.id
    if (path !== '/rate_limit') countCall()
    if (path === '/graphql') {
      logged.route = 'POST /graphql'
      if (auth.kind !== 'installation') throw new Refusal(401, 'This endpoint requires you to be authenticated.')
      return { status: 200, headers: {}, body: graphql.answer(context, auth, body) }
    }
    // GitHub redirects a renamed repository to its number.
    const byId = /^\/repositories\/(\d+)(\/.*)?$/.exec(path)
    const moved = byId === null ? undefined : context.state.repositories.get(Number(byId[1]))
    const named = moved === undefined ? path : `/repos/${moved.owner.login}/${moved.name}${byId?.[2] ?? ''}`
    const matched = contract.match(logged.method, named)
    if (matched === null) {
      violations.push(`${logged.method} ${path}: not in the slice of GitHub's description`)
      throw new Refusal(404, 'Not Found')
    }
    logged.route = matched.operation
    for (const complaint of contract.checkRequest(matched, url.searchParams, body))
      violations.push(`${matched.operation} request: ${complaint}`)
    const handler = routes[matched.operation]
    if (handler === undefined) throw new Error(`${matched.operation} is in the slice but has no handler.`)
    const call: Call = {
      method: logged.method,
      path: named,
      address: `${url.origin}${url.pathname}`,
      params: matched.params,
      query: url.searchParams,
      body: (body ?? {}) as JsonObject,
      auth,
    }
    return replyOf(handler(context, call), call)
  }

  async function safely(request: IncomingMessage, url: URL, path: string, logged: LoggedRequest): Promise<Reply> {
    try {
      return await answer(request, url, path, logged)
    } catch (error) {
      if (error instanceof Refusal) return refusal(error.status, error.message, error.headers, error.errors)
      // The asking process died before it had asked to the end.
      if (!request.complete || (error instanceof Error && 'code' in error && error.code === 'ECONNRESET'))
        return refusal(400, 'Problems parsing JSON')
      violations.push(
        `${logged.method} ${path}: the fake itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
      return refusal(500, 'Server Error')
    }
  }

  function send(request: IncomingMessage, response: ServerResponse, reply: Reply, logged: LoggedRequest): void {
    const text = reply.body === null || reply.body === undefined ? '' : JSON.stringify(reply.body)
    const headers: { [name: string]: string } = {
      'content-type': 'application/json; charset=utf-8',
      'x-github-media-type': 'github.v3; format=json',
      'x-github-request-id': `FAKE:${requests.length}`,
      ...rateHeaders(logged.route === 'POST /graphql' ? 'graphql' : 'core'),
      ...reply.headers,
    }
    if (logged.method === 'GET' && reply.status === 200) {
      headers.etag = etagOf(text)
      if (request.headers['if-none-match'] === headers.etag) {
        // An answer of "not modified" costs nothing.
        rateLimit.used = Math.max(0, rateLimit.used - 1)
        logged.status = 304
        response.writeHead(304, { ...rateHeaders('core'), etag: headers.etag }).end()
        return
      }
    }
    logged.status = reply.status
    if (reply.status === 204) delete headers['content-type']
    response.writeHead(reply.status, headers).end(text)
  }

  async function strike(when: Fault['when'], method: string, path: string): Promise<Reply | 'drop' | null> {
    const fault = faults.strike(when, method, path)
    if (fault?.kind === 'slow') await wait(fault.delayMs ?? 1000)
    return fault === null ? null : fault.kind === 'drop' ? 'drop' : faultReply(fault)
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', context.state.url)
    const method = request.method ?? 'GET'
    const page = method === 'GET' ? /^\/([^/]+)\/([^/]+)\/(?:issues|pull)\/(\d+)$/.exec(url.pathname) : null
    if (page !== null && page[1] !== 'repos' && page[1] !== 'repositories') {
      const html = issuePage(context.state, decodeURIComponent(page[1] ?? ''), decodeURIComponent(page[2] ?? ''), Number(page[3]))
      response
        .writeHead(html === null ? 404 : 200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY })
        .end(html ?? 'Not Found')
      return
    }
    const path = url.pathname.replace(/^\/api\/v3(?=\/)/, '').replace(/^\/api\/graphql$/, '/graphql')
    const logged: LoggedRequest = {
      at: Date.now(),
      method,
      path: path + url.search,
      route: null,
      status: 0,
      installationId: null,
      body: undefined,
    }
    requests.push(logged)
    const before = await strike('before', method, path)
    const reply = before ?? (await safely(request, url, path, logged))
    const outcome = before ?? (await strike('after', method, path)) ?? reply
    if (outcome === 'drop' || reply === 'drop') {
      response.destroy()
      return
    }
    const isGenuine = outcome === reply && before === null
    if (isGenuine && logged.route !== null && logged.route !== 'POST /graphql') {
      for (const complaint of contract.checkResponse(logged.route, outcome.status, outcome.body)) {
        violations.push(`${logged.route} answer ${outcome.status}: ${complaint}`)
      }
    }
    send(request, response, outcome, logged)
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch((error: unknown) => {
      violations.push(`The fake failed to answer ${request.method} ${request.url}: ${String(error)}`)
      response.destroy()
    })
  }
}

const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:"
