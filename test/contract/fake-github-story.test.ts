// People's acts in the fake: what each does to the history, which webhooks it sends, and what GraphQL says of it.
import { verify } from '@octokit/webhooks-methods'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { assertNoViolations, prepareFakeGitHub, startFakeGitHub } from '../../demo/github/fake-github.ts'
import type { FakeGitHub } from '../../demo/github/fake-github.ts'
import type { Installation } from '../../demo/github/state.ts'
import type { CommitWish } from '../../demo/github/world-code.ts'
import { appClient, installationClient } from '../support/fake-github-client.ts'
import type { Client } from '../support/fake-github-client.ts'

const prepared = prepareFakeGitHub()
let fake: FakeGitHub
let installation: Installation
let api: Client
beforeEach(async () => {
  fake = await startFakeGitHub({ prepared, deliver: 'manual', startAt: new Date('2026-03-01T10:00:00Z') })
  fake.world.createRepository('acme/shop', { files: { a: '1\n', b: '1\n' } })
  installation = fake.world.install('acme')
  api = await installationClient(fake, installation)
  await fake.world.deliver()
})
afterEach(async () => {
  await fake.close()
  assertNoViolations(fake)
})

const events = () => fake.world.pending().map(({ event, action }) => (action === null ? event : `${event}.${action}`))
const payload = (event: string) => JSON.parse(fake.world.pending().findLast((hook) => hook.event === event)?.body ?? 'null') as never

describe.each(['merge', 'squash', 'rebase'] as const)('a pull request merged by %s', (method) => {
  function merged() {
    const base = fake.world.repository('acme/shop').git.branches.get('main') ?? ''
    const issue = fake.world.openIssue('acme/shop', { title: 'Wrong', by: 'monalisa' })
    const commits: CommitWish[] = [
      { message: 'One', files: { a: '2\n' } },
      { message: 'Two', files: { b: '2\n' } },
    ]
    const pull = fake.world.openPullRequest('acme/shop', { title: 'Both', body: `Fixes #${issue.number}`, by: 'hubot', commits })
    fake.world.commit('acme/shop', { message: 'Meanwhile', files: { c: '1\n' }, by: 'octocat' })
    const own = pull.pull.headSha
    return { base, issue, pull, own, result: fake.world.mergePullRequest('acme/shop', pull.number, { by: 'octocat', method }) }
  }

  test('leaves the commits that GitHub leaves', async () => {
    const { base, pull, own, result } = merged()
    const { body } = await api('GET', `/repos/acme/shop/compare/${base}...main`)
    const { commits, status } = body as { commits: { sha: string; commit: { message: string }; parents: unknown[] }[]; status: string }
    const subjects = commits.map(({ commit }) => commit.message.split('\n')[0])
    expect(status).toBe('ahead')
    expect(new Set(subjects)).toEqual(
      new Set(
        {
          merge: ['One', 'Two', 'Meanwhile', 'Merge pull request #2 from acme/hubot/change-2'],
          squash: ['Meanwhile', 'Both (#2)'],
          rebase: ['Meanwhile', 'One', 'Two'],
        }[method],
      ),
    )
    expect(commits.at(-1)?.sha).toBe(result.sha)
    expect(commits.at(-1)?.parents).toHaveLength(method === 'merge' ? 2 : 1)
    // Only a merge keeps the pull request's own shas.
    expect(commits.some(({ sha }) => sha === own)).toBe(method === 'merge')
    expect(pull.pull.mergeSha).toBe(result.sha)
    const files = (await api('GET', `/repos/acme/shop/pulls/${pull.number}/files`)).body as { filename: string }[]
    expect(files.map(({ filename }) => filename)).toEqual(['a', 'b'])
    expect(await api('GET', `/repos/acme/shop/compare/main...${base}`)).toMatchObject({
      body: { status: 'behind', total_commits: 0, behind_by: commits.length },
    })
  })

  test('is found from every commit it brought, and closes what it fixes', async () => {
    const { issue, pull, result } = merged()
    const shas = method === 'rebase' ? [result.sha, result.parents[0] ?? ''] : [result.sha]
    for (const sha of shas) {
      const query = `query($sha: GitObjectID!) { repository(owner: "acme", name: "shop") { object(oid: $sha) { ... on Commit { associatedPullRequests(first: 5) { nodes { number mergeCommit { oid } } } } } } }`
      const { body } = await api('POST', '/graphql', { query, variables: { sha } })
      expect(body).toMatchObject({
        data: {
          repository: { object: { associatedPullRequests: { nodes: [{ number: pull.number, mergeCommit: { oid: result.sha } }] } } },
        },
      })
    }
    expect(fake.world.issue('acme/shop', issue.number)).toMatchObject({
      state: 'closed',
      closings: [{ closer: { kind: 'pull', number: pull.number } }],
    })
    expect(events().slice(-3)).toEqual(['pull_request.closed', 'push', 'issues.closed'])
    expect(payload('pull_request')).toMatchObject({
      pull_request: { merged: true, merge_commit_sha: result.sha, merged_by: { login: 'octocat' } },
    })
    expect(payload('push')).toMatchObject({ ref: 'refs/heads/main', after: result.sha, forced: false })
  })

  test('is undone by a revert', async () => {
    const { pull, result } = merged()
    const revert = fake.world.revertPullRequest('acme/shop', pull.number, { by: 'octocat', reason: 'It broke.' })
    expect([revert.title, revert.body]).toEqual(['Revert "Both"', 'Reverts acme/shop#2\n\nIt broke.'])
    const done = fake.world.mergePullRequest('acme/shop', revert.number, { by: 'octocat' })
    const { body } = await api('GET', `/repos/acme/shop/compare/${result.sha}...${done.sha}`)
    expect(JSON.stringify(body)).toContain(`This reverts commit ${result.sha}.`)
    expect(Buffer.from(((await api('GET', '/repos/acme/shop/contents/a')).body as { content: string }).content, 'base64').toString()).toBe(
      '1\n',
    )
  })
})

test('a forced push and a diverged branch say so', async () => {
  const first = fake.world.repository('acme/shop').git.branches.get('main') ?? ''
  const lost = fake.world.commit('acme/shop', { message: 'Lost', files: { a: '9\n' }, by: 'octocat' })
  fake.world.forcePush('acme/shop', 'main', first)
  expect(payload('push')).toMatchObject({ before: lost.sha, after: first, forced: true, commits: [] })
  fake.world.commit('acme/shop', { message: 'Kept', files: { b: '9\n' }, by: 'octocat' })
  expect(await api('GET', `/repos/acme/shop/compare/${lost.sha}...main`)).toMatchObject({
    body: { status: 'diverged', ahead_by: 1, behind_by: 1, merge_base_commit: { sha: first } },
  })
})

test('a backport names the commit it copies', () => {
  fake.world.createBranch('acme/shop', 'release/1', 'main')
  const fix = fake.world.commit('acme/shop', { message: 'Fix', files: { a: '2\n' }, by: 'octocat' })
  const copy = fake.world.backport('acme/shop', fix.sha, { branch: 'release/1', by: 'monalisa' })
  expect(copy.message).toBe(`Fix\n\n(cherry picked from commit ${fix.sha})`)
  expect(payload('push')).toMatchObject({
    ref: 'refs/heads/release/1',
    commits: [{ id: copy.sha, modified: ['a'] }],
    pusher: { name: 'monalisa' },
  })
})

test('moves between repositories and owners are told to those who hear of them', () => {
  const other = fake.world.createRepository('acme/store')
  const issue = fake.world.openIssue('acme/shop', { title: 'Down', labels: ['incident'], by: 'octocat' })
  fake.world.transferIssue('acme/shop', issue.number, other)
  fake.world.rename(other, 'market')
  fake.world.privatize(other)
  fake.world.transfer(other, 'octocat')
  expect(events().slice(2)).toEqual([
    'issues.opened',
    'issues.labeled',
    'issues.transferred',
    'issues.opened',
    'repository.renamed',
    'repository.privatized',
    'installation_repositories.removed',
  ])
})

describe('webhooks', () => {
  type Received = { headers: Record<string, string | string[] | undefined>; body: string }
  const received: Received[] = []
  let status = 202
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(status).end('noted')
    })
  })
  beforeEach(async () => {
    received.length = 0
    status = 202
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    fake.world.setWebhookUrl(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`)
  })
  afterEach(() => new Promise((resolve) => receiver.close(resolve)))

  test('are signed and carry GitHub’s headers', async () => {
    fake.world.setDelivery('auto')
    fake.world.openIssue('acme/shop', { title: 'Dówn 日本', by: 'octocat' })
    await fake.world.settled()
    const [hook] = received
    expect(hook?.headers).toMatchObject({
      'x-github-event': 'issues',
      'x-github-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      'x-github-hook-installation-target-type': 'integration',
      'x-github-hook-installation-target-id': String(fake.appId),
      'user-agent': expect.stringMatching(/^GitHub-Hookshot\//) as string,
    })
    expect(await verify(fake.webhookSecret, hook?.body ?? '', String(hook?.headers['x-hub-signature-256']))).toBe(true)
    expect(await verify(fake.webhookSecret, `${hook?.body} `, String(hook?.headers['x-hub-signature-256']))).toBe(false)
    expect(JSON.parse(hook?.body ?? '')).toMatchObject({
      repository: { full_name: 'acme/shop' },
      organization: { login: 'acme' },
      installation: { id: installation.id },
      issue: { created_at: '2026-03-01T10:00:00Z' },
    })
  })

  test('that failed are listed, and redelivered under the same GUID', async () => {
    status = 503
    fake.world.openIssue('acme/shop', { title: 'Down', by: 'octocat' })
    const [failed] = await fake.world.deliver()
    status = 202
    const app = appClient(fake)
    type Item = { id: number; guid: string; status_code: number; redelivery: boolean }
    const list = (await app('GET', '/app/hook/deliveries?status=failure')).body as Item[]
    expect(list[0]).toMatchObject({ guid: failed?.guid, status_code: 503, redelivery: false, event: 'issues', action: 'opened' })
    expect((await app('POST', `/app/hook/deliveries/${list[0]?.id}/attempts`)).status).toBe(202)
    await fake.world.settled()
    const { body, headers } = await app('GET', '/app/hook/deliveries?per_page=1')
    const [again] = body as Item[]
    expect(again).toMatchObject({ guid: failed?.guid, status_code: 202, redelivery: true })
    expect(again?.id).not.toBe(list[0]?.id)
    expect(received.map((hook) => hook.headers['x-github-delivery'])).toEqual([failed?.guid, failed?.guid])
    expect(received[0]?.body).toBe(received[1]?.body)
    expect(await app('GET', `/app/hook/deliveries/${again?.id}`)).toMatchObject({
      body: { response: { payload: 'noted' }, request: { payload: { action: 'opened' } } },
    })
    const next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? ''
    expect((await app('GET', next.replace(fake.url, ''))).body).toMatchObject([{ id: list[0]?.id }])
  })

  test('may be held back, shuffled and doubled, the same way for the same seed', async () => {
    for (let number = 1; number <= 6; number += 1) fake.world.openIssue('acme/shop', { title: `n${number}`, by: 'octocat' })
    expect(fake.world.pending()).toHaveLength(6)
    const hooks = [...fake.world.pending()]
    await fake.world.deliver(hooks, { shuffleSeed: 3, duplicate: true })
    expect(fake.world.pending()).toHaveLength(0)
    const order = received.splice(0).map((hook) => hook.headers['x-github-delivery'])
    expect(order).toHaveLength(12)
    expect(new Set(order).size).toBe(6)
    await fake.world.deliver(hooks, { shuffleSeed: 3, duplicate: true })
    expect(received.map((hook) => hook.headers['x-github-delivery'])).toEqual(order)
  })

  test('about what the App does not follow, or a suspended installation, are not sent', () => {
    fake.world.suspend(installation)
    fake.world.openIssue('acme/shop', { title: 'Down', by: 'octocat' })
    expect(events()).toEqual(['installation.suspend'])
    fake.world.createRepository('monalisa/elsewhere')
    fake.world.openIssue('monalisa/elsewhere', { title: 'Down', by: 'octocat' })
    expect(events()).toEqual(['installation.suspend'])
  })
})

describe('GraphQL', () => {
  const ask = async (query: string) =>
    (await api('POST', '/graphql', { query })).body as { data?: unknown; errors?: { type?: string; message: string }[] }
  const inShop = (fields: string) => ask(`{ repository(owner: "acme", name: "shop") { ${fields} } }`)

  test('answers aliases, files and directories by expression', async () => {
    const answer = await inShop(
      'f0: object(expression: "HEAD:a") { ... on Blob { text byteSize isTruncated } } f1: object(expression: "HEAD:nowhere") { oid } d: object(expression: "main:") { ... on Tree { entries { name path type } } }',
    )
    expect(answer).toEqual({
      data: {
        repository: {
          f0: { text: '1\n', byteSize: 2, isTruncated: false },
          f1: null,
          d: {
            entries: [
              { name: 'a', path: 'a', type: 'blob' },
              { name: 'b', path: 'b', type: 'blob' },
            ],
          },
        },
      },
    })
  })

  test('says which thing it could not find, and answers the rest', async () => {
    const answer = await inShop('name issue(number: 9) { title }')
    expect(answer).toMatchObject({
      data: { repository: { name: 'shop', issue: null } },
      errors: [{ type: 'NOT_FOUND', path: ['repository', 'issue'] }],
    })
    expect(fake.violations).toEqual([])
  })

  test.each([
    ['a field that GitHub lacks', 'nom', undefined, 'Cannot query field "nom"'],
    ['a list without bounds', 'issues { totalCount }', 'MISSING_PAGINATION_BOUNDARIES', 'issues'],
    ['more than 100 at once', 'issues(first: 101) { totalCount }', 'EXCESSIVE_PAGINATION', '101'],
    [
      'too many nodes',
      'pullRequests(first: 100) { nodes { commits(first: 100) { nodes { commit { parents(first: 100) { nodes { oid } } } } } } }',
      'MAX_NODE_LIMIT_EXCEEDED',
      '1010100',
    ],
    ['a short sha as an oid', 'object(oid: "abc1234") { oid }', undefined, 'GitObjectID'],
  ])('refuses %s, as a violation', async (_, fields, type, message) => {
    const { errors } = await inShop(fields)
    expect(errors?.[0]?.type).toBe(type)
    expect(errors?.[0]?.message).toContain(message)
    expect(fake.violations.splice(0)).toEqual([expect.stringContaining(message)])
  })

  test('respects the token’s permissions', async () => {
    const reader = await installationClient(fake, installation, { permissions: { contents: 'read' } })
    const { body } = await reader('POST', '/graphql', {
      query: '{ repository(owner: "acme", name: "shop") { issues(first: 1) { totalCount } } }',
    })
    expect(body).toMatchObject({ errors: [{ type: 'FORBIDDEN' }] })
  })
})
