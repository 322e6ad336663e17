// Two processes on one PostgreSQL: what happens when it goes away, and when one of the two sleeps for a while.
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startAppProcess, type AppProcess } from '../../demo/app-process.ts'
import { assertNoViolations, prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { startPostgres, type TestDatabases } from '../support/databases.ts'
import { waiting } from '../support/e2e-app.ts'

const SHOP = 'acme/shop'
const TIMEOUT_MS = 60_000
const prepared = prepareFakeGitHub()
let databases: TestDatabases
let fake: FakeGitHub
let store: Store
let one: AppProcess
let other: AppProcess

beforeAll(async () => {
  databases = await startPostgres()
})
afterAll(() => databases.stop())

beforeEach(async () => {
  fake = await startFakeGitHub({ prepared, deliver: 'manual' })
  fake.world.setTime(new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000))
  fake.world.createRepository(SHOP, { files: { 'README.md': 'A made-up shop\n' }, collaborators: { octocat: 'write' }, by: 'octocat' })
  fake.world.install('acme')
  const databaseUrl = await databases.fresh()
  store = await openStore(databaseUrl)
  const start = () => startAppProcess({ gitHub: fake, databaseUrl, environment: { CAUSEWAY_WORKER_LEASE_SECONDS: '1' } })
  ;[one, other] = await Promise.all([start(), start()])
})
afterEach(async () => {
  fake.world.setWebhookUrl(null)
  await Promise.all([one.stop(), other.stop()])
  await store.close()
  await fake.close()
  assertNoViolations(fake)
})

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const giveUpAt = Date.now() + 30_000; !(await holds()); await wait(50))
    if (Date.now() > giveUpAt) throw new Error(`${what}: not within 30 s\n${[...one.log, '---', ...other.log].slice(-40).join('\n')}`)
}

/** Hands what happened so far to this process. */
async function send(to: AppProcess): Promise<number[]> {
  fake.world.setWebhookUrl(to.webhookUrl)
  return (await fake.world.deliver()).map(({ statusCode }) => statusCode)
}

const isWorkedOff = async () => waiting(await store.deliveries.counts()) === 0
const statusOf = async ({ url }: AppProcess, path: string) => (await fetch(`${url}${path}`)).status
const comments = (issue: number) => fake.world.appComments(SHOP, issue).map(({ body }) => body)
const openIncident = () => fake.world.openIssue(SHOP, { title: 'The shop is down', labels: ['incident'], by: 'octocat' }).number

describe('a database that goes away', () => {
  it('makes processes unready and webhooks refused, ends none, and all goes on when it is back', { timeout: TIMEOUT_MS }, async () => {
    expect(await statusOf(one, '/readyz')).toBe(200)
    const issue = openIncident()
    const hooks = [...fake.world.pending()]
    await databases.away?.(async () => {
      expect(new Set(await send(one))).toEqual(new Set([503]))
      for (const each of [one, other]) {
        expect(await statusOf(each, '/readyz')).toBe(503)
        expect(await statusOf(each, '/healthz')).toBe(200)
      }
      expect(await (await fetch(`${one.url}/readyz`)).json()).toMatchObject({
        problems: expect.arrayContaining(['the database does not answer']) as string[],
      })
    })
    await until('ready again', async () => (await statusOf(one, '/readyz')) === 200 && (await statusOf(other, '/readyz')) === 200)
    expect([one, other].map(({ child }) => child.exitCode)).toEqual([null, null])
    // GitHub recorded that it was refused, and is asked for it.
    expect((await fake.world.deliver(hooks)).every(({ statusCode }) => statusCode === 202)).toBe(true)
    await until('worked off', isWorkedOff)
    expect(comments(issue)).toHaveLength(1)
  })
})

describe('a process that sleeps', () => {
  it('has its work taken over, and neither doubles nor overwrites it when it wakes', { timeout: TIMEOUT_MS }, async () => {
    await send(one)
    await until('worked off', isWorkedOff)
    const issue = openIncident()
    const strike = fake.faults.strike.bind(fake.faults)
    let isAsleep = false
    fake.faults.strike = (when, method, path) => {
      // In the middle of the answer, before the comment is written.
      if (!isAsleep && path.endsWith('/permission')) isAsleep = one.child.kill('SIGSTOP')
      return strike(when, method, path)
    }
    await send(one)
    await until('taken over', () => comments(issue).length === 1)
    fake.world.advance(60_000)
    fake.world.editIssue(SHOP, issue, { title: 'The shop is down since noon', by: 'octocat' })
    await send(other)
    await until('worked off', isWorkedOff)
    const said = comments(issue)

    one.child.kill('SIGCONT')
    await until('noticed', () => one.log.some((line) => line.includes('The lease of this repository ended meanwhile')))
    await until('worked off', isWorkedOff)
    expect(isAsleep).toBe(true)
    expect(comments(issue)).toEqual(said)
    const [installation] = await store.installations.all()
    const { id } = fake.world.repository(SHOP)
    expect(await store.tenant(installation!.id).incidents.byIssue(id, issue)).toMatchObject({ title: 'The shop is down since noon' })
  })
})
