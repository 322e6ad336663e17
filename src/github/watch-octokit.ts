// Stands before every request of one installation: nothing is sent while GitHub asked to wait, and what came back is told.
import { RateLimited } from './github.ts'
import { awaitTurn, type Request, type Spacing, writeOf } from './space-writes.ts'

export type SeenRequest = {
  /** Method and route with its placeholders, such as `GET /repos/{owner}/{repo}/issues`. */
  endpoint: string
  /** 0: no answer. */
  status: number
  ms: number
  /** What the answer says is left of this hour's budget; null where it says nothing. */
  budget: { resource: string; limit: number; remaining: number; resetAt: Date } | null
}

export type Watch = {
  /** Null when requests may be sent. Any process may have learned otherwise. */
  heldUntil: () => Promise<Date | null>
  /** False once another process may be at the same work: a late request would double or overwrite what that one does. */
  isLeased: () => Promise<boolean>
  /** What a write follows from must be on disk before it: a comment whose intent is lost would be made twice. */
  beforeWrite: () => Promise<void>
  /** Null: writes are sent as they come. */
  spacing: Spacing | null
  seen: (request: SeenRequest) => void
}

type Headers = Record<string, string | number | undefined>
type Answer = { status: number; headers: Headers }
type Hooked = { hook: { wrap: (name: 'request', around: (request: (options: Request) => unknown, options: Request) => unknown) => void } }

/** `octokit` is any Octokit; Octokit's hook is the only place that sees REST and GraphQL alike, with their headers. */
export function watchOctokit(octokit: unknown, { heldUntil, isLeased, beforeWrite, spacing, seen }: Watch): void {
  const hooked = octokit as Hooked
  hooked.hook.wrap('request', async (request, options) => {
    if (spacing) await awaitTurn(options, spacing)
    const until = await heldUntil()
    if (until) throw new RateLimited('GitHub asked this installation to wait', until)
    if (writeOf(options, 0) !== null) await beforeWrite()
    if (!(await isLeased())) throw new Error('nothing was asked of GitHub: the lease of this repository has ended')
    const from = performance.now()
    const tell = (answer: Partial<Answer>) =>
      seen({
        endpoint: `${options.method} ${pathOf(options.url)}`,
        status: answer.status ?? 0,
        ms: performance.now() - from,
        budget: budgetOf(answer.headers ?? {}),
      })
    try {
      const answer = await request(options)
      tell(answer as Answer)
      return answer
    } catch (error) {
      const { status, response } = error as { status?: number; response?: Answer }
      tell({ status: response ? status : 0, headers: response?.headers })
      throw error
    }
  })
}

/** A whole address (GraphQL on an Enterprise Server) would make one metric for each server. */
function pathOf(url: string): string {
  return url.startsWith('/') ? url : (URL.parse(url)?.pathname ?? url)
}

function budgetOf(headers: Headers): SeenRequest['budget'] {
  const number = (name: string) => {
    const value = headers[name]
    return value === undefined || value === '' ? NaN : Number(value)
  }
  const [limit, remaining, reset] = [number('x-ratelimit-limit'), number('x-ratelimit-remaining'), number('x-ratelimit-reset')]
  if (!Number.isFinite(limit + remaining + reset)) return null
  return { resource: String(headers['x-ratelimit-resource'] ?? 'core'), limit, remaining, resetAt: new Date(reset * 1000) }
}
