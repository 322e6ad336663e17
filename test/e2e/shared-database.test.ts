// Two processes on one PostgreSQL: what happens when it goes away, when one of the two sleeps for a while, and when both are
// replaced while work comes in.
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
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
let databaseUrl: string

beforeAll(async () => {
  databases = await startPostgres()
})
afterAll(() => databases.stop())

beforeEach(async () => {
  fake = await startFakeGitHub({ prepared, deliver: 'manual' })
  fake.world.setTime(new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000))
  fake.world.createRepository(SHOP, { files: { 'README.md': 'A made-up shop\n' }, collaborators: { octocat: 'write' }, by: 'octocat' })
  fake.world.install('acme')
  databaseUrl = await databases.fresh()
  store = await openStore(databaseUrl)
  ;[one, other] = await Promise.all([start(), start()])
})
afterEach(async () => {
  fake.world.setWebhookUrl(null)
  await Promise.all([one.stop(), other.stop()])
  await store.close()
  await fake.close()
  assertNoViolations(fake)
})

const start = () => startAppProcess({ gitHub: fake, databaseUrl, environment: { CAUSEWAY_WORKER_LEASE_SECONDS: '1' } })

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

describe('processes that are replaced one after another', () => {
  it('lose and double nothing under load, and go on when a newer version has added to the database', { timeout: TIMEOUT_MS }, async () => {
    const load = beginLoad()
    const codes: (number | null)[] = []
    codes.push(await one.stop())
    one = await start()
    codes.push(await other.stop())
    other = await start()
    await addToDatabase()
    const addedTo = load.sent()
    await until('work on what a newer version made', () => load.sent() > addedTo + 5)
    // GitHub recorded what was refused, and is asked for it.
    const refused = await load.end()
    fake.world.setWebhookUrl(one.webhookUrl)
    expect((await fake.world.deliver(refused)).every(({ statusCode }) => statusCode === 202)).toBe(true)
    await until('worked off', isWorkedOff)

    expect(codes).toEqual([0, 0])
    expect((await store.deliveries.counts()).dead).toBe(0)
    const [installation] = await store.installations.all()
    const { id } = fake.world.repository(SHOP)
    expect(load.titles.size).toBe(3)
    for (const [issue, title] of load.titles) {
      expect(comments(issue)).toHaveLength(1)
      expect(await store.tenant(installation!.id).incidents.byIssue(id, issue)).toMatchObject({ title })
    }
    // What the newer version has begun, no older one may begin anew: it says so, and the newer ones take over.
    await expect(start()).rejects.toThrow('was written by a newer Causeway than this one')
  })
})

/** Incidents are opened and edited, and told to one process or the other, until the end; which gives what was refused. */
function beginLoad() {
  const titles = new Map<number, string>()
  const refused: ReturnType<FakeGitHub['world']['pending']>[number][] = []
  let isOver = false
  let sent = 0
  async function run(): Promise<void> {
    for (let turn = 0; !isOver; turn++) {
      fake.world.advance(1000)
      const title = `The shop is down for the ${turn}th time`
      const issue = titles.size < 3 ? openIncident() : [...titles.keys()][turn % titles.size]!
      fake.world.editIssue(SHOP, issue, { title, by: 'octocat' })
      titles.set(issue, title)
      const hooks = [...fake.world.pending()]
      const statusCodes = await send(turn % 2 ? one : other)
      refused.push(...hooks.filter((_, index) => statusCodes[index] !== 202))
      sent += hooks.length
      // As much as can be worked off, on any machine.
      do await wait(50)
      while (waiting(await store.deliveries.counts()) > 5 && !isOver)
    }
  }
  const running = run()
  return {
    titles,
    sent: () => sent,
    end: async () => {
      isOver = true
      await running
      return refused
    },
  }
}

/** As a release expands the database: columns that have a default, tables that nothing asks for yet. */
async function addToDatabase(): Promise<void> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  await client.query(`begin;
    alter table deliveries add column sender text;
    alter table changes add column weight integer not null default 0;
    alter table incidents add column channel text;
    create table plans (id bigint primary key);
    insert into drizzle.__drizzle_migrations (hash, created_at) values ('a newer one', 9000000000000000);
    commit`)
  await client.end()
}
