// From the first webhook to the one comment, and what keeps that comment true: the real process against the fake GitHub.
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { assertNoViolations, prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import { markerFor } from '../../src/domain/comment-marker.ts'
import { startSqlite, type TestDatabases } from '../support/databases.ts'
import { joinApp, type JoinedApp } from '../support/e2e-app.ts'

const HOUR_MS = 3_600_000
const CATALOG = `version: 1
services:
  checkout:
    paths: ["services/checkout/**"]
    depends_on: ["ledger"]
  ledger:
    paths: ["services/ledger/**"]
`
const PAY = 'services/checkout/src/pay.ts'
const PEOPLE = { octocat: 'write', monalisa: 'write', hubot: 'write' } as const

const prepared = prepareFakeGitHub()
let databases: TestDatabases
let fake: FakeGitHub
let app: JoinedApp
let made = 0

beforeAll(async () => {
  databases = await startSqlite()
  fake = await startFakeGitHub({ prepared })
  fake.world.createRepository('acme/first', { collaborators: PEOPLE })
  app = await joinApp(fake, await databases.fresh())
  fake.world.install('acme')
  await app.settled()
})
afterAll(async () => {
  await app.close()
  await fake.close()
  await databases.stop()
})
afterEach(async () => {
  fake.faults.clear()
  fake.world.setDelivery('auto')
  fake.world.useRealTime()
  await fake.world.deliver()
  assertNoViolations(fake)
})

type Shop = { name: string; culprit: number; good: string }

const hoursAgo = (hours: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 - hours * HOUR_MS)

/** A repository where a change of the checkout went live five hours ago, and one of the ledger's was merged since. */
async function openShop(options: { holdBack?: boolean; catalog?: string } = {}): Promise<Shop> {
  const { world } = fake
  const name = `acme/shop-${++made}`
  const deploy = (service: string) => world.deploy(name, { payload: { service } })
  world.setTime(hoursAgo(30))
  world.createRepository(name, {
    files: {
      '.github/causeway.yml': options.catalog ?? CATALOG,
      [PAY]: 'export function pay() {\n  return 1\n}\n',
      'services/ledger/src/postings.ts': 'export const post = 1\n',
    },
    collaborators: PEOPLE,
  })
  const good = world.repository(name).git.branches.get('main') ?? ''
  deploy('checkout')
  deploy('ledger')
  world.setTime(hoursAgo(6))
  const pull = world.openPullRequest(name, {
    title: 'Retry a payment that timed out',
    by: 'hubot',
    files: { [PAY]: 'export function pay() {\n  return retry(() => 1)\n}\n' },
  })
  world.mergePullRequest(name, pull.number, { by: 'octocat', method: 'squash' })
  await app.settled()
  world.setTime(hoursAgo(5))
  if (options.holdBack) world.setDelivery('manual')
  deploy('checkout')
  world.setDelivery('auto')
  world.setTime(hoursAgo(4))
  const other = world.openPullRequest(name, {
    title: 'Post entries in batches',
    by: 'monalisa',
    files: { 'services/ledger/src/postings.ts': 'export const post = 2\n' },
  })
  world.mergePullRequest(name, other.number, { by: 'octocat', method: 'merge' })
  world.useRealTime()
  await app.settled()
  return { name, culprit: pull.number, good }
}

const TROUBLE = { title: 'Checkout: payments time out', body: `TimeoutError in ${PAY}: \`retry\` never ends.`, by: 'monalisa' }
const report = (shop: Shop, wish: { title?: string; body?: string; by?: string; labels?: string[] } = {}) =>
  fake.world.openIssue(shop.name, { ...TROUBLE, labels: ['incident'], ...wish }).number

/** What the App says on the issue, once everything is worked off; fails when that is not exactly one comment. */
async function theAnswer(shop: Pick<Shop, 'name'>, issue: number): Promise<{ id: number; body: string }> {
  const comments = await answers(shop, issue)
  expect(comments).toHaveLength(1)
  return comments[0]!
}

async function answers(shop: Pick<Shop, 'name'>, issue: number): Promise<{ id: number; body: string }[]> {
  await app.settled()
  return fake.world.appComments(shop.name, issue).map(({ id, body }) => ({ id, body }))
}

describe('an incident', () => {
  it('is answered within seconds, in at most three calls when the store is warm', async () => {
    const shop = await openShop()
    fake.requests.length = 0
    const reportedAt = performance.now()
    const issue = report(shop)
    while (fake.world.appComments(shop.name, issue).length === 0 && performance.now() - reportedAt < 10_000) await wait(10)
    expect(performance.now() - reportedAt).toBeLessThan(5_000)
    const calls = fake.requests.map(({ route }) => route).filter((route) => !route?.includes('access_tokens'))
    expect(calls.length).toBeLessThanOrEqual(3)
    expect(calls.at(-1)).toBe('POST /repos/{owner}/{repo}/issues/{issue_number}/comments')

    const { body } = await theAnswer(shop, issue)
    expect(body).toMatch(
      new RegExp(`^### Very likely cause \\(\\d+ %\\): \\[#${shop.culprit}\\]\\(\\S+\\) Retry a payment that timed out$`, 'm'),
    )
    expect(body).toContain('`checkout` · began')
    expect(body).toContain(`**To undo [#${shop.culprit}]`)
    expect(body).toContain(`Last good version of \`checkout\` in \`production\`: \`${shop.good.slice(0, 12)}\``)
    expect(body).toContain('1 change ruled out')
    expect(body).toMatch(/Post entries in batches \| Merged, but not live in production when it began\./)
    // Both webhooks of the form, `opened` and `labeled`, have been worked off by now.
    expect(await theAnswer(shop, issue)).toEqual(await theAnswer(shop, issue))
  })

  it('keeps one comment true while facts arrive: a late deployment, an edit, a revert, the end', async () => {
    const shop = await openShop({ holdBack: true })
    const issue = report(shop, { body: 'It hangs.' })
    const first = await theAnswer(shop, issue)
    expect(first.body).toContain('Merged, but not live in production when it began.')

    await fake.world.deliver()
    const deployed = await theAnswer(shop, issue)
    expect(deployed.body).toContain('Live in production since (UTC)')
    expect(deployed.body).toContain(`**To undo [#${shop.culprit}]`)

    await wait(1100)
    fake.world.editIssue(shop.name, issue, { title: 'Ledger and checkout hang', by: 'monalisa' })
    const edited = await theAnswer(shop, issue)
    expect(edited.body).toContain('`checkout` and `ledger` · began')

    const revert = fake.world.revertPullRequest(shop.name, shop.culprit, { by: 'octocat', reason: `Payments hang.\n\nFixes #${issue}` })
    fake.world.setDelivery('manual')
    fake.world.mergePullRequest(shop.name, revert.number, { by: 'octocat', method: 'squash' })
    const held = [...fake.world.pending()]
    await fake.world.deliver(held.filter((hook) => hook.event !== 'issues'))
    const reverted = await theAnswer(shop, issue)
    expect(reverted.body).toMatch(/^### \S+ \S* ?cause, reverted since/m)

    await wait(1100)
    await fake.world.deliver()
    const closed = await theAnswer(shop, issue)
    expect(closed.body).toMatch(new RegExp(`^### Resolved after .+: fixed by \\[#${revert.number}\\]`, 'm'))
    expect(new Set([first, deployed, edited, reverted, closed].map(({ id }) => id)).size).toBe(1)
    expect(new Set([first, deployed, edited, reverted, closed].map(({ body }) => body)).size).toBe(5)
  })

  it('gets its comment back, once, at the next change after somebody deleted it', async () => {
    const shop = await openShop()
    const issue = report(shop)
    const first = await theAnswer(shop, issue)
    fake.world.deleteComment(shop.name, first.id, 'octocat')
    expect(await answers(shop, issue)).toEqual([])
    await wait(1100)
    fake.world.editIssue(shop.name, issue, { title: 'Payments time out, then are taken twice', by: 'monalisa' })
    const second = await theAnswer(shop, issue)
    expect(second.id).not.toBe(first.id)
    await wait(1100)
    fake.world.editIssue(shop.name, issue, { title: 'Ledger and payments time out', by: 'monalisa' })
    expect((await theAnswer(shop, issue)).id).toBe(second.id)
  })

  it("never takes a stranger's comment for its own, even when the answer to its request is lost", async () => {
    const shop = await openShop()
    const issue = report(shop, { labels: [] })
    const forged = `${markerFor(fake.world.repository(shop.name).id, issue)}\n\nNothing to see here.`
    const strange = fake.world.comment(shop.name, issue, forged, 'mallory')
    const fault = fake.faults.add({ method: 'POST', path: /\/issues\/\d+\/comments$/, when: 'after', kind: '502', times: 1 })
    fake.world.label(shop.name, issue, 'incident', 'octocat')
    expect((await theAnswer(shop, issue)).body).toContain('Very likely cause')
    expect(fault.count).toBe(1)
    expect(strange.body).toBe(forged)
  })

  it('is no longer kept once it lost its label, and again once it has it back', async () => {
    const shop = await openShop()
    const issue = report(shop)
    const first = await theAnswer(shop, issue)
    await wait(1100)
    fake.world.unlabel(shop.name, issue, 'incident')
    const without = await theAnswer(shop, issue)
    expect(without.body).toContain('No longer tracked as an incident')
    expect(without.body).not.toContain('Very likely cause')
    await wait(1100)
    fake.world.label(shop.name, issue, 'incident')
    const again = await theAnswer(shop, issue)
    expect(again.body).toContain('Very likely cause')
    expect([without.id, again.id]).toEqual([first.id, first.id])
  })

  it('that was deleted is left alone, also when its news come late', async () => {
    const shop = await openShop()
    fake.world.setDelivery('manual')
    const issue = report(shop)
    fake.world.deleteIssue(shop.name, issue)
    const [opened, labeled, deleted] = [...fake.world.pending()]
    await fake.world.deliver([deleted!, labeled!, opened!])
    expect(await app.settled()).toMatchObject({ dead: 0 })
    expect(fake.requests.filter(({ path }) => path.includes(`${shop.name}/issues/${issue}/comments`))).toEqual([])
  })

  it('that was transferred has one comment in the other repository, made anew without the history of the first', async () => {
    const [shop, other] = [await openShop(), await openShop()]
    const issue = report(shop)
    const first = await theAnswer(shop, issue)
    report(other, { title: 'Something else', body: 'so that the label is known here' })
    const moved = fake.world.transferIssue(shop.name, issue, other.name)
    const anew = await theAnswer(other, moved.number)
    expect(anew.id).not.toBe(first.id)
    expect(anew.body).toContain(markerFor(fake.world.repository(other.name).id, moved.number))
    await wait(1100)
    fake.world.editIssue(other.name, moved.number, { title: 'Checkout is slow here', by: 'monalisa' })
    expect((await theAnswer(other, moved.number)).id).toBe(anew.id)
  })

  it('on a locked issue is answered once the issue is unlocked', async () => {
    const shop = await openShop()
    const issue = report(shop, { labels: [] })
    fake.world.lock(shop.name, issue)
    fake.world.label(shop.name, issue, 'incident')
    expect(await answers(shop, issue)).toEqual([])
    expect(await app.settled()).toMatchObject({ dead: 0 })
    fake.world.issue(shop.name, issue).isLocked = false
    await wait(1100)
    fake.world.editIssue(shop.name, issue, { title: 'Payments time out for all', by: 'monalisa' })
    expect((await theAnswer(shop, issue)).body).toContain('Very likely cause')
  })
})

describe('who may say that something is an incident', () => {
  it('is someone with write access by /incident, no outsider and no bot', async () => {
    const shop = await openShop()
    const issue = report(shop, { labels: [], body: 'Slow.', title: 'Slow' })
    fake.world.comment(shop.name, issue, '/incident checkout 2', 'outsider')
    fake.world.comment(shop.name, issue, '/incident checkout 2', 'helper[bot]')
    expect(await answers(shop, issue)).toEqual([])
    expect(fake.world.issue(shop.name, issue).labels).toEqual([])
    fake.world.comment(shop.name, issue, '/incident checkout 2', 'octocat')
    const { body } = await theAnswer(shop, issue)
    expect(body).toContain('`checkout` · severity 2 · began')
    expect(fake.world.issue(shop.name, issue).labels.map(({ name }) => name)).toEqual(['incident', 'incident: acknowledged', 'sev-2'])
  })

  it('leaves what an outsider opens as reported, until someone with write access acknowledges it', async () => {
    const shop = await openShop()
    const issue = report(shop, { by: 'outsider' })
    const reported = await theAnswer(shop, issue)
    expect(reported.body).toContain('*Reported, not yet acknowledged')
    fake.world.comment(shop.name, issue, 'I see it too.', 'octocat')
    const acknowledged = await theAnswer(shop, issue)
    expect(acknowledged.body).not.toContain('not yet acknowledged')
    expect(acknowledged.id).toBe(reported.id)
  })
})

describe('around an incident', () => {
  it('finds an earlier one in Japanese inside a longer word', async () => {
    const shop = await openShop()
    fake.world.setTime(hoursAgo(20))
    const earlier = report(shop, { title: 'タイムアウト', body: 'サーバーが応答しない' })
    fake.world.setTime(hoursAgo(19))
    fake.world.closeIssue(shop.name, earlier)
    await app.settled()
    fake.world.useRealTime()
    const { body } = await theAnswer(shop, report(shop, { title: '決済がタイムアウト', body: '支払いができない' }))
    expect(body).toContain('**Seen before**')
    expect(body).toMatch(new RegExp(`\\[#${earlier}\\]\\(\\S+\\) タイムアウト`))
  })

  it('tells of mistakes in causeway.yml once, with line and column, and keeps the last good version', async () => {
    const shop = await openShop()
    const broken = `${CATALOG}    pathes: ["x"]\n`
    fake.world.commit(shop.name, { message: 'Name more paths', files: { '.github/causeway.yml': broken }, by: 'octocat' })
    await app.settled()
    fake.world.commit(shop.name, { message: 'Speak of it', files: { 'README.md': 'x\n' }, by: 'octocat' })
    fake.world.commit(shop.name, { message: 'Own it', files: { '.github/CODEOWNERS': '* @octocat\n' }, by: 'octocat' })
    await app.settled()
    // Deployments and pull requests have checks of their own: what they ship, and its risk.
    const told = fake.world.repository(shop.name).checkRuns.filter(({ name }) => name === 'Causeway configuration')
    expect(told).toHaveLength(1)
    expect(JSON.stringify(told[0])).toContain('.github/causeway.yml:8:5 error')
    expect((await theAnswer(shop, report(shop))).body).toContain('`checkout` · began')
  })

  it('speaks to GitHub Enterprise at /api/v3', async () => {
    const enterprise = await startFakeGitHub({ prepared })
    enterprise.world.createRepository('acme/shop', { collaborators: PEOPLE })
    const there = await joinApp(enterprise, await databases.fresh(), { GITHUB_API_URL: `${enterprise.url}/api/v3` })
    try {
      enterprise.world.install('acme')
      const { number } = enterprise.world.openIssue('acme/shop', { ...TROUBLE, labels: ['incident'] })
      expect(await there.settled()).toMatchObject({ dead: 0 })
      expect(enterprise.world.appComments('acme/shop', number)).toHaveLength(1)
      assertNoViolations(enterprise)
    } finally {
      await there.close()
      await enterprise.close()
    }
  })
})
