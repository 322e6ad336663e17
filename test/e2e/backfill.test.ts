// A repository's past, read on the day the App is installed, leaves what its webhooks would have left, and is said nowhere.
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { assertNoViolations, prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import { startCauseway, type Causeway } from '../../src/main.ts'
import { readSettings } from '../../src/settings/environment.ts'
import type { Store, TenantStore } from '../../src/store/store.ts'
import { startSqlite, type TestDatabases } from '../support/databases.ts'
import { playStory } from '../support/e2e-story.ts'
import { readPastTwice } from '../support/outage.ts'

const SHOP = 'acme/shop'
const prepared = prepareFakeGitHub()
let databases: TestDatabases
let fake: FakeGitHub
const running: Causeway[] = []

beforeEach(async () => {
  databases = await startSqlite()
  fake = await startFakeGitHub({ prepared, deliver: 'manual' })
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
  await fake.close()
  await databases.stop()
  assertNoViolations(fake)
})

async function start(environment: Record<string, string> = {}, url?: string): Promise<Causeway> {
  const settings = readSettings({
    APP_ID: String(fake.appId),
    PRIVATE_KEY: fake.privateKey,
    WEBHOOK_SECRET: fake.webhookSecret,
    GITHUB_API_URL: fake.url,
    CAUSEWAY_DATABASE_URL: url ?? (await databases.fresh()),
    CAUSEWAY_WORKER_LEASE_SECONDS: '1',
    PORT: '0',
    ...environment,
  })
  const causeway = await startCauseway(
    { ...settings, worker: { ...settings.worker, pollMs: 20 } },
    { writeLog: () => undefined, now: () => fake.world.now() },
  )
  running.push(causeway)
  fake.world.setWebhookUrl(`${causeway.url}/api/github/webhooks`)
  return causeway
}

async function settled({ store }: Causeway): Promise<void> {
  const until = Date.now() + 60_000
  for (;;) {
    await fake.world.settled()
    const { unsorted, queued, retry, dead } = await store.deliveries.counts()
    if (unsorted + queued + retry === 0) return expect(dead).toBe(0)
    if (Date.now() > until) throw new Error(JSON.stringify(await store.deliveryLog.list({ states: ['queued', 'retry', 'dead'], limit: 9 })))
    await delay(20)
  }
}

async function tenantOf(store: Store): Promise<TenantStore> {
  const [installation] = await store.installations.all()
  return store.tenant(installation?.id ?? 0)
}

/** All that is known of the shop, in words that do not depend on the order of arrival. */
async function knowledge(store: Store) {
  const tenant = await tenantOf(store)
  const { id } = fake.world.repository(SHOP)
  const all = [new Date(0), new Date(8.64e15), 9999] as const
  const changes = await tenant.changes.mergedBetween([id], ...all)
  const sha = new Map(changes.map((change) => [change.id, change.mergeSha]))
  const services = ['checkout', 'ledger', 'shop'].map((service) => ({ repositoryId: id, service }))
  const live = await tenant.deployments.liveBetween(services, ...all)
  const external = new Map(live.map(({ deployment }) => [deployment.id, deployment.externalId]))
  const numbers = [...Array(fake.world.repository(SHOP).nextNumber).keys()]
  const incidents = (await Promise.all(numbers.map((number) => tenant.incidents.byIssue(id, number)))).filter((one) => one !== null)
  return {
    // Our own comment is an update of what it stands on, here and below.
    changes: changes.map(({ id: _id, updatedAt: _updated, revertedBy, sameAsChangeId, ...facts }) => ({
      ...facts,
      revertedBy: revertedBy.map(({ changeId, mergedAt }) => [sha.get(changeId), mergedAt]),
      sameAs: sameAsChangeId === null ? null : sha.get(sameAsChangeId),
    })),
    deployments: live.map(({ deployment: { id: _id, previousDeploymentId, ...facts }, carried }) => ({
      ...facts,
      previous: previousDeploymentId === null ? null : external.get(previousDeploymentId),
      carried: carried.map(({ changeId, direction }) => `${direction} ${sha.get(changeId)}`).sort(),
    })),
    incidents: incidents.map(({ id: _id, fix, updatedAt: _updated, ...facts }) => ({
      ...facts,
      fix: fix && JSON.stringify(fix).replace(/"(changeId|deploymentId)":\d+/, '$1'),
    })),
  }
}

it('leaves the same as the webhooks did, and not a word on GitHub', { timeout: 60_000 }, async () => {
  const told = playStory(fake.world, SHOP, new Date())
  const hooks = [...fake.world.pending()]
  const live = await start({ CAUSEWAY_BACKFILL_DAYS: '0' })
  await fake.world.deliver()
  await settled(live)
  const expected = await knowledge(live.store)
  await running.pop()!.stop()
  const comments = Object.values(told.incidents).map((number) => fake.world.appComments(SHOP, number).length)

  const late = await start()
  await fake.world.deliver(hooks.filter((hook) => hook.event === 'installation'))
  fake.requests.length = 0
  await settled(late)
  const read = await knowledge(late.store)
  expect(read.changes).toEqual(expected.changes)
  expect(read.deployments).toEqual(expected.deployments)
  // That somebody with write access stood behind an outsider's report is said in a comment, which is not read.
  const asReported = (one: object) => ({ ...one, isTrusted: false, status: 'reported' })
  const isReported = (one: { issueNumber: number }) => one.issueNumber === told.incidents.reported
  expect(read.incidents).toEqual(expected.incidents.map((one) => (isReported(one) ? asReported(one) : one)))
  expect(Object.values(told.incidents).map((number) => fake.world.appComments(SHOP, number).length)).toEqual(comments)
  expect(fake.requests.filter((one) => one.method !== 'GET' && !/graphql|access_tokens/.test(one.path))).toEqual([])
  const [reading] = await late.store.backfills.all()
  expect(reading).toMatchObject({ problems: [], phase: 'accuracy' })
  expect(reading?.finishedAt).not.toBeNull()
})

it('goes on after a crash at the page where it was, and leaves the same', { timeout: 120_000 }, async () => {
  const read = await readPastTwice(50, () => databases.fresh(), prepared)
  expect(read).toMatchObject({ pulls: 50, changes: 50, sameStore: true })
  expect(read.repeated).toHaveLength(1)
  expect(read.repeated[0]).toContain('"first":40')
})
