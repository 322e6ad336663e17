import { ProbotOctokit } from 'probot'
import type { TokenCache } from './token-cache.ts'

type Fetch = typeof globalThis.fetch

/**
 * Probot's Octokit without its in-process retries and its spacing of writes: the store keeps when to try again.
 * Hand it to Probot as `Octokit`; `tokens` takes the place of the cache that Probot keeps to itself. A request without a whole answer after `timeoutMs` fails. Only the function form of
 * `defaults` reaches the throttling plugin, since Probot's own defaults are merged after an object's.
 */
export const quietOctokit = ({
  timeoutMs,
  tokens,
  fetch = globalThis.fetch,
}: {
  timeoutMs: number
  tokens?: TokenCache
  fetch?: Fetch
}): typeof ProbotOctokit => {
  const timedFetch: Fetch = (input, init) => {
    const signals = [AbortSignal.timeout(timeoutMs), ...(init?.signal ? [init.signal] : [])]
    return fetch(input, { ...init, signal: AbortSignal.any(signals) })
  }
  return ProbotOctokit.defaults((options: Record<string, unknown>) => ({
    ...options,
    ...(tokens && options['auth'] ? { auth: { ...options['auth'], cache: tokens } } : {}),
    throttle: { ...(options['throttle'] as object | undefined), enabled: false },
    retry: { enabled: false },
    request: { ...(options['request'] as object | undefined), fetch: timedFetch },
  }))
}

/**
 * The REST base of a GitHub by its web address: github.com, a GHE.com tenant (`https://acme.ghe.com`) or an Enterprise
 * Server. Octokit derives the GraphQL address from it (`…/api/v3` → `…/api/graphql`). Throws on what is no web address.
 */
export const apiBaseUrl = (webUrl: string): string => {
  const url = URL.parse(webUrl)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(`"${webUrl}" is not the address of a GitHub: give it as https://github.example.com`)
  }
  if (url.hostname === 'github.com') return 'https://api.github.com'
  if (url.hostname.endsWith('.ghe.com')) return `${url.protocol}//api.${url.host}`
  return `${url.origin}/api/v3`
}
