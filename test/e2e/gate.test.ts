// The gate at a deployment: the real process against the fake GitHub, every webhook sent twice.
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { assertNoViolations, prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import type { WaitingDeployment } from '../../demo/github/state.ts'
import { startSqlite, type TestDatabases } from '../support/databases.ts'
import { joinApp, type JoinedApp } from '../support/e2e-app.ts'

const PEOPLE = { octocat: 'write', monalisa: 'write' } as const
const PAY = 'services/checkout/src/pay.ts'
const CATALOG = `version: 1
services:
  checkout: { paths: ["services/checkout/**"], depends_on: ["ledger"] }
  ledger: { paths: ["services/ledger/**"], environments: { ledger-production: ["ledger-production"] } }
deployments:
  mapping: [{ environment: production, service: checkout }]
  gate: { environments: ["production"] }
`

let databases: TestDatabases
let fake: FakeGitHub
let app: JoinedApp
let made = 0

beforeAll(async () => {
  databases = await startSqlite()
  fake = await startFakeGitHub({ prepared: prepareFakeGitHub(), deliver: 'manual' })
  fake.world.createRepository('acme/first', { collaborators: PEOPLE })
  app = await joinApp(fake, await databases.fresh())
  fake.world.install('acme')
  await told()
})
afterAll(async () => {
  await app.close()
  await fake.close()
  await databases.stop()
})
afterEach(() => {
  fake.faults.clear()
  assertNoViolations(fake)
})

async function told(shuffleSeed?: number): Promise<void> {
  await fake.world.deliver(undefined, { duplicate: true, shuffleSeed })
  expect(await app.settled()).toMatchObject({ dead: 0 })
}

async function openShop(catalog = CATALOG): Promise<string> {
  const name = `acme/gated-${++made}`
  fake.world.createRepository(name, {
    files: { '.github/causeway.yml': catalog, [PAY]: 'export const pay = 1\n' },
    collaborators: PEOPLE,
  })
  fake.world.deploy(name)
  await told()
  return name
}

const report = (name: string, wish: { severity?: number; title?: string; by?: string } = {}): number =>
  fake.world.openIssue(name, {
    title: wish.title ?? 'Checkout is down',
    body: `### Severity\n\n${wish.severity ?? 1}\n\nServices: checkout`,
    labels: ['incident'],
    by: wish.by ?? 'monalisa',
  }).number

const merge = (name: string, wish: { title?: string; body?: string; labels?: string[] } = {}): void => {
  const files = { [PAY]: `export const pay = ${Math.random()}\n` }
  const pull = fake.world.openPullRequest(name, {
    title: wish.title ?? 'Pay faster',
    body: wish.body,
    labels: wish.labels,
    by: 'octocat',
    files,
  })
  fake.world.mergePullRequest(name, pull.number, { by: 'octocat', method: 'squash' })
}

const states = ({ answers }: WaitingDeployment): (string | null)[] => answers.map(({ state }) => state)

describe('a deployment that waits for the gate', () => {
  it('goes on when nothing holds it, and where the gate is not switched on', async () => {
    const name = await openShop()
    merge(name)
    const waiting = fake.world.waitForGate(name)
    const elsewhere = fake.world.waitForGate(name, { environment: 'staging' })
    await told(3)
    expect(states(waiting)).toEqual(['approved'])
    expect(states(elsewhere)).toEqual(['approved'])
    expect(elsewhere.answers[0]?.comment).toContain('not switched on')
  })

  it('is held while a grave incident is open, with the reason said once, and goes on when it is over', async () => {
    const name = await openShop()
    const incident = report(name)
    merge(name)
    await told()
    const waiting = fake.world.waitForGate(name)
    await told(5)
    expect(states(waiting)).toEqual([null])
    expect(waiting.answers[0]?.comment).toContain(`Incident #${incident} (severity 1) is open on checkout`)
    await wait(1100)
    fake.world.closeIssue(name, incident, { by: 'monalisa' })
    await told(6)
    expect(states(waiting)).toEqual([null, 'approved'])
  })

  it('is let through by /deploy-anyway with a reason, from someone with write access only', async () => {
    const name = await openShop()
    const incident = report(name)
    merge(name)
    await told()
    const waiting = fake.world.waitForGate(name)
    await told()
    fake.world.comment(name, incident, '/deploy-anyway I want to', 'outsider')
    await told()
    expect(states(waiting)).toEqual([null])
    fake.world.comment(name, incident, '/deploy-anyway the fix is in it', 'octocat')
    await told()
    expect(states(waiting)).toEqual([null, 'approved'])
    expect(waiting.answers[1]?.comment).toBe('Let through by octocat: the fix is in it')
  })

  it('is not held by a mere report, nor when it goes back, nor when it carries the fix', async () => {
    const name = await openShop()
    const good = fake.world.repository(name).git.branches.get('main')
    merge(name)
    fake.world.deploy(name)
    const reported = report(name, { by: 'outsider', title: 'It is all broken' })
    await told()
    merge(name)
    const unheld = fake.world.waitForGate(name)
    await told()
    expect(states(unheld)).toEqual(['approved'])
    fake.world.closeIssue(name, reported)

    const incident = report(name)
    await told()
    const back = fake.world.waitForGate(name, { ref: good })
    merge(name, { title: 'Pay at all', body: `Fixes #${incident}` })
    await told()
    await wait(1100)
    fake.world.reopen(name, incident)
    await told()
    const fix = fake.world.waitForGate(name)
    await told(2)
    expect(states(back)).toEqual(['approved'])
    expect(states(fix)).toEqual(['approved'])
    expect(fix.answers[0]?.comment).toContain(`carries the fix of incident #${incident}`)
  }, 60_000)

  it('goes on, with the reason, when the gate cannot decide', async () => {
    const name = await openShop()
    report(name)
    merge(name)
    await told()
    fake.world.commit(name, { message: 'Unknown to the store', files: { [PAY]: 'export const pay = 3\n' }, by: 'octocat' })
    const [push] = [...fake.world.pending()]
    fake.faults.add({ method: 'GET', path: /\/compare\//, when: 'before', kind: '500', times: 9 })
    fake.faults.add({ method: 'POST', path: /\/graphql$/, when: 'before', kind: '500', times: 9 })
    const waiting = fake.world.waitForGate(name)
    await fake.world.deliver(fake.world.pending().filter((hook) => hook !== push))
    await expect.poll(() => states(waiting), { timeout: 15_000 }).toEqual(['approved'])
    expect(waiting.answers[0]?.comment).toContain('in doubt it lets a deployment through')
    fake.faults.clear()
  })
})
