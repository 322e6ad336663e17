import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startFakeGitHub } from '../../../demo/github/fake-github.ts'
import type { FakeGitHub } from '../../../demo/github/fake-github.ts'
import { RateLimited } from '../../../src/github/github.ts'
import type { GitHub } from '../../../src/github/github.ts'
import { octokitGitHub } from '../../../src/github/octokit-github.ts'
import { quietOctokit } from '../../../src/github/quiet-octokit.ts'

// Every verb of the port over real HTTP, signed in as an installation. The fake holds each request and answer against
// GitHub's own description and executes the GraphQL against its schema, so a wrong field fails here.

const SHOP = { owner: 'acme', name: 'shop' }
const START = new Date('2026-03-01T10:00:00Z')
const silent = { debug() {}, info() {}, warn() {}, error() {} }

let fake: FakeGitHub
let github: GitHub

const signedIn = (base: string, installationId: number): GitHub => {
  const Octokit = quietOctokit({ timeoutMs: 2000 })
  const auth = { appId: fake.appId, privateKey: fake.privateKey, installationId }
  return octokitGitHub(new Octokit({ baseUrl: base, auth, log: silent }), { appId: fake.appId })
}

let installationId: number

beforeAll(async () => {
  fake = await startFakeGitHub({ startAt: START, deliver: 'manual' })
  const { world } = fake
  world.createRepository('acme/shop')
  installationId = world.install('acme').id
  github = signedIn(fake.url, installationId)
})
afterEach(() => {
  fake.faults.clear()
  expect(fake.violations).toEqual([])
})
afterAll(() => fake.close())

const merge = (method: 'merge' | 'squash' | 'rebase', title: string, paths: string[]) => {
  const commits = paths.map((path) => ({ message: `Touch ${path}`, files: { [path]: `${title}\n` } }))
  const pull = fake.world.openPullRequest('acme/shop', { title, body: `Body of ${title}`, by: 'octocat', labels: ['bug'], commits })
  fake.world.review('acme/shop', pull.number, { by: 'hubot', state: 'APPROVED' })
  fake.world.advance(60_000)
  return { number: pull.number, sha: fake.world.mergePullRequest('acme/shop', pull.number, { by: 'monalisa', method }).sha }
}

describe('commits and pull requests', () => {
  it.each(['merge', 'squash', 'rebase'] as const)('tells who brought a commit after a %s', async (method) => {
    const { number, sha } = merge(method, `Change by ${method}`, [`${method}/a.ts`, `${method}/b.ts`])
    const [found] = await github.commitsWithPullRequests(SHOP, [sha, '0'.repeat(40)])
    expect(found?.commit.sha).toBe(sha)
    expect(found?.pullRequest).toMatchObject({
      number,
      title: `Change by ${method}`,
      body: `Body of Change by ${method}`,
      author: { login: 'octocat', isBot: false },
      mergedBy: { login: 'monalisa', isBot: false },
      reviewers: [{ login: 'hubot', isBot: false }],
      labels: ['bug'],
      baseRef: 'main',
      mergeSha: sha,
      commitCount: 2,
      fileCount: 2,
    })
    expect(found?.pullRequest?.commits).toHaveLength(2)
    expect(await github.pullRequest(SHOP, number)).toEqual(found?.pullRequest)
    const { files, isTruncated } = await github.pullRequestFiles(SHOP, number)
    expect(isTruncated).toBe(false)
    expect(files.map(({ path, status, added }) => ({ path, status, added }))).toEqual([
      { path: `${method}/a.ts`, status: 'added', added: 1 },
      { path: `${method}/b.ts`, status: 'added', added: 1 },
    ])
  })

  it('reads a commit pushed without a pull request', async () => {
    const { sha } = fake.world.commit('acme/shop', { by: 'octocat', message: 'Straight to main', files: { 'direct.txt': 'a\nb\n' } })
    expect(await github.commitsWithPullRequests(SHOP, [sha])).toMatchObject([
      { commit: { sha, message: 'Straight to main' }, pullRequest: null },
    ])
    const read = await github.commitFiles(SHOP, sha)
    expect(read).toMatchObject({ commit: { sha, author: { login: 'octocat' } }, isTruncated: false })
    expect(read?.files).toMatchObject([{ path: 'direct.txt', status: 'added', added: 2, deleted: 0 }])
    expect((await github.commitFiles(SHOP, 'main'))?.commit.sha).toBe(sha)
  })

  it('compares both ways and knows what it does not know', async () => {
    const base = fake.world.commit('acme/shop', { by: 'octocat', message: 'base', files: { 'n.txt': '0' } }).sha
    const commits = Array.from({ length: 120 }, (_, i) => ({ message: `n ${i}`, files: { 'n.txt': `${i}` } }))
    const head = fake.world.push('acme/shop', { by: 'octocat', commits }).sha
    const forward = await github.compare(SHOP, base, head, 500)
    expect(forward).toMatchObject({ status: 'ahead', aheadBy: 120, behindBy: 0, mergeBaseSha: base, isTruncated: false })
    expect(forward?.commits.map(({ message }) => message)).toEqual(commits.map(({ message }) => message))
    expect(await github.compare(SHOP, head, base, 500)).toMatchObject({ status: 'behind', aheadBy: 0, behindBy: 120, commits: [] })
    expect(await github.compare(SHOP, base, base, 500)).toMatchObject({ status: 'identical', commits: [] })
    expect(await github.compare(SHOP, base, 'f'.repeat(40), 500)).toBeNull()
    expect(await github.pullRequest(SHOP, 9999)).toBeNull()
    expect(await github.commitFiles(SHOP, 'e'.repeat(40))).toBeNull()
  })

  it('compares more than 250 commits, the newest when it may not read all', async () => {
    const base = fake.world.commit('acme/shop', { by: 'octocat', message: 'base 2', files: { 'm.txt': '0' } }).sha
    const commits = Array.from({ length: 320 }, (_, i) => ({ message: `m ${i}`, files: { 'm.txt': `${i}` } }))
    const head = fake.world.push('acme/shop', { by: 'octocat', commits }).sha
    const all = await github.compare(SHOP, base, head, 1000)
    expect(all?.commits.map(({ message }) => message)).toEqual(commits.map(({ message }) => message))
    const newest = await github.compare(SHOP, base, head, 100)
    expect(newest?.isTruncated).toBe(true)
    expect(newest?.commits.map(({ message }) => message)).toEqual(commits.slice(-100).map(({ message }) => message))
  })
})

describe('files and permissions', () => {
  it('reads files alone, together and by name', async () => {
    const files = { '.github/causeway.yml': 'version: 1\n', 'docs/CODEOWNERS': '* @octocat\n', 'a/catalog-info.yaml': 'kind: System\n' }
    fake.world.commit('acme/shop', { by: 'octocat', message: 'files', files })
    expect(await github.readFiles(SHOP, ['.github/causeway.yml', 'CODEOWNERS', 'docs/CODEOWNERS'])).toEqual(
      new Map([
        ['.github/causeway.yml', 'version: 1\n'],
        ['docs/CODEOWNERS', '* @octocat\n'],
      ]),
    )
    expect((await github.readFile(SHOP, 'docs/CODEOWNERS'))?.text).toBe('* @octocat\n')
    expect(await github.readFile(SHOP, 'docs/none')).toBeNull()
    expect(await github.readFile(SHOP, 'docs')).toBeNull()
    expect(await github.findFiles(SHOP, 'catalog-info.yaml')).toEqual(['a/catalog-info.yaml'])
  })

  it('finds nothing in a repository that is not there', async () => {
    expect(await github.readFiles({ owner: 'acme', name: '.github' }, ['.github/causeway.yml'])).toEqual(new Map())
    expect(await github.findFiles({ owner: 'acme', name: 'ghost' }, 'x')).toEqual([])
  })

  it('tells permissions apart', async () => {
    fake.world.setPermission('acme/shop', 'monalisa', 'maintain')
    fake.world.setPermission('acme/shop', 'hubot', 'triage')
    expect(await github.permission(SHOP, 'monalisa')).toBe('maintain')
    expect(await github.permission(SHOP, 'hubot')).toBe('triage')
  })
})

describe('issues, comments and checks', () => {
  it('opens, labels and finds issues', async () => {
    const made = await github.createIssue(SHOP, { title: 'Checkout is down', body: 'Since 10:00', labels: ['incident'] })
    expect(made).toMatchObject({
      title: 'Checkout is down',
      labels: ['incident'],
      state: 'open',
      appId: fake.appId,
      author: { isBot: true },
    })
    await github.addLabels(SHOP, made.number, ['sev1'])
    expect((await github.issue(SHOP, made.number))?.labels.sort()).toEqual(['incident', 'sev1'])
    expect((await github.recentIssues(SHOP, START)).map(({ number }) => number)).toContain(made.number)
    expect(await github.issue(SHOP, 9999)).toBeNull()
  })

  it('writes, edits, lists, reacts to and deletes comments', async () => {
    const issue = fake.world.openIssue('acme/shop', { title: 'Slow', by: 'octocat' })
    fake.world.comment('acme/shop', issue.number, 'Seen it too', 'monalisa')
    const before = fake.world.now()
    fake.world.advance(3_600_000)
    const mine = await github.createComment(SHOP, issue.number, 'Looking')
    expect(mine).toMatchObject({ body: 'Looking', appId: fake.appId, author: { isBot: true } })
    expect(mine.id).toBeGreaterThan(2 ** 32)
    expect(await github.updateComment(SHOP, mine.id, 'Found')).toBe(true)
    expect((await github.listComments(SHOP, issue.number)).map(({ body, appId }) => [body, appId])).toEqual([
      ['Seen it too', null],
      ['Found', fake.appId],
    ])
    expect((await github.listComments(SHOP, issue.number, new Date(before.getTime() + 1000))).map(({ id }) => id)).toEqual([mine.id])
    await github.addReaction(SHOP, mine.id, 'eyes')
    await github.deleteComment(SHOP, mine.id)
    await github.deleteComment(SHOP, mine.id)
    expect(await github.updateComment(SHOP, mine.id, 'Again')).toBe(false)
  })

  it('lists more comments than fit a page', async () => {
    const issue = fake.world.openIssue('acme/shop', { title: 'Busy', by: 'octocat' })
    for (let i = 0; i < 230; i += 1) fake.world.comment('acme/shop', issue.number, `c${i}`, 'monalisa')
    expect((await github.listComments(SHOP, issue.number)).map(({ body }) => body)).toEqual(Array.from({ length: 230 }, (_, i) => `c${i}`))
  })

  it('names what closed an issue', async () => {
    const issue = fake.world.openIssue('acme/shop', { title: 'Broken', by: 'octocat' })
    fake.world.comment('acme/shop', issue.number, 'Fixed by a pull request.', 'monalisa')
    const pull = fake.world.openPullRequest('acme/shop', {
      title: 'Mend it',
      body: `Fixes #${issue.number}`,
      by: 'octocat',
      files: { 'fix.ts': '1' },
    })
    const { sha } = fake.world.mergePullRequest('acme/shop', pull.number, { by: 'monalisa', method: 'squash' })
    const closers = await github.closers(SHOP, issue.number)
    expect(closers.pullRequests).toMatchObject([{ number: pull.number, title: 'Mend it', mergeSha: sha }])
    expect(closers.lastComment?.body).toBe('Fixed by a pull request.')
    expect(await github.closers(SHOP, 9999)).toEqual({ pullRequests: [], lastComment: null })
  })

  it('makes a check run with annotations', async () => {
    const { sha } = fake.world.commit('acme/shop', { by: 'octocat', message: 'checked', files: { 'c.txt': '1' } })
    const annotation = { path: 'c.txt', startLine: 1, endLine: 1, level: 'failure' as const, message: 'no' }
    const annotations = Array.from({ length: 60 }, () => annotation)
    expect(
      await github.createCheckRun(SHOP, { name: 'Causeway', headSha: sha, conclusion: 'neutral', title: 'T', summary: 'S', annotations }),
    ).toBeGreaterThan(2 ** 32)
  })
})

describe('when things go wrong', () => {
  it('waits as long as GitHub asks', async () => {
    fake.faults.add({ path: /comments$/, when: 'before', kind: 'secondary-rate-limit', retryAfterSeconds: 42 })
    const error = await github.createComment(SHOP, 1, 'x').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RateLimited)
    expect((error as RateLimited).retryAt.getTime() - Date.now()).toBeGreaterThan(40_000)
  })

  it.each(['502', '500', 'drop'] as const)('asks once and passes %s on, even after the effect', async (kind) => {
    const issue = fake.world.openIssue('acme/shop', { title: kind, by: 'octocat' })
    const struck = fake.faults.add({ path: /comments$/, when: 'after', kind })
    await expect(github.createComment(SHOP, issue.number, 'x')).rejects.toMatchObject({ status: kind === 'drop' ? 500 : Number(kind) })
    expect(struck.count).toBe(1)
    expect(fake.world.appComments('acme/shop', issue.number)).toHaveLength(1)
  })

  it('gives up on a slow answer', async () => {
    fake.faults.add({ path: /issues\/1$/, when: 'before', kind: 'slow', delayMs: 4000, times: 1 })
    await expect(github.issue(SHOP, 1)).rejects.toMatchObject({ status: 500 })
  })
})

describe('GitHub Enterprise Server', () => {
  it('is spoken to at /api/v3 and /api/graphql', async () => {
    const enterprise = signedIn(`${fake.url}/api/v3`, installationId)
    const from = fake.requests.length
    expect(await enterprise.findFiles(SHOP, 'catalog-info.yaml')).toEqual(['a/catalog-info.yaml'])
    expect((await enterprise.readFiles(SHOP, ['docs/CODEOWNERS'])).size).toBe(1)
    expect(fake.requests.slice(from).length).toBe(3)
  })
})

describe('what it writes into a repository', () => {
  const HOME = { ...SHOP, defaultBranch: 'main' }

  it('makes a branch once, a file in it, and a draft pull request that is found again', async () => {
    expect(await github.createBranch(HOME, 'causeway/one')).toBe(true)
    expect(await github.createBranch(HOME, 'causeway/one')).toBe(false)
    const file = { branch: 'causeway/one', path: 'docs/a b/héllo.md', text: '# Grüße 😀\n', message: 'Write it down' }
    await github.createFile(SHOP, file)
    await expect(github.createFile(SHOP, file)).rejects.toMatchObject({ status: 422 })
    expect(await github.readFile(SHOP, file.path, file.branch)).toMatchObject({ text: file.text })
    expect(await github.readFile(SHOP, file.path)).toBeNull()
    expect(await github.pullRequestFrom(SHOP, file.branch)).toBeNull()
    const opened = await github.openPullRequest(HOME, { head: file.branch, title: 'Write it down', body: 'As asked' })
    expect(await github.pullRequestFrom(SHOP, file.branch)).toEqual(opened)
    expect(fake.world.issue('acme/shop', opened.number).pull).toMatchObject({ isDraft: true, headRef: file.branch, baseRef: 'main' })
  })

  it('deletes a branch, once and again', async () => {
    await github.createBranch(HOME, 'causeway/two')
    await github.deleteBranch(SHOP, 'causeway/two')
    await github.deleteBranch(SHOP, 'causeway/two')
    expect(await github.createBranch(HOME, 'causeway/two')).toBe(true)
  })

  it('presses the Revert button, and says when GitHub can not', async () => {
    const { number } = merge('squash', 'Change to take back', ['back.ts'])
    const undone = await github.revertPullRequest(SHOP, number, `Reverts acme/shop#${number}`)
    expect(await github.pullRequestFrom(SHOP, `revert-${number}-${fake.world.issue('acme/shop', number).pull!.headRef}`)).toEqual(undone)
    fake.world.commit('acme/shop', { by: 'octocat', message: 'Touch it again', files: { 'back.ts': 'other\n' } })
    expect(await github.revertPullRequest(SHOP, number, '')).toBeNull()
    expect(await github.revertPullRequest(SHOP, undone!.number, '')).toBeNull()
    expect(await github.revertPullRequest(SHOP, 9_999, '')).toBeNull()
  })

  it('is refused with 403 without the permissions', async () => {
    const app = await startFakeGitHub({ permissions: { metadata: 'read', contents: 'read', pull_requests: 'read' }, deliver: 'manual' })
    try {
      app.world.createRepository('acme/shop', { files: { 'a.txt': 'a\n' } })
      const Octokit = quietOctokit({ timeoutMs: 2000 })
      const auth = { appId: app.appId, privateKey: app.privateKey, installationId: app.world.install('acme').id }
      const may = octokitGitHub(new Octokit({ baseUrl: app.url, auth, log: silent }), { appId: app.appId })
      const pull = app.world.openPullRequest('acme/shop', { title: 'A', by: 'octocat', files: { 'a.txt': 'b\n' } })
      app.world.mergePullRequest('acme/shop', pull.number, { by: 'octocat' })
      await expect(may.createBranch(HOME, 'x')).rejects.toMatchObject({ status: 403 })
      await expect(may.deleteBranch(SHOP, 'main')).rejects.toMatchObject({ status: 403 })
      await expect(may.openPullRequest(HOME, { head: 'x', title: 'x', body: '' })).rejects.toMatchObject({ status: 403 })
      await expect(may.revertPullRequest(SHOP, pull.number, '')).rejects.toMatchObject({ status: 403 })
    } finally {
      await app.close()
    }
  })
})
