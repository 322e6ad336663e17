// How the fake behaves on the wire: pages, caches, limits, faults, redirects, and what it counts as a violation.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { assertNoViolations, prepareFakeGitHub, startFakeGitHub } from '../../demo/github/fake-github.ts'
import type { FakeGitHub } from '../../demo/github/fake-github.ts'
import type { Installation } from '../../demo/github/state.ts'
import { installationClient } from '../support/fake-github-client.ts'
import type { Client } from '../support/fake-github-client.ts'

const prepared = prepareFakeGitHub()
let fake: FakeGitHub
let installation: Installation
let api: Client
beforeEach(async () => {
  fake = await startFakeGitHub({ prepared, deliver: 'manual' })
  fake.world.createRepository('acme/shop', { isPrivate: true })
  installation = fake.world.install('acme')
  api = await installationClient(fake, installation)
})
afterEach(() => fake.close())

const COMMENTS = '/repos/acme/shop/issues/1/comments'
function openIssue(comments = 0): void {
  fake.world.openIssue('acme/shop', { title: 'Down', by: 'octocat' })
  for (let index = 1; index <= comments; index += 1) fake.world.comment('acme/shop', 1, `comment ${index}`, 'octocat')
}

describe('pages', () => {
  test('are walked by their Link headers, each item once', async () => {
    openIssue(65)
    const seen: string[] = []
    let path: string | null = `${COMMENTS}?per_page=30`
    const relations: string[] = []
    while (path !== null) {
      const { headers, body } = await api('GET', path)
      seen.push(...(body as { body: string }[]).map((comment) => comment.body))
      const link = headers.get('link') ?? ''
      relations.push([...link.matchAll(/rel="(\w+)"/g)].map(([, name]) => name).join())
      path = /<([^>]+)>; rel="next"/.exec(link)?.[1]?.replace(fake.url, '') ?? null
    }
    expect(seen).toEqual(Array.from({ length: 65 }, (_, index) => `comment ${index + 1}`))
    expect(relations).toEqual(['next,last', 'prev,next,last,first', 'prev,first'])
    expect((await api('GET', `${COMMENTS}?per_page=500`)).body).toHaveLength(65)
    expect((await api('GET', `${COMMENTS}?page=9`)).body).toEqual([])
    assertNoViolations(fake)
  })

  test('that fit on one have no Link header, and GHES addresses stay GHES addresses', async () => {
    openIssue(3)
    expect((await api('GET', COMMENTS)).headers.get('link')).toBeNull()
    const enterprise = await installationClient(fake, installation, {}, '/api/v3')
    expect((await enterprise('GET', `${COMMENTS}?per_page=1`)).headers.get('link')).toContain(
      `<${fake.url}/api/v3/repos/acme/shop/issues/1/comments?per_page=1&page=2>; rel="next"`,
    )
  })

  test('of a comparison hold 250 commits, and files on the first only', async () => {
    const base = fake.world.repository('acme/shop').git.branches.get('main')
    const commits = Array.from({ length: 260 }, (_, index) => ({ message: `c${index}`, files: { count: String(index) } }))
    fake.world.push('acme/shop', { by: 'octocat', commits })
    const path = `/repos/acme/shop/compare/${base}...main`
    type Body = { commits: { commit: { message: string } }[]; files?: unknown[]; total_commits: number }
    const first = await api('GET', path)
    const second = await api('GET', `${path}?page=2`)
    expect((first.body as Body).commits.map(({ commit }) => commit.message)).toEqual(commits.slice(0, 250).map(({ message }) => message))
    expect((second.body as Body).commits).toHaveLength(10)
    expect([(first.body as Body).total_commits, (first.body as Body).files?.length, (second.body as Body).files]).toEqual([
      260,
      1,
      undefined,
    ])
    expect(first.headers.get('link')).toContain('rel="next"')
    assertNoViolations(fake)
  })
})

test('an unchanged answer is 304 and costs nothing', async () => {
  openIssue()
  const first = await api('GET', COMMENTS)
  const etag = first.headers.get('etag') ?? ''
  const used = fake.rateLimit.used
  const again = await fetch(`${fake.url}/repos/acme/shop/issues/1`, { headers: { 'user-agent': 'test' } })
  expect(again.status).toBe(404)
  const same = await api('GET', COMMENTS, undefined, { 'if-none-match': etag })
  expect([same.status, same.body, fake.rateLimit.used - used]).toEqual([304, null, 1])
  fake.world.comment('acme/shop', 1, 'new', 'octocat')
  expect((await api('GET', COMMENTS, undefined, { 'if-none-match': etag })).status).toBe(200)
})

test('the rate limit is counted, shown and kept', async () => {
  openIssue()
  const { headers } = await api('GET', COMMENTS)
  expect(Number(headers.get('x-ratelimit-limit')) - Number(headers.get('x-ratelimit-remaining'))).toBe(
    Number(headers.get('x-ratelimit-used')),
  )
  fake.rateLimit.used = fake.rateLimit.limit
  const refused = await api('GET', COMMENTS)
  expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining('API rate limit exceeded') as string } })
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
  fake.rateLimit.resetAt = new Date()
  expect((await api('GET', COMMENTS)).status).toBe(200)
})

describe('faults', () => {
  const made = () => fake.world.appComments('acme/shop', 1).length
  beforeEach(() => openIssue())

  test.each([
    ['500', 500, null],
    ['502', 502, null],
    ['429', 429, '7'],
    ['secondary-rate-limit', 403, '7'],
  ] as const)('%s strikes before or after the effect', async (kind, status, retryAfter) => {
    fake.faults.add({ method: 'POST', path: /comments$/, when: 'before', kind, times: 1, retryAfterSeconds: 7 })
    const before = await api('POST', COMMENTS, { body: 'x' })
    expect([before.status, before.headers.get('retry-after'), made()]).toEqual([status, retryAfter, 0])
    fake.faults.add({ method: 'POST', path: /comments$/, when: 'after', kind, times: 1 })
    expect([(await api('POST', COMMENTS, { body: 'x' })).status, made()]).toEqual([status, 1])
    expect([(await api('POST', COMMENTS, { body: 'x' })).status, made()]).toEqual([201, 2])
    assertNoViolations(fake)
  })

  test('a dropped connection may hide an effect', async () => {
    fake.faults.add({ path: /comments$/, when: 'before', kind: 'drop', times: 1 })
    await expect(api('POST', COMMENTS, { body: 'x' })).rejects.toThrow('fetch failed')
    expect(made()).toBe(0)
    fake.faults.add({ path: /comments$/, when: 'after', kind: 'drop', times: 1 })
    await expect(api('POST', COMMENTS, { body: 'x' })).rejects.toThrow('fetch failed')
    expect(made()).toBe(1)
  })

  test('a slow answer is late and true', async () => {
    fake.faults.add({ path: /comments$/, when: 'after', kind: 'slow', delayMs: 120 })
    const startedAt = performance.now()
    expect((await api('POST', COMMENTS, { body: 'x' })).status).toBe(201)
    expect(performance.now() - startedAt).toBeGreaterThan(100)
  })
})

test('a renamed repository is found by its old name through a redirect', async () => {
  openIssue()
  fake.world.rename('acme/shop', 'store')
  const moved = await api('GET', '/repos/acme/shop/issues/1')
  expect(moved.status).toBe(301)
  expect(await api('GET', (moved.headers.get('location') ?? '').replace(fake.url, ''))).toMatchObject({ status: 200, body: { number: 1 } })
  expect((await api('POST', COMMENTS, { body: 'x' })).status).toBe(307)
  assertNoViolations(fake)
})

describe('violations', () => {
  test('a wrong request is one', async () => {
    openIssue()
    await api('POST', COMMENTS, { body: 'x', boddy: 'y' })
    expect(fake.violations).toEqual(['POST /repos/{owner}/{repo}/issues/{issue_number}/comments request: body has an unknown key "boddy"'])
    expect(() => assertNoViolations(fake)).toThrow('unknown key "boddy"')
    expect(fake.violations).toEqual([])
  })

  test('so is an answer that GitHub would not give', async () => {
    openIssue(1)
    const [comment] = fake.world.issue('acme/shop', 1).comments
    if (comment !== undefined) comment.id = 1.5
    await api('GET', COMMENTS)
    expect(fake.violations[0]).toContain('answer 200: answer/0/id must be integer')
  })

  test('and an endpoint outside the slice, which is Not Found', async () => {
    expect((await api('PUT', '/repos/acme/shop/pulls/1/merge', {})).status).toBe(404)
    expect(fake.violations).toEqual([expect.stringContaining('PUT /repos/acme/shop/pulls/1/merge: not in the slice')])
  })

  test('and a call without a User-Agent is turned away, as GitHub does', async () => {
    expect((await api('GET', '/rate_limit', undefined, { 'user-agent': '' })).status).toBe(403)
  })
})

test('each call is logged with its route, status and installation', async () => {
  openIssue()
  fake.requests.length = 0
  await api('POST', COMMENTS, { body: 'x' })
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
  expect(fake.requests).toEqual([
    {
      at: expect.any(Number) as number,
      method: 'POST',
      path: COMMENTS,
      route,
      status: 201,
      installationId: installation.id,
      body: { body: 'x' },
    },
  ])
})

describe('the page of an issue', () => {
  const page = async () => {
    const response = await fetch(`${fake.url}/acme/shop/issues/1`)
    return { status: response.status, policy: response.headers.get('content-security-policy'), html: await response.text() }
  }

  test('shows GitHub-flavoured markdown and hides the comment’s markers', async () => {
    openIssue()
    fake.world.comment(
      'acme/shop',
      1,
      '| a | b |\n|---|---|\n| 1 | 2 |\n\n<details><summary>More</summary>\n\nH<sub>2</sub>O\n\n</details>\n<!-- marker -->',
      'octocat',
    )
    const { status, html } = await page()
    expect(status).toBe(200)
    expect(html).toContain('<td>1</td>')
    expect(html).toContain('<summary>More</summary>')
    expect(html).toContain('H<sub>2</sub>O')
    expect(html).not.toContain('marker')
  })

  test('lets no foreign script through', async () => {
    const hostile =
      '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>[y](javascript:alert(1))<iframe src="//x"></iframe><style>*{}</style>'
    fake.world.openIssue('acme/shop', { title: '<script>alert(1)</script>', body: hostile, by: 'octocat' })
    const { html, policy } = await page()
    const foreign = html.slice(html.indexOf('<body>'))
    expect(foreign).not.toMatch(/<script|onerror=|href="javascript|<iframe|<style/)
    expect(policy).toContain("default-src 'none'")
    expect((await fetch(`${fake.url}/acme/shop/issues/2`)).status).toBe(404)
  })
})
