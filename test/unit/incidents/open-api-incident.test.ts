import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ApiIncident } from '../../../src/domain/api.ts'
import type { Repository } from '../../../src/domain/repository.ts'
import type { GitHubIssue } from '../../../src/github/github.ts'
import { openApiIncident } from '../../../src/incidents/open-api-incident.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import type { Work } from '../../../src/work.ts'
import { commentHtml } from '../../support/markdown.ts'
import { memoryGitHub, type MemoryGitHub } from '../../support/memory-github.ts'
import { silentLog } from '../../support/silent-log.ts'

const INSTALLATION = 2 ** 33
const shop: Repository = {
  id: 2 ** 34,
  installationId: INSTALLATION,
  owner: 'acme',
  name: 'shop',
  isPrivate: true,
  isArchived: false,
  defaultBranch: 'main',
  removedAt: null,
}
const now = new Date('2026-03-10T14:30:00Z')
const call = (facts: Partial<ApiIncident> = {}): ApiIncident => ({
  repository: { id: shop.id, owner: 'acme', name: 'shop' },
  externalId: 'alert-1',
  title: 'Checkout times out',
  body: 'TimeoutError: ledger\n    at pay (services/checkout/src/pay.ts:5:1)',
  services: [],
  severity: null,
  detectedAt: null,
  receivedAt: now,
  url: null,
  ...facts,
})

describe('an incident that monitoring reports', () => {
  let store: Store
  let github: MemoryGitHub
  let work: Work
  let opened: GitHubIssue[]

  beforeEach(async () => {
    store = await openStore(':memory:')
    github = memoryGitHub()
    opened = []
    github.recentIssues = async () => opened
    github.createIssue = async (_repo, { title, body, labels }) => {
      const number = opened.length + 1
      const times = { createdAt: now, updatedAt: now, closedAt: null }
      const url = `https://github.com/acme/shop/issues/${number}`
      const issue: GitHubIssue = {
        ...{ number, title, body, labels, ...times, url },
        author: { login: 'causeway[bot]', isBot: true },
        state: 'open',
        appId: 42,
      }
      opened.push(issue)
      return issue
    }
    const tenant = store.tenant(INSTALLATION)
    work = { tenant, github, now: () => now, log: silentLog, refreshLater: async () => undefined, followUp: async () => undefined }
    await store.installations.upsert({ id: INSTALLATION, accountLogin: 'acme', suspendedAt: null, removedAt: null, permissions: {} })
    await tenant.repositories.upsert(shop)
  })
  afterEach(() => store.close())

  const issueOf = async (facts: Partial<ApiIncident>): Promise<GitHubIssue> => {
    await openApiIncident(work, call(facts))
    return opened.at(-1)!
  }

  it('opens one issue, in which the stack trace stays as it was, and answers it', async () => {
    const { title, body } = await issueOf({ url: 'https://alerts.example/1?a=(b)' })
    expect(title).toBe('Checkout times out')
    expect(body).toContain('```text\nTimeoutError: ledger\n    at pay (services/checkout/src/pay.ts:5:1)\n```')
    expect(body).toContain('[Source](https://alerts.example/1?a=%28b%29)')
    await openApiIncident(work, call())
    expect(opened).toHaveLength(1)
    expect(github.comments.get(1)).toHaveLength(1)
  })

  it.each([
    '@acme/everyone look, also @octocat',
    '```\n@acme/everyone\n```\n@octocat #12 GH-3 acme/other#4',
    `${'`'.repeat(200)}\n@octocat`,
    '~~~\n@octocat',
    '<!-- swallowed',
    '<script>alert(1)</script><img src=https://evil.example/p.png>',
    '![x](https://evil.example/p.png) https://github.com/acme/other/issues/3',
    '/incident checkout\n\n### Service\n\nledger',
    '\u0000\u001b[2J\u202Ekcart \ud800',
    '@a '.repeat(20_000),
    '`'.repeat(60_000),
    '\n'.repeat(60_000),
    '漢'.repeat(60_000),
  ])('lets nothing in %j live', async (text) => {
    const { title, body } = await issueOf({ body: text, title: text.slice(0, 250).trim() || 'x' })
    expect(body.length).toBeLessThan(65_536)
    expect(title.length).toBeLessThanOrEqual(250)
    expect(title).not.toMatch(/\p{Cc}|\u202E/u)
    expect(body).not.toMatch(/[\u0000\u001b\u202E]|@\w|\p{Surrogate}/u)
    expect(commentHtml(body)).toMatch(/^(?:<pre><code class="language-text">[^<]*<\/code><\/pre>\s*)?$/)
  })

  it('finds its own issue again, whatever the words in it look like', async () => {
    const { body } = await issueOf({ externalId: 'a' })
    const marker = body.trim().split('\n').at(-1)!
    await openApiIncident(work, call({ externalId: 'b', body: `x\n${marker}` }))
    expect(opened).toHaveLength(2)
    // As if the answer to the first request had been lost.
    await store.close()
    store = await openStore(':memory:')
    work.tenant = store.tenant(INSTALLATION)
    await store.installations.upsert({ id: INSTALLATION, accountLogin: 'acme', suspendedAt: null, removedAt: null, permissions: {} })
    await work.tenant.repositories.upsert(shop)
    opened.reverse()
    await openApiIncident(work, call({ externalId: 'a' }))
    expect(opened).toHaveLength(2)
    expect((await work.tenant.incidents.byIssue(shop.id, 1))?.reportKey).toBeTruthy()
    expect(await work.tenant.incidents.byIssue(shop.id, 2)).toBeNull()
  })

  it('takes no issue for its own that somebody else wrote', async () => {
    const first = await issueOf({ externalId: 'a' })
    opened = [{ ...first, number: 1, appId: null }]
    await store.close()
    store = await openStore(':memory:')
    work.tenant = store.tenant(INSTALLATION)
    await store.installations.upsert({ id: INSTALLATION, accountLogin: 'acme', suspendedAt: null, removedAt: null, permissions: {} })
    await work.tenant.repositories.upsert(shop)
    await openApiIncident(work, call({ externalId: 'a' }))
    expect(opened).toHaveLength(2)
  })
})
