// Everything the fake answers, asked once over HTTP: GitHub's own description judges each request and answer.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { assertNoViolations, startFakeGitHub } from '../../demo/github/fake-github.ts'
import type { FakeGitHub } from '../../demo/github/fake-github.ts'
import type { Deployment, Installation } from '../../demo/github/state.ts'
import { appClient, clientOf, installationClient } from '../support/fake-github-client.ts'
import type { Client } from '../support/fake-github-client.ts'

const SOURCE = 'export function total() {\n  return 1\n}\n'
const SHOP = '/repos/acme/shop'
let fake: FakeGitHub
let installation: Installation
let api: Client
let deployment: Deployment
let issue: number
let mergeSha: string

beforeAll(async () => {
  fake = await startFakeGitHub({ deliver: 'manual', permissions: EVERYTHING })
  const { world } = fake
  world.createRepository('acme/shop', {
    files: { 'src/total.ts': SOURCE, 'README.md': '# Shop\n' },
    collaborators: { monalisa: 'maintain', hubot: 'triage' },
  })
  installation = world.install('acme')
  api = await installationClient(fake, installation)
  const pull = world.openPullRequest('acme/shop', {
    title: 'Round',
    by: 'monalisa',
    labels: ['bug'],
    files: { 'src/total.ts': SOURCE.replace('1', '2'), 'docs/x.md': 'x\n' },
  })
  world.review('acme/shop', pull.number, { by: 'hubot' })
  mergeSha = world.mergePullRequest('acme/shop', pull.number, { by: 'octocat', method: 'squash' }).sha
  world.openPullRequest('acme/shop', { title: 'Draft', by: 'hubot', isDraft: true, files: { draft: 'x' } })
  deployment = world.deploy('acme/shop', { payload: { service: 'shop' } })
  world.deploy('acme/shop')
  world.release('acme/shop', { tag: 'v1.0.0', by: 'octocat' })
  world.workflowRun('acme/shop', { name: 'Deploy', by: 'octocat' })
  issue = world.openIssue('acme/shop', { title: 'Down', body: 'since 10:00', labels: ['incident'], by: 'octocat' }).number
  world.comment('acme/shop', issue, 'Looking', 'monalisa')
})
afterAll(() => fake.close())
afterEach(() => assertNoViolations(fake))

const EVERYTHING = {
  actions: 'read',
  checks: 'write',
  contents: 'read',
  deployments: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
}

test.each([
  ['/installation/repositories', (body: unknown) => (body as { total_count: number }).total_count === 1],
  ['/rate_limit', (body: unknown) => (body as { rate: { limit: number } }).rate.limit === 5000],
  [SHOP, (body: unknown) => (body as { id: number }).id > 2 ** 32],
  [`${SHOP}/contents`, (body: unknown) => (body as unknown[]).length === 3],
  [
    `${SHOP}/contents/src/total.ts?ref=main`,
    (body: unknown) =>
      Buffer.from((body as { content: string }).content, 'base64')
        .toString()
        .includes('return 2'),
  ],
  [`${SHOP}/git/trees/main?recursive=1`, (body: unknown) => JSON.stringify(body).includes('"path":"src/total.ts"')],
  [`${SHOP}/commits`, (body: unknown) => (body as unknown[]).length === 2],
  [`${SHOP}/pulls?state=all`, (body: unknown) => (body as unknown[]).length === 2],
  [`${SHOP}/pulls/1`, (body: unknown) => (body as { merged: boolean }).merged],
  [`${SHOP}/pulls/1/files`, (body: unknown) => JSON.stringify(body).includes('@@ -1,3 +1,3 @@')],
  [`${SHOP}/pulls/1/commits`, (body: unknown) => (body as unknown[]).length === 1],
  [`${SHOP}/pulls/1/reviews`, (body: unknown) => (body as unknown[]).length === 1],
  [`${SHOP}/issues?state=all&labels=incident&sort=updated&direction=asc`, (body: unknown) => (body as unknown[]).length === 1],
  [`${SHOP}/issues/comments?sort=updated&direction=desc`, (body: unknown) => (body as unknown[]).length === 1],
  [`${SHOP}/labels`, (body: unknown) => (body as unknown[]).length === 2],
  [`${SHOP}/deployments?environment=production`, (body: unknown) => (body as unknown[]).length === 2],
  [`${SHOP}/releases`, (body: unknown) => (body as unknown[]).length === 1],
  [`${SHOP}/actions/runs`, (body: unknown) => (body as { total_count: number }).total_count === 1],
  [
    `${SHOP}/collaborators/monalisa/permission`,
    (body: unknown) => JSON.stringify(body).startsWith('{"permission":"write","role_name":"maintain"'),
  ],
  [`${SHOP}/collaborators/octocat/permission`, (body: unknown) => (body as { permission: string }).permission === 'read'],
])('GET %s', async (path, holds) => {
  const { status, body } = await api('GET', path)
  expect(status).toBe(200)
  expect(holds(body), JSON.stringify(body).slice(0, 500)).toBe(true)
})

test.each([
  '/contents/nowhere',
  '/git/trees/nowhere',
  '/issues/99',
  '/pulls/99',
  '/issues/comments/1',
  '/deployments/1',
  '/check-runs/1',
  '/collaborators/nobody/permission',
  '/compare/main...nowhere',
])('what is not there is Not Found: %s', async (path) => {
  expect((await api('GET', SHOP + path)).status).toBe(404)
})

test('commits, their pull requests and their files', async () => {
  expect(await api('GET', `${SHOP}/commits/${mergeSha}`)).toMatchObject({
    status: 200,
    body: { sha: mergeSha, stats: { additions: 2, deletions: 1 } },
  })
  expect(await api('GET', `${SHOP}/commits/${mergeSha}/pulls`)).toMatchObject({
    status: 200,
    body: [{ number: 1, merge_commit_sha: mergeSha }],
  })
  expect((await api('GET', `${SHOP}/commits/${'0'.repeat(40)}`)).status).toBe(422)
})

test('an issue is made, labelled, edited and closed', async () => {
  const made = await api('POST', `${SHOP}/issues`, { title: 'From the App', body: 'b', labels: ['incident'] })
  const { number } = made.body as { number: number }
  expect(made).toMatchObject({
    status: 201,
    body: { user: { login: 'causeway-demo[bot]', type: 'Bot' }, performed_via_github_app: { id: fake.appId } },
  })
  expect(await api('POST', `${SHOP}/issues/${number}/labels`, { labels: ['sev1'] })).toMatchObject({
    status: 200,
    body: [{ name: 'incident' }, { name: 'sev1' }],
  })
  expect(await api('DELETE', `${SHOP}/issues/${number}/labels/sev1`)).toMatchObject({ status: 200, body: [{ name: 'incident' }] })
  expect((await api('DELETE', `${SHOP}/issues/${number}/labels/sev1`)).status).toBe(404)
  expect(await api('GET', `${SHOP}/issues/${number}/labels`)).toMatchObject({ body: [{ name: 'incident' }] })
  const closed = await api('PATCH', `${SHOP}/issues/${number}`, { state: 'closed', state_reason: 'not_planned', title: 'Better' })
  expect(closed).toMatchObject({ status: 200, body: { state: 'closed', state_reason: 'not_planned', title: 'Better' } })
  expect((await api('POST', `${SHOP}/issues`, { title: ' ' })).status).toBe(422)
})

test('a comment is made, edited, reacted to and deleted, and tells of each but the reaction', async () => {
  const before = fake.world.pending().length
  const made = await api('POST', `${SHOP}/issues/${issue}/comments`, { body: 'first' })
  const { id } = made.body as { id: number }
  expect(made).toMatchObject({ status: 201, body: { body: 'first', user: { type: 'Bot' }, performed_via_github_app: { id: fake.appId } } })
  expect(id).toBeGreaterThan(2 ** 32)
  expect(await api('PATCH', `${SHOP}/issues/comments/${id}`, { body: 'second' })).toMatchObject({ status: 200, body: { body: 'second' } })
  expect((await api('POST', `${SHOP}/issues/comments/${id}/reactions`, { content: 'eyes' })).status).toBe(201)
  expect((await api('POST', `${SHOP}/issues/comments/${id}/reactions`, { content: 'eyes' })).status).toBe(200)
  expect(await api('GET', `${SHOP}/issues/comments/${id}`)).toMatchObject({
    body: { body: 'second', reactions: { eyes: 1, total_count: 1 } },
  })
  expect(await api('GET', `${SHOP}/issues/comments/${id}/reactions`)).toMatchObject({ body: [{ content: 'eyes' }] })
  expect(await api('DELETE', `${SHOP}/issues/comments/${id}`)).toMatchObject({ status: 204, body: null })
  expect((await api('PATCH', `${SHOP}/issues/comments/${id}`, { body: 'third' })).status).toBe(404)
  const events = fake.world.pending().slice(before)
  expect(events.map(({ event, action }) => `${event}.${action}`)).toEqual([
    'issue_comment.created',
    'issue_comment.edited',
    'issue_comment.deleted',
  ])
  expect(JSON.parse(events[1]?.body ?? '')).toMatchObject({
    changes: { body: { from: 'first' } },
    sender: { type: 'Bot' },
    installation: { id: installation.id },
  })
})

test('a comment that is too long, or on a locked issue, is refused', async () => {
  const path = `${SHOP}/issues/${issue}/comments`
  expect(await api('POST', path, { body: 'x'.repeat(65_537) })).toMatchObject({
    status: 422,
    body: { errors: [{ message: 'Body is too long (maximum is 65536 characters)' }] },
  })
  expect((await api('POST', path, { body: 'x'.repeat(65_536) })).status).toBe(201)
  fake.world.lock('acme/shop', issue)
  expect((await api('POST', path, { body: 'x' })).status).toBe(403)
})

test('deployments, by the App too, make earlier ones inactive', async () => {
  const statuses = `${SHOP}/deployments/${deployment.id}/statuses`
  expect(await api('GET', statuses)).toMatchObject({ body: [{ state: 'inactive' }, { state: 'success' }, { state: 'in_progress' }] })
  const made = await api('POST', `${SHOP}/deployments`, { ref: 'main', environment: 'staging', required_contexts: [] })
  const { id } = made.body as { id: number }
  expect(made.status).toBe(201)
  expect((await api('POST', `${SHOP}/deployments/${id}/statuses`, { state: 'success' })).status).toBe(201)
  expect(await api('GET', `${SHOP}/deployments/${id}`)).toMatchObject({ status: 200, body: { environment: 'staging' } })
  expect((await api('POST', `${SHOP}/deployments`, { ref: 'nowhere' })).status).toBe(422)
})

test('check runs are made, completed and found', async () => {
  const output = {
    title: 't',
    summary: 's',
    annotations: [{ path: 'src/total.ts', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' }],
  }
  const made = await api('POST', `${SHOP}/check-runs`, { name: 'risk', head_sha: mergeSha, status: 'in_progress', output })
  const { id } = made.body as { id: number }
  expect(made).toMatchObject({ status: 201, body: { conclusion: null, output: { annotations_count: 1 } } })
  expect(await api('PATCH', `${SHOP}/check-runs/${id}`, { conclusion: 'neutral', output })).toMatchObject({
    body: { status: 'completed', output: { annotations_count: 2 } },
  })
  expect(await api('GET', `${SHOP}/commits/${mergeSha}/check-runs?check_name=risk`)).toMatchObject({
    body: { total_count: 1, check_runs: [{ id }] },
  })
  expect(await api('GET', `${SHOP}/check-runs/${id}`)).toMatchObject({ status: 200, body: { conclusion: 'neutral' } })
})

test('the App sees itself, its installations and its hook', async () => {
  const app = appClient(fake)
  expect(await app('GET', '/app')).toMatchObject({ status: 200, body: { id: fake.appId, slug: fake.appSlug } })
  expect(await app('GET', '/app/installations')).toMatchObject({ body: [{ id: installation.id, account: { login: 'acme' } }] })
  for (const path of [`/app/installations/${installation.id}`, `${SHOP}/installation`, '/orgs/acme/installation']) {
    expect(await app('GET', path), path).toMatchObject({ status: 200, body: { id: installation.id } })
  }
  expect((await app('GET', '/users/octocat/installation')).status).toBe(404)
  expect(await app('PATCH', '/app/hook/config', { url: 'https://example.com/hook' })).toMatchObject({
    status: 200,
    body: { url: 'https://example.com/hook' },
  })
  expect((await api('GET', '/app')).status).toBe(401)
})

test('without a token only public things are read', async () => {
  const anyone = clientOf(fake, null)
  expect((await anyone('GET', SHOP)).status).toBe(200)
  expect((await anyone('POST', `${SHOP}/issues`, { title: 'x' })).status).toBe(401)
  fake.world.privatize('acme/shop')
  expect((await anyone('GET', SHOP)).status).toBe(404)
  fake.world.publicize('acme/shop')
})

describe('the manifest flow', () => {
  test('turns a code into an App once', async () => {
    const other = await startFakeGitHub()
    const code = other.world.submitManifest({ name: 'Causeway at acme', hook_attributes: { url: 'https://example.com/hook' } })
    const converted = await clientOf(other, null)('POST', `/app-manifests/${code}/conversions`)
    expect(converted.status).toBe(201)
    const { id, pem } = converted.body as { id: number; pem: string }
    const again = await clientOf(other, null)('POST', `/app-manifests/${code}/conversions`)
    expect(again.status).toBe(404)
    expect((await appClient({ ...other, appId: id, privateKey: pem })('GET', '/app')).status).toBe(200)
    assertNoViolations(other)
    await other.close()
  })
})
