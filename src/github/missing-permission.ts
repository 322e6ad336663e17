// GitHub says that a permission is missing, and only sometimes which one: here it is named as GitHub's settings name it.
import { MissingPermission } from './github.ts'

type Refused = {
  status?: unknown
  message?: unknown
  response?: { headers?: Record<string, unknown> }
}

const BY_ROUTE: [RegExp, string][] = [
  [/\/check-(runs|suites)/, 'Checks'],
  [/\/deployments|\/deployment_protection_rule/, 'Deployments'],
  [/\/pulls\b/, 'Pull requests'],
  [/\/issues|\/labels/, 'Issues'],
  [/\/actions\//, 'Actions'],
  [/\/(contents|commits|compare|git)\b/, 'Contents'],
]
/** Matched against the way to the refused field; what is under an alias or the root is of the code itself. */
const BY_FIELD: [RegExp, string][] = [
  [/pullRequest/i, 'Pull requests'],
  [/statuses|deployment/i, 'Deployments'],
  [/issue|closer|timeline/i, 'Issues'],
]

/** Null for any other error. `route` is Octokit's, such as `GET /repos/{owner}/{repo}/pulls`. */
export function missingPermission(route: string, error: unknown): MissingPermission | null {
  const { status, message, response } = (error ?? {}) as Refused
  if (status !== 403 || typeof message !== 'string' || !/not accessible by integration/i.test(message)) return null
  const told = response?.headers?.['x-accepted-github-permissions']
  const [, stated, statedLevel] = (typeof told === 'string' && /^(\w+)=(read|write)/.exec(told)) || []
  const level = statedLevel ?? (route.startsWith('GET ') ? 'read' : 'write')
  const name = stated ? inWords(stated) : (BY_ROUTE.find(([of]) => of.test(route))?.[1] ?? 'Metadata')
  return new MissingPermission(`${name}: ${level}`)
}

/** GraphQL refuses field by field, in an answer of 200. `path` leads to the first of them. */
export function missingField(query: string, path: readonly string[]): MissingPermission {
  const name = BY_FIELD.find(([of]) => of.test(path.join(' ')))?.[1] ?? 'Contents'
  return new MissingPermission(`${name}: ${/^\s*mutation/.test(query) ? 'write' : 'read'}`)
}

/** `pull_requests` → `Pull requests` */
const inWords = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')
