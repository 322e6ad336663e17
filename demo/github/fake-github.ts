// A GitHub for the demo and the tests: stateful, over HTTP, and held to GitHub's own description of its API.
import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createFaults } from './faults.ts'
import type { Faults } from './faults.ts'
import { loadContract } from './openapi/contract.ts'
import type { Contract } from './openapi/contract.ts'
import { createListener } from './server.ts'
import type { LoggedRequest, RateLimit } from './server.ts'
import { account, FIRST_ID } from './state.ts'
import type { State } from './state.ts'
import { createTokens } from './tokens.ts'
import { createWebhooks } from './webhooks.ts'
import type { DeliveryMode } from './webhooks.ts'
import { createWorld } from './world.ts'
import type { World } from './world.ts'

export type Prepared = { keys: { privateKey: KeyObject; publicKey: KeyObject }; contract: Contract }

/** What takes time and never changes: an App key (2,048 bits, as GitHub's are) and the compiled description. */
export function prepareFakeGitHub(): Prepared {
  return { keys: generateKeyPairSync('rsa', { modulusLength: 2048 }), contract: loadContract() }
}

export type FakeGitHubOptions = {
  /** Where the App listens; may also be set later by `world.setWebhookUrl`. */
  webhookUrl?: string
  webhookSecret?: string
  /** `auto` sends webhooks as things happen, in order; `manual` collects them in `world.pending()`. */
  deliver?: DeliveryMode
  /** What the App may do. Every permission that Causeway may ask for, when left out. */
  permissions?: { [name: string]: string }
  events?: string[]
  /** The world's clock starts here and stands still until moved; without it, it is the real time. */
  startAt?: Date
  port?: number
  /** A suite that starts many fakes may prepare once for all of them. */
  prepared?: Prepared
}

export type FakeGitHub = {
  /** Base address without a slash at its end. REST is served at `/` and `/api/v3`, GraphQL at `/graphql` and `/api/graphql`. */
  url: string
  world: World
  faults: Faults
  /** Every call to the API, in the order of arrival. */
  requests: LoggedRequest[]
  /** What GitHub's description doesn't allow; empty in a sound run. */
  violations: string[]
  rateLimit: RateLimit
  appId: number
  appSlug: string
  /** PEM. */
  privateKey: string
  webhookSecret: string
  close(): Promise<void>
}

const DEFAULT_PERMISSIONS = {
  actions: 'read',
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
}
const DEFAULT_EVENTS = [
  'check_run',
  'check_suite',
  'deployment',
  'deployment_protection_rule',
  'deployment_status',
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'push',
  'release',
  'repository',
  'workflow_run',
]

/** Starts the fake on 127.0.0.1. Close it, or the process stays. */
export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const { keys, contract } = options.prepared ?? prepareFakeGitHub()
  const { privateKey, publicKey } = keys
  let nextId = FIRST_ID
  const clock = { fixed: options.startAt ?? null }
  const accounts: State['accounts'] = new Map()
  const now = () => clock.fixed ?? new Date()
  const person = (login: string, type: 'Organization' | 'Bot') => {
    const id = nextId++
    const made = { id, login, type, name: login, email: `${id}+${login}@users.noreply.github.com`, createdAt: now() }
    accounts.set(login.toLowerCase(), made)
    return made
  }
  const state: State = {
    url: '',
    app: {
      id: 1_234_567,
      slug: 'causeway-demo',
      name: 'Causeway demo',
      owner: person('acme', 'Organization'),
      bot: person('causeway-demo[bot]', 'Bot'),
      publicKey,
      permissions: options.permissions ?? DEFAULT_PERMISSIONS,
      events: options.events ?? DEFAULT_EVENTS,
      createdAt: now(),
      webhookUrl: options.webhookUrl ?? null,
      webhookSecret: options.webhookSecret ?? 'a-secret-only-for-the-fake',
    },
    accounts,
    installations: new Map(),
    repositories: new Map(),
    formerNames: new Map(),
    manifests: new Map(),
    now,
    nextId: () => nextId++,
  }
  account(state, 'web-flow')
  const webhooks = createWebhooks(state, options.deliver ?? 'auto')
  const context = { state, webhooks }
  const faults = createFaults()
  const requests: LoggedRequest[] = []
  const violations: string[] = []
  const rateLimit: RateLimit = { limit: 5000, used: 0, resetAt: new Date(Date.now() + 3_600_000) }
  const server = createServer(createListener({ context, tokens: createTokens(state), faults, contract, requests, violations, rateLimit }))
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: state.url,
    world: createWorld(context, clock),
    faults,
    requests,
    violations,
    rateLimit,
    appId: state.app.id,
    appSlug: state.app.slug,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }) as string,
    webhookSecret: state.app.webhookSecret,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** For `afterEach`: throws with every violation, and forgets them. */
export function assertNoViolations(fake: FakeGitHub): void {
  const found = fake.violations.splice(0)
  if (found.length > 0) throw new Error(`The fake GitHub saw what GitHub's description doesn't allow:\n- ${found.join('\n- ')}`)
}
