// The App is given less than it asks for: what needs the missing permission is left out and named, the rest goes on.
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assertNoViolations, prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import type { Installation } from '../../demo/github/state.ts'
import { startCauseway, type Causeway } from '../../src/main.ts'
import { readSettings } from '../../src/settings/environment.ts'
import { startSqlite, type TestDatabases } from '../support/databases.ts'

const SHOP = 'acme/shop'
const prepared = prepareFakeGitHub()
const ALL = {
  metadata: 'read',
  contents: 'read',
  deployments: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  actions: 'read',
}
/** GitHub sends none of these to an App that may not read what they tell of. */
const EVENTS: Record<string, RegExp> = {
  contents: /^(push|release)$/,
  deployments: /^deployment/,
  pull_requests: /^pull_request/,
  issues: /^issue/,
  checks: /^check_/,
}
let fake: FakeGitHub
let causeway: Causeway | null = null
let databases: TestDatabases
let log: string[]

beforeEach(async () => {
  databases = await startSqlite()
  log = []
})
afterEach(async () => {
  await causeway?.stop()
  await fake.close()
  await databases.stop()
})

async function play(permissions: Record<string, string>): Promise<{ installation: Installation; issue: number; left: string[] }> {
  fake = await startFakeGitHub({ prepared, deliver: 'manual', permissions })
  const settings = readSettings({
    APP_ID: String(fake.appId),
    PRIVATE_KEY: fake.privateKey,
    WEBHOOK_SECRET: fake.webhookSecret,
    GITHUB_API_URL: fake.url,
    CAUSEWAY_DATABASE_URL: await databases.fresh(),
    PORT: '0',
  })
  const quick = { ...settings, worker: { ...settings.worker, pollMs: 20 } }
  causeway = await startCauseway(quick, { writeLog: (line) => log.push(line), now: () => fake.world.now() })
  fake.world.setWebhookUrl(`${causeway.url}/api/github/webhooks`)
  fake.world.setTime(new Date(Math.floor(Date.now() / 1000) * 1000 - 86_400_000))
  fake.world.createRepository(SHOP, {
    isPrivate: true,
    files: { 'src/pay.ts': 'export const pay = 1\n' },
    collaborators: { octocat: 'write' },
    by: 'octocat',
  })
  const installation = fake.world.install('acme')
  fake.world.deploy(SHOP)
  fake.world.advance(3_600_000)
  const pull = fake.world.openPullRequest(SHOP, {
    title: 'Retry payments',
    by: 'octocat',
    files: { 'src/pay.ts': 'export const pay = 2\n' },
  })
  fake.world.mergePullRequest(SHOP, pull.number, { by: 'octocat', method: 'squash' })
  fake.world.deploy(SHOP)
  fake.world.advance(600_000)
  const issue = fake.world.openIssue(SHOP, { title: 'Payments fail in src/pay.ts', labels: ['incident'], by: 'octocat' })
  fake.world.useRealTime()
  const hooks = fake.world
    .pending()
    .filter(({ event }) => !Object.entries(EVENTS).some(([name, of]) => !(name in permissions) && of.test(event)))
  await fake.world.deliver(hooks)
  return { installation, issue: issue.number, left: await settled(causeway) }
}

/** What failed, or still waits after a while. */
async function settled({ store }: Causeway): Promise<string[]> {
  for (const giveUpAt = Date.now() + 15_000; ; await delay(20)) {
    const { unsorted, queued, retry } = await store.deliveries.counts()
    if (unsorted + queued + retry === 0 || Date.now() > giveUpAt) break
  }
  const list = await store.deliveryLog.list({ states: ['queued', 'retry', 'dead'], limit: 20 })
  return list.map(({ event, state, attempts, reason }) => `${event} ${state} ${attempts} ${reason}`)
}

const without = (name: keyof typeof ALL): Record<string, string> => Object.fromEntries(Object.entries(ALL).filter(([key]) => key !== name))

describe.each([
  ['nothing', ALL, { says: /likely cause .*\[#1\]/, named: [] }],
  ['actions: read', without('actions'), { says: /likely cause .*\[#1\]/, named: [] }],
  ['checks: write', without('checks'), { says: /likely cause .*\[#1\]/, named: ['Checks: write'] }],
  ['contents: read', without('contents'), { says: /likely cause .*\[#1\]/, named: ['Contents: read'] }],
  ['deployments: read', without('deployments'), { says: /No deployments of shop are recorded/, named: ['Deployments: read'] }],
  [
    'pull_requests: read',
    without('pull_requests'),
    { says: /likely cause .*\/commit\/[0-9a-f]{40}\) Retry payments/, named: ['Pull requests: read'] },
  ],
  ['issues: read', without('issues'), { says: null, named: ['Issues: read'] }],
  ['issues: write', { ...ALL, issues: 'read' }, { says: null, named: ['Issues: write'] }],
])('without %s', (_, permissions, { says, named }) => {
  it('says what it can, names what it lacks, and lets nothing fail or wait', { timeout: 60_000 }, async () => {
    const { issue, left } = await play(permissions)
    expect(left).toEqual([])
    const comments = fake.world.appComments(SHOP, issue).map(({ body }) => body)
    expect(comments).toEqual(says === null ? [] : [expect.stringMatching(says)])
    const told = log.filter((line) => !line.includes('"level":20'))
    const known = ['Actions', 'Checks', 'Contents', 'Deployments', 'Issues', 'Pull requests']
    const seen = known
      .flatMap((name) => ['read', 'write'].map((level) => `${name}: ${level}`))
      .filter((name) => told.some((line) => line.includes(name)))
    expect(seen).toEqual(named)
    assertNoViolations(fake)
  })
})

describe('files that may not be read', () => {
  it('are asked for once, and again with a new token when the permission is given', { timeout: 60_000 }, async () => {
    const { installation } = await play(without('contents'))
    // The repository's and its organisation's, once for the five webhooks and what follows from them.
    expect(filesAskedFor()).toBe(2)
    fake.requests.length = 0
    const file = 'version: 1\nservices: { payments: { paths: ["src/**"] } }\n'
    fake.world.commit(SHOP, { message: 'Describe the service', files: { '.github/causeway.yml': file }, by: 'octocat' })
    fake.world.acceptPermissions(installation, ALL)
    fake.world.openIssue(SHOP, { title: 'Payments fail again', labels: ['incident'], by: 'octocat' })
    await fake.world.deliver(fake.world.pending().filter(({ event }) => event !== 'push'))
    expect(await settled(causeway!)).toEqual([])
    expect(filesAskedFor()).toBe(2)
    const kept = await causeway!.store.tenant(installation.id).catalogs.get(fake.world.repository(SHOP).id)
    expect(kept).toMatchObject({ readAgainAt: null, catalog: { source: 'causeway.yml', services: [{ name: 'payments' }] } })
  })

  const filesAskedFor = () => fake.requests.filter(({ body }) => JSON.stringify(body ?? '').includes('HEAD:.github/causeway.yml')).length
})
