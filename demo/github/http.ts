// How an endpoint receives a call and answers it: access checks, refusals in GitHub's words, pages.
import type { Installation, JsonObject, Repository, State } from './state.ts'
import { installationOf, repositoryNamed } from './state.ts'
import type { Webhooks } from './webhooks.ts'

export type Auth =
  | { kind: 'none' }
  | { kind: 'app' }
  | { kind: 'installation'; installation: Installation; permissions: { [name: string]: string }; repositoryIds: Set<number> | null }

export type Call = {
  method: string
  path: string
  /** As the caller wrote it, for links to other pages. */
  address: string
  params: { [name: string]: string }
  query: URLSearchParams
  body: JsonObject
  auth: Auth
}

/** `list` is cut into pages by the server; `wrap` puts the page into GitHub's envelope where it has one. */
export type Answer =
  | { status: number; body: unknown; headers?: { [name: string]: string } }
  | { list: unknown[]; perPage?: { default: number; max: number }; wrap?: (items: unknown[], page: number) => unknown }

export type Context = { state: State; webhooks: Webhooks }
type Handler = (context: Context, call: Call) => Answer
export type Routes = { [operation: string]: Handler }

/** An answer other than success. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: { [name: string]: string }
  readonly errors: unknown[] | null
  constructor(status: number, message: string, errors: unknown[] | null = null, headers: { [name: string]: string } = {}) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.errors = errors
    this.headers = headers
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found')
}

export function invalid(resource: string, field: string, code: string): Refusal {
  return new Refusal(422, 'Validation Failed', [{ resource, field, code }])
}

export type Access = { name: string; level: 'read' | 'write' }

function grants(held: string | undefined, wanted: Access['level']): boolean {
  return held === 'write' || held === 'admin' || (wanted === 'read' && held === 'read')
}

/**
 * The repository of a call, if its token may do this there. As on GitHub: what one may not see is "Not Found",
 * what one may see and not do is "Resource not accessible by integration".
 */
export function repositoryOf(context: Context, call: Call, access: Access): Repository {
  const { state } = context
  const owner = call.params.owner ?? ''
  const name = call.params.repo ?? ''
  const repository = repositoryNamed(state, owner, name)
  if (repository === null) {
    const moved = state.repositories.get(state.formerNames.get(`${owner}/${name}`.toLowerCase()) ?? -1)
    if (moved === undefined) throw notFound()
    // Only who may see the repository learns where it went.
    mayUse(state, call, moved, access)
    const rest = call.path.split('/').slice(4).join('/')
    const url = `${state.url}/repositories/${moved.id}${rest === '' ? '' : `/${rest}`}`
    throw new Refusal(call.method === 'GET' ? 301 : 307, 'Moved Permanently', null, {
      location: call.query.size > 0 ? `${url}?${call.query.toString()}` : url,
    })
  }
  mayUse(state, call, repository, access)
  return repository
}

function mayUse(state: State, call: Call, repository: Repository, access: Access): void {
  const forbidden = new Refusal(403, 'Resource not accessible by integration')
  const publicRead = !repository.isPrivate && access.level === 'read'
  if (call.auth.kind === 'app') throw new Refusal(401, 'Bad credentials')
  if (call.auth.kind === 'none') {
    if (publicRead) return
    throw repository.isPrivate ? notFound() : new Refusal(401, 'Requires authentication')
  }
  const { installation, repositoryIds, permissions } = call.auth
  const isInstalled = installationOf(state, repository)?.id === installation.id && (repositoryIds?.has(repository.id) ?? true)
  if (!isInstalled) {
    if (publicRead) return
    throw repository.isPrivate ? notFound() : forbidden
  }
  if (!grants(permissions[access.name], access.level) && !(publicRead && access.name !== 'administration')) throw forbidden
  if (repository.isArchived && access.level === 'write') throw new Refusal(403, 'Repository was archived so is read-only.')
}

export function text(body: JsonObject, field: string): string | null {
  const value = body[field]
  return typeof value === 'string' ? value : null
}

export function numberIn(call: Call, name: string): number {
  const value = Number(call.params[name])
  if (!Number.isSafeInteger(value)) throw notFound()
  return value
}

export type Page = { items: unknown[]; number: number; perPage: number; last: number }

/** One page of a list, with GitHub's defaults: 30 a page, at most 100. */
export function pageOf(query: URLSearchParams, list: unknown[], limits = { default: 30, max: 100 }): Page {
  const perPage = Math.min(limits.max, Math.max(1, Number(query.get('per_page')) || limits.default))
  const number = Math.max(1, Number(query.get('page')) || 1)
  return {
    items: list.slice((number - 1) * perPage, number * perPage),
    number,
    perPage,
    last: Math.max(1, Math.ceil(list.length / perPage)),
  }
}

/** The `Link` header of a page, or null for a list that has only one. */
export function linkHeader(address: string, query: URLSearchParams, page: Page): string | null {
  const link = (number: number, relation: string) => {
    const other = new URLSearchParams(query)
    other.set('page', String(number))
    return `<${address}?${other.toString()}>; rel="${relation}"`
  }
  const links: string[] = []
  if (page.number > 1) links.push(link(page.number - 1, 'prev'))
  if (page.number < page.last) links.push(link(page.number + 1, 'next'), link(page.last, 'last'))
  if (page.number > 1) links.push(link(1, 'first'))
  return links.length === 0 ? null : links.join(', ')
}
