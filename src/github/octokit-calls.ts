// The one place that calls Octokit: errors become ours, answers are cleaned and parsed, pages are followed.
import type { z } from 'zod'
import { RateLimited } from './github.ts'
import { missingField, missingPermission } from './missing-permission.ts'

type Headers = Record<string, string | number | undefined>
type Answer = { status: number; data: unknown; headers: Headers }

/** What is used of an Octokit that is signed in as an installation. */
export type OctokitLike = {
  request: (route: string, parameters?: Record<string, unknown>) => Promise<Answer>
  graphql: (query: string, variables?: Record<string, unknown>) => Promise<unknown>
}

export type Calls = {
  /** Throws with `status`; null on 404, 410 and the further statuses that mean "not there" for this route. */
  read<T>(schema: z.ZodType<T>, route: string, parameters: Record<string, unknown>, absent?: number[]): Promise<T | null>
  write<T>(schema: z.ZodType<T>, route: string, parameters: Record<string, unknown>): Promise<T>
  /** Follows `Link: rel="next"` for at most `maxPages`; `isMore` when there was another one. Null when the first is not there. */
  pages<T>(
    schema: z.ZodType<T>,
    route: string,
    parameters: Record<string, unknown>,
    limits: { maxPages: number; absent?: number[] },
  ): Promise<{ pages: T[]; isMore: boolean } | null>
  /**
   * Errors of type NOT_FOUND leave null in their place, and so do fields of these names that the App may not read; any
   * other throws.
   */
  graphql<T>(schema: z.ZodType<T>, query: string, variables: Record<string, unknown>, dispensable?: string[]): Promise<T>
}

/** GitHub answered something that it does not document (or a connection broke within the answer): worth another try. */
class UnexpectedAnswer extends Error {
  readonly status = 502
  constructor(message: string) {
    super(message)
    this.name = 'UnexpectedAnswer'
  }
}

export const callsOf = (octokit: OctokitLike, now: () => Date): Calls => {
  const ask = async (route: string, parameters: Record<string, unknown>): Promise<Answer> => {
    try {
      return await octokit.request(route, parameters)
    } catch (error) {
      throw rateLimitOf(error, now()) ?? missingPermission(route, error) ?? error
    }
  }
  const askOrNull = async (route: string, parameters: Record<string, unknown>, absent: number[]): Promise<Answer | null> => {
    try {
      return await ask(route, parameters)
    } catch (error) {
      if ([404, 410, ...absent].includes(statusOf(error) ?? 0) && !isOfToken(error)) return null
      throw error
    }
  }
  return {
    async read(schema, route, parameters, absent = []) {
      const answer = await askOrNull(route, parameters, absent)
      return answer === null ? null : parse(schema, answer.data, route)
    },
    async write(schema, route, parameters) {
      return parse(schema, (await ask(route, parameters)).data, route)
    },
    async pages(schema, route, parameters, { maxPages, absent = [] }) {
      const pages = []
      for (let page = 1; page <= maxPages; page += 1) {
        const answer = await askOrNull(route, { ...parameters, page }, page === 1 ? absent : [])
        if (answer === null) return page === 1 ? null : { pages, isMore: true }
        pages.push(parse(schema, answer.data, route))
        if (!/rel="next"/.test(String(answer.headers['link'] ?? ''))) return { pages, isMore: false }
      }
      return { pages, isMore: true }
    },
    async graphql(schema, query, variables, dispensable = []) {
      try {
        return parse(schema, await octokit.graphql(query, variables), 'POST /graphql')
      } catch (error) {
        const partial = partialAnswer(error, dispensable)
        if (partial !== null) return parse(schema, partial, 'POST /graphql')
        throw rateLimitOf(error, now()) ?? graphqlError(query, error)
      }
    },
  }
}

const parse = <T>(schema: z.ZodType<T>, data: unknown, route: string): T => {
  const result = schema.safeParse(withoutNul(data))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new UnexpectedAnswer(
    `GitHub's answer to ${route} has an unexpected form at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unknown'}`,
  )
}

/** U+0000 removed from every string: PostgreSQL's text refuses it, and nothing readable needs it. */
const withoutNul = (value: unknown): unknown => {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '') : value
  if (Array.isArray(value)) return value.map(withoutNul)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutNul(entry)]))
}

type MaybeError = {
  status?: unknown
  message?: unknown
  headers?: unknown
  errors?: unknown
  data?: unknown
  response?: { headers?: unknown; data?: unknown }
}

const statusOf = (error: unknown): number | null => {
  const status = (error as MaybeError | null)?.status
  return typeof status === 'number' ? status : null
}

type FieldError = { type: string; path: string[] }

const fieldErrors = (error: unknown): FieldError[] => {
  const errors = (error as MaybeError | null)?.errors
  if (!Array.isArray(errors)) return []
  return errors.map((entry) => {
    const { type, path } = (entry ?? {}) as { type?: unknown; path?: unknown }
    return { type: typeof type === 'string' ? type : '', path: Array.isArray(path) ? path.map(String) : [] }
  })
}

const partialAnswer = (error: unknown, dispensable: string[]): unknown => {
  const errors = fieldErrors(error)
  const data = (error as MaybeError | null)?.data
  const isBearable = ({ type, path }: FieldError) =>
    type === 'NOT_FOUND' || (type === 'FORBIDDEN' && dispensable.includes(path.at(-1) ?? ''))
  return errors.length > 0 && errors.every(isBearable) && typeof data === 'object' ? data : null
}

/** GraphQL failures come with 200: give them the status that REST would have used, so that callers need to know one word. */
const graphqlError = (query: string, error: unknown): unknown => {
  const errors = fieldErrors(error)
  if (errors.length === 0 || !(error instanceof Error)) return error
  const forbidden = errors.find(({ type }) => type === 'FORBIDDEN')
  return forbidden ? missingField(query, forbidden.path) : Object.assign(error, { status: 502 })
}

const SECONDARY_WAIT_MS = 60_000

/**
 * GitHub's documented signs of a limit: 403 or 429 with `retry-after`, with `x-ratelimit-remaining: 0`, or with a message
 * that speaks of a rate limit or abuse; in GraphQL an error of type RATE_LIMITED. Null for any other error.
 */
const rateLimitOf = (error: unknown, now: Date): RateLimited | null => {
  const { response, headers: graphqlHeaders, message } = (error ?? {}) as MaybeError
  const headers = (response?.headers ?? graphqlHeaders ?? {}) as Headers
  const status = statusOf(error)
  const words = typeof message === 'string' ? message : ''
  const isGraphqlLimit = fieldErrors(error).some(({ type }) => /^RATE_LIMIT/.test(type))
  const isRefused = status === 403 || status === 429
  if (!isRefused && !isGraphqlLimit) return null

  const retryAfter = secondsOf(headers['retry-after'])
  const reset = secondsOf(headers['x-ratelimit-reset'])
  const isExhausted = String(headers['x-ratelimit-remaining'] ?? '') === '0'
  const isLimit = isGraphqlLimit || status === 429 || retryAfter !== null || isExhausted || /rate limit|abuse detection/i.test(words)
  if (!isLimit) return null

  // GitHub's clock may be ahead of ours by a little: never come back sooner than a second from now.
  const soonest = now.getTime() + 1000
  const resetAt = reset !== null && (isExhausted || isGraphqlLimit) ? reset * 1000 + 1000 : null
  const retryAtMs = retryAfter !== null ? now.getTime() + retryAfter * 1000 : (resetAt ?? now.getTime() + SECONDARY_WAIT_MS)
  return new RateLimited(`GitHub asks us to wait: ${words || 'rate limit reached'}`, new Date(Math.max(soonest, retryAtMs)))
}

const secondsOf = (value: string | number | undefined): number | null => {
  const seconds = value === undefined || value === '' ? Number.NaN : Number(value)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null
}

/** No token is given for an installation that is gone: that says nothing of what was to be read with it. */
const isOfToken = (error: unknown): boolean => {
  const { request } = (error ?? {}) as { request?: { url?: unknown } }
  return typeof request?.url === 'string' && request.url.endsWith('/access_tokens')
}
