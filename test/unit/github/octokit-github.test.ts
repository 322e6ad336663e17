import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { RateLimited } from '../../../src/github/github.ts'
import type { GitHub } from '../../../src/github/github.ts'
import { octokitGitHub } from '../../../src/github/octokit-github.ts'
import { apiBaseUrl, quietOctokit } from '../../../src/github/quiet-octokit.ts'

const SHOP = { owner: 'acme', name: 'shop' }
const NOW = new Date('2026-03-01T10:00:00Z')
const SHA = 'a'.repeat(40)

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown }
type Seen = { method: string; path: string; body: unknown }

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** The adapter on a real Octokit against a server that answers as `respond` says. */
const against = async (
  respond: (seen: Seen, count: number) => Answer | 'never',
  { basePath = '', timeoutMs = 5000 } = {},
): Promise<{ github: GitHub; seen: Seen[]; url: string }> => {
  const seen: Seen[] = []
  const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    return chunks.length === 0 ? null : (JSON.parse(Buffer.concat(chunks).toString()) as unknown)
  }
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const entry = { method: request.method ?? '', path: request.url ?? '', body }
      seen.push(entry)
      const answer = respond(entry, seen.length)
      if (answer === 'never') return
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
      response.end(JSON.stringify(answer.body ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const Octokit = quietOctokit({ timeoutMs })
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  const octokit = new Octokit({ baseUrl: `${url}${basePath}`, auth: { token: 'for-the-stub' }, log: silent })
  return { github: octokitGitHub(octokit, { appId: 41, now: () => NOW }), seen, url }
}

const account = { login: 'monalisa', type: 'User' }
const comment = (id: number, body: string) => ({
  id,
  body,
  user: account,
  performed_via_github_app: { id: 41 },
  created_at: '2026-03-01T09:00:00Z',
  html_url: `https://github.com/acme/shop/issues/7#issuecomment-${id}`,
})
const commit = (sha: string) => ({
  sha,
  html_url: `https://github.com/acme/shop/commit/${sha}`,
  parents: [],
  commit: { message: `message of ${sha}`, author: null, committer: { date: '2026-03-01T09:00:00Z' } },
  author: null,
})
const pull = (number: number, more: object = {}) => ({
  number,
  title: `Change ${number}`,
  body: null,
  url: `https://github.com/acme/shop/pull/${number}`,
  author: { __typename: 'Bot', login: 'dependabot' },
  mergedBy: null,
  latestReviews: { nodes: [{ author: null }, { author: { __typename: 'User', login: 'octocat' } }] },
  labels: { nodes: [{ name: 'bug' }] },
  baseRefName: 'main',
  baseRefOid: null,
  headRefName: 'round-totals',
  headRefOid: SHA,
  mergeCommit: { oid: SHA },
  mergedAt: '2026-03-01T09:00:00Z',
  updatedAt: '2026-03-01T09:00:00Z',
  changedFiles: 1,
  additions: 2,
  deletions: 3,
  commits: { totalCount: 1, nodes: [{ commit: { oid: SHA, message: 'one' } }] },
  ...more,
})

describe('limits', () => {
  const seconds = (date: Date): string => String(date.getTime() / 1000)
  const in5min = new Date(NOW.getTime() + 300_000)
  const cases: [string, Answer, Date][] = [
    ['403 with retry-after', { status: 403, headers: { 'retry-after': '30' } }, new Date(NOW.getTime() + 30_000)],
    ['429 without any word', { status: 429 }, new Date(NOW.getTime() + 60_000)],
    [
      'no requests left',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': seconds(in5min) } },
      new Date(in5min.getTime() + 1000),
    ],
    [
      'a secondary limit told by its message only',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': seconds(in5min) },
        body: { message: 'You have exceeded a secondary rate limit.' },
      },
      new Date(NOW.getTime() + 60_000),
    ],
    [
      'a reset that has passed',
      { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': seconds(new Date(NOW.getTime() - 60_000)) } },
      new Date(NOW.getTime() + 1000),
    ],
  ]
  it.each(cases)('%s', async (_, answer, retryAt) => {
    const { github, seen } = await against(() => answer)
    const error = await github.createComment(SHOP, 7, 'hello').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RateLimited)
    expect((error as RateLimited).retryAt).toEqual(retryAt)
    expect(seen).toHaveLength(1)
  })

  it('GraphQL says it with 200', async () => {
    const { github } = await against(() => ({
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': seconds(in5min) },
      body: { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
    }))
    const error = await github.pullRequest(SHOP, 1).catch((reason: unknown) => reason)
    expect((error as RateLimited).retryAt).toEqual(new Date(in5min.getTime() + 1000))
  })

  it('a plain 403 is no limit', async () => {
    const { github } = await against(() => ({ status: 403, body: { message: 'Resource not accessible by integration' } }))
    await expect(github.createComment(SHOP, 7, 'hello')).rejects.toMatchObject({
      status: 403,
      name: 'MissingPermission',
      message: expect.stringContaining('“Issues: write”') as string,
    })
  })
})

describe('failures', () => {
  it('are not retried in the process and keep their status', async () => {
    const { github, seen } = await against(() => ({ status: 502, body: { message: 'Bad Gateway' } }))
    await expect(github.listComments(SHOP, 7)).rejects.toMatchObject({ status: 502 })
    expect(seen).toHaveLength(1)
  })

  it('end a request that gets no answer', async () => {
    const { github } = await against(() => 'never', { timeoutMs: 100 })
    await expect(github.issue(SHOP, 7)).rejects.toMatchObject({ status: 500 })
  })

  it('say what of an answer is not as documented, and can be tried again', async () => {
    const { github } = await against(() => ({ body: { id: 'x' } }))
    await expect(github.createComment(SHOP, 7, 'hello')).rejects.toThrow(/comments has an unexpected form at "id"/)
    await expect(github.createComment(SHOP, 7, 'hello')).rejects.toMatchObject({ status: 502 })
  })

  it('in GraphQL become a status', async () => {
    const { github } = await against(() => ({
      body: { data: null, errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }] },
    }))
    await expect(github.closers(SHOP, 7)).rejects.toMatchObject({ status: 403 })
  })
})

describe('what is not there', () => {
  const gone = () => against(() => ({ status: 404, body: { message: 'Not Found' } }))
  it('is null, false or empty', async () => {
    const { github } = await gone()
    expect(await github.issue(SHOP, 7)).toBeNull()
    expect(await github.readFile(SHOP, 'a')).toBeNull()
    expect(await github.commitFiles(SHOP, SHA)).toBeNull()
    expect(await github.compare(SHOP, 'a', 'b', 100)).toBeNull()
    expect(await github.findFiles(SHOP, 'a')).toEqual([])
    expect(await github.permission(SHOP, 'hubot')).toBe('none')
    expect(await github.updateComment(SHOP, 1, 'x')).toBe(false)
    expect(await github.listComments(SHOP, 7)).toEqual([])
    expect(await github.pullRequestFiles(SHOP, 7)).toEqual({ files: [], isTruncated: true })
    await expect(github.deleteComment(SHOP, 1)).resolves.toBeUndefined()
    await expect(github.createComment(SHOP, 7, 'x')).rejects.toMatchObject({ status: 404 })
  })

  it('is null in GraphQL too', async () => {
    const { github } = await against(() => ({
      body: {
        data: { repository: { pullRequest: null } },
        errors: [{ type: 'NOT_FOUND', path: ['repository', 'pullRequest'], message: 'Could not resolve' }],
      },
    }))
    expect(await github.pullRequest(SHOP, 9)).toBeNull()
  })

  it('is an issue that was transferred', async () => {
    const { github } = await against(() => ({
      body: {
        number: 3,
        title: 't',
        body: null,
        labels: [],
        user: null,
        state: 'open',
        created_at: '2026-03-01T09:00:00Z',
        updated_at: '2026-03-01T09:00:00Z',
        html_url: 'x',
      },
    }))
    expect(await github.issue(SHOP, 7)).toBeNull()
    expect(await github.issue(SHOP, 3)).toMatchObject({ author: { login: 'ghost', isBot: false }, body: '' })
  })
})

describe('reading', () => {
  it('follows pages of 100', async () => {
    const { github, seen } = await against((_, count) => ({
      headers: { link: count < 3 ? '<https://api.github.com/2>; rel="next", <https://api.github.com/3>; rel="last"' : '' },
      body: [comment(2 ** 40 + count, `c${count}`)],
    }))
    const since = new Date('2026-02-28T00:00:00.250Z')
    const comments = await github.listComments(SHOP, 7, since)
    expect(comments.map(({ id }) => id)).toEqual([2 ** 40 + 1, 2 ** 40 + 2, 2 ** 40 + 3])
    expect(comments[0]).toMatchObject({ appId: 41, author: { login: 'monalisa', isBot: false } })
    expect(seen.map(({ path }) => path)).toEqual(
      [1, 2, 3].map((page) => `/repos/acme/shop/issues/7/comments?per_page=100&since=2026-02-28T00%3A00%3A00Z&page=${page}`),
    )
  })

  it('takes U+0000 out of everything', async () => {
    const { github } = await against(() => ({ body: [comment(1, 'a\0b\0')] }))
    expect((await github.listComments(SHOP, 7))[0]?.body).toBe('ab')
  })

  it('asks for 100 commits in one query and tells who brought each', async () => {
    const shas = Array.from({ length: 101 }, (_, i) => i.toString(16).padStart(40, '0'))
    const { github, seen } = await against((request) => {
      const { variables } = request.body as { variables: Record<string, string> }
      const asked = Object.entries(variables).filter(([key]) => /^s\d/.test(key))
      const repository = Object.fromEntries(
        asked.map(([key, sha]) => [
          `c${key.slice(1)}`,
          sha === shas[1]
            ? null
            : {
                oid: sha,
                message: 'm',
                committedDate: '2026-03-01T09:00:00Z',
                url: 'u',
                parents: { nodes: [{ oid: SHA }] },
                author: { name: 'dependabot[bot]', user: null },
                associatedPullRequests: {
                  nodes: [
                    pull(3, { mergedAt: null, mergeCommit: null }),
                    pull(2, { mergedAt: '2026-03-01T09:30:00Z' }),
                    pull(1, sha === shas[2] ? { mergeCommit: null } : { mergedAt: '2026-03-02T00:00:00Z', mergeCommit: { oid: sha } }),
                  ],
                },
              },
        ]),
      )
      return { body: { data: { repository } } }
    })
    const found = await github.commitsWithPullRequests(SHOP, [...shas, ...shas, 'not a sha'])
    expect(seen).toHaveLength(2)
    expect(found).toHaveLength(100)
    expect(found[0]).toMatchObject({
      commit: { sha: shas[0], parents: [SHA], author: { login: 'dependabot[bot]', isBot: true } },
      pullRequest: {
        number: 1,
        author: { login: 'dependabot[bot]', isBot: true },
        reviewers: [{ login: 'octocat', isBot: false }],
        mergedBy: null,
        body: '',
      },
    })
    // Neither is its merge: the earliest merged one is named, which is not the one that is still open.
    expect(found[1]?.pullRequest?.number).toBe(1)
  })

  it('compares in one request up to 250 commits', async () => {
    const all = Array.from({ length: 250 }, (_, i) => commit(`c${i}`))
    const { github, seen } = await against(() => ({
      body: { status: 'ahead', ahead_by: 250, behind_by: 0, total_commits: 250, merge_base_commit: { sha: 'base' }, commits: all },
    }))
    const result = await github.compare(SHOP, 'v1', 'feature/x', 500)
    expect(result).toMatchObject({ status: 'ahead', aheadBy: 250, behindBy: 0, mergeBaseSha: 'base', isTruncated: false })
    expect(result?.commits.map(({ sha }) => sha)).toEqual(all.map(({ sha }) => sha))
    expect(seen.map(({ path }) => path)).toEqual(['/repos/acme/shop/compare/v1...feature%2Fx'])
  })

  it.each([
    [500, false, 430, 3],
    [300, true, 300, 2],
    [100, true, 100, 1],
  ])('compares 430 commits with at most %i', async (maxCommits, isTruncated, length, requests) => {
    const all = Array.from({ length: 430 }, (_, i) => commit(`c${i}`))
    const { github, seen } = await against(({ path }) => {
      const page = Number(new URL(path, 'http://x').searchParams.get('page') ?? 0)
      const commits = page === 0 ? all.slice(-250) : all.slice((page - 1) * 100, page * 100)
      return { body: { status: 'ahead', ahead_by: 430, behind_by: 0, total_commits: 430, merge_base_commit: { sha: 'base' }, commits } }
    })
    const result = await github.compare(SHOP, 'v1', 'c429', maxCommits)
    expect(result?.isTruncated).toBe(isTruncated)
    expect(result?.commits.map(({ sha }) => sha)).toEqual(all.slice(-length).map(({ sha }) => sha))
    expect(seen).toHaveLength(requests)
  })

  it('reads every page when the first answer may not hold the newest commits', async () => {
    const all = Array.from({ length: 430 }, (_, i) => commit(`c${i}`))
    const { github, seen } = await against(({ path }) => {
      const page = Number(new URL(path, 'http://x').searchParams.get('page') ?? 0)
      const commits = page === 0 ? all.slice(0, 250) : all.slice((page - 1) * 100, page * 100)
      return { body: { status: 'ahead', ahead_by: 430, behind_by: 0, total_commits: 430, merge_base_commit: { sha: 'base' }, commits } }
    })
    const result = await github.compare(SHOP, 'v1', 'main', 500)
    expect(result?.commits.map(({ sha }) => sha)).toEqual(all.map(({ sha }) => sha))
    expect(seen).toHaveLength(6)
  })

  it.each([
    [{ permission: 'write', role_name: 'maintain' }, 'maintain'],
    [{ permission: 'read', role_name: 'triage' }, 'triage'],
    [{ permission: 'write', role_name: 'release captain' }, 'write'],
    [{ permission: 'admin' }, 'admin'],
  ])('understands %j', async (body, expected) => {
    const { github } = await against(() => ({ body }))
    expect(await github.permission(SHOP, 'octocat')).toBe(expected)
  })

  it('reads files up to 3 MB and no folders', async () => {
    const content = Buffer.from('grüß\0e').toString('base64')
    const { github, seen } = await against(({ path }) => {
      if (path.includes('/git/blobs/')) return { body: { encoding: 'base64', content } }
      if (path.endsWith('/folder')) return { body: [] }
      const size = path.endsWith('/huge') ? 4_000_000 : 10
      return {
        body: {
          type: 'file',
          sha: 's1',
          size,
          ...(path.endsWith('/large') ? { encoding: 'none', content: '' } : { encoding: 'base64', content }),
        },
      }
    })
    expect(await github.readFile(SHOP, 'a/small.md', 'main')).toEqual({ text: 'grüße', sha: 's1' })
    expect(await github.readFile(SHOP, 'large')).toEqual({ text: 'grüße', sha: 's1' })
    expect(await github.readFile(SHOP, 'huge')).toBeNull()
    expect(await github.readFile(SHOP, 'folder')).toBeNull()
    expect(seen[0]?.path).toBe('/repos/acme/shop/contents/a%2Fsmall.md?ref=main')
  })

  it('names what closed an issue, the closing event first, and nothing of another repository', async () => {
    const closer = { number: 5, title: 'Fix', url: 'u5', merged: true, mergeCommit: { oid: SHA }, repository: { id: 'R_1' } }
    const elsewhere = { ...closer, number: 9, url: 'u9', title: 'A secret', repository: { id: 'R_2' } }
    const { github } = await against(() => ({
      body: {
        data: {
          repository: {
            issue: {
              repository: { id: 'R_1' },
              closedByPullRequestsReferences: {
                nodes: [{ ...closer, number: 4, url: 'u4' }, { ...closer, number: 6, url: 'u6', merged: false }, closer, elsewhere],
              },
              timelineItems: { nodes: [{ closer: { __typename: 'PullRequest', ...closer } }] },
              comments: {
                nodes: [
                  { body: 'Rolled back.', url: 'c1', author: { __typename: 'User', login: 'octocat' } },
                  { body: 'x', url: 'c2', author: { __typename: 'Bot', login: 'causeway' } },
                ],
              },
            },
          },
        },
      },
    }))
    expect(await github.closers(SHOP, 7)).toEqual({
      pullRequests: [
        { number: 5, title: 'Fix', url: 'u5', mergeSha: SHA },
        { number: 4, title: 'Fix', url: 'u4', mergeSha: SHA },
      ],
      lastComment: { body: 'Rolled back.', url: 'c1' },
    })
  })
})

describe('GitHub Enterprise Server', () => {
  it('is asked at /api/v3 and, for GraphQL, at /api/graphql', async () => {
    const { github, seen } = await against(
      (request) => (request.path === '/api/graphql' ? { body: { data: { repository: null } } } : { status: 404 }),
      {
        basePath: '/api/v3',
      },
    )
    await github.issue(SHOP, 7)
    await github.pullRequest(SHOP, 7)
    expect(seen.map(({ path }) => path)).toEqual(['/api/v3/repos/acme/shop/issues/7', '/api/graphql'])
  })

  it.each([
    ['https://github.com', 'https://api.github.com'],
    ['https://acme.ghe.com/', 'https://api.acme.ghe.com'],
    ['https://github.example.com:8443/', 'https://github.example.com:8443/api/v3'],
    ['http://127.0.0.1:3999', 'http://127.0.0.1:3999/api/v3'],
  ])('%s has its API at %s', (web, api) => {
    expect(apiBaseUrl(web)).toBe(api)
  })

  it('is refused when it is no web address', () => {
    expect(() => apiBaseUrl('github.example.com')).toThrow('give it as https://github.example.com')
  })
})

describe('a server without GraphQL', () => {
  it.each([404, 501])('that answers %i has its files read over REST', async (status) => {
    const { github, seen } = await against(({ path }) => {
      if (path === '/graphql') return { status, body: { message: 'Not Found' } }
      if (!path.endsWith('causeway.yml')) return { status: 404, body: { message: 'Not Found' } }
      const content = Buffer.from('version: 1').toString('base64')
      return { body: { type: 'file', sha: SHA, encoding: 'base64', size: 10, content } }
    })
    expect(await github.readFiles(SHOP, ['.github/causeway.yml', 'CODEOWNERS'])).toEqual(new Map([['.github/causeway.yml', 'version: 1']]))
    expect(seen).toHaveLength(3)
  })

  it('is not what a failing one is', async () => {
    const { github } = await against(() => ({ status: 502, body: { message: 'Bad Gateway' } }))
    await expect(github.readFiles(SHOP, ['CODEOWNERS'])).rejects.toMatchObject({ status: 502 })
  })
})
