// The gate at a deployment: the real process against the fake GitHub, every webhook sent twice and in another order.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { WaitingDeployment } from '../../demo/github/state.ts'
import { installed, PEOPLE } from '../support/e2e-installed.ts'

const PAY = 'services/checkout/src/pay.ts'
const CATALOG = `version: 1
services:
  checkout: { paths: ["services/checkout/**"], depends_on: ["ledger"] }
  ledger: { paths: ["services/ledger/**"], environments: { ledger-production: ["ledger-production"] } }
deployments:
  mapping: [{ environment: production, service: checkout }]
  gate: { environments: ["production"] }
`

const { fake: gitHub, told } = installed()
const world = () => gitHub().world
let made = 0

async function openShop(catalog = CATALOG): Promise<string> {
  const name = `acme/gated-${++made}`
  world().createRepository(name, {
    files: { '.github/causeway.yml': catalog, [PAY]: 'export const pay = 1\n' },
    collaborators: PEOPLE,
  })
  world().deploy(name)
  await told(21)
  return name
}

const report = (name: string, wish: { severity?: number; title?: string; by?: string } = {}): number =>
  world().openIssue(name, {
    title: wish.title ?? 'Checkout is down',
    body: `### Severity\n\n${wish.severity ?? 1}\n\nServices: checkout`,
    labels: ['incident'],
    by: wish.by ?? 'monalisa',
  }).number

const merge = (name: string, wish: { title?: string; body?: string; labels?: string[] } = {}): void => {
  const files = { [PAY]: `export const pay = ${Math.random()}\n` }
  const pull = world().openPullRequest(name, {
    title: wish.title ?? 'Pay faster',
    body: wish.body,
    labels: wish.labels,
    by: 'octocat',
    files,
  })
  world().mergePullRequest(name, pull.number, { by: 'octocat', method: 'squash' })
}

const states = ({ answers }: WaitingDeployment): (string | null)[] => answers.map(({ state }) => state)

describe('a deployment that waits for the gate', () => {
  it('goes on when nothing holds it, and where the gate is not switched on', async () => {
    const name = await openShop()
    merge(name)
    const waiting = world().waitForGate(name)
    const elsewhere = world().waitForGate(name, { environment: 'staging' })
    await told(3)
    expect(states(waiting)).toEqual(['approved'])
    expect(states(elsewhere)).toEqual(['approved'])
    expect(elsewhere.answers[0]?.comment).toContain('not switched on')
  })

  it('is held while a grave incident is open, with the reason said once, and goes on when it is over', async () => {
    const name = await openShop()
    const incident = report(name)
    merge(name)
    await told(22)
    const waiting = world().waitForGate(name)
    await told(5)
    expect(states(waiting)).toEqual([null])
    expect(waiting.answers[0]?.comment).toContain(`Incident #${incident} (severity 1) is open on checkout`)
    await wait(1100)
    world().closeIssue(name, incident, { by: 'monalisa' })
    await told(6)
    expect(states(waiting)).toEqual([null, 'approved'])
  })

  it('is let through by /deploy-anyway with a reason, from someone with write access only', async () => {
    const name = await openShop()
    const incident = report(name)
    merge(name)
    await told(23)
    const waiting = world().waitForGate(name)
    await told(24)
    world().comment(name, incident, '/deploy-anyway I want to', 'outsider')
    await told(25)
    expect(states(waiting)).toEqual([null])
    world().comment(name, incident, '/deploy-anyway the fix is in it', 'octocat')
    await told(26)
    expect(states(waiting)).toEqual([null, 'approved'])
    expect(waiting.answers[1]?.comment).toBe('Let through by octocat: the fix is in it')
    const [answer] = world().appComments(name, incident)
    expect(answer?.body).toContain('octocat noted: Deploy anyway: the fix is in it')
    expect(answer?.body).toContain('`/deploy-anyway` by outsider was refused: it needs write access')
  })

  it('is not held by a mere report, nor when it goes back, nor when it carries the fix', async () => {
    const name = await openShop()
    const good = world().repository(name).git.branches.get('main')
    merge(name)
    world().deploy(name)
    const reported = report(name, { by: 'outsider', title: 'It is all broken' })
    await told(27)
    merge(name)
    const unheld = world().waitForGate(name)
    await told(28)
    expect(states(unheld)).toEqual(['approved'])
    world().closeIssue(name, reported)

    const incident = report(name)
    await told(29)
    const back = world().waitForGate(name, { ref: good })
    merge(name, { title: 'Pay at all', body: `Fixes #${incident}` })
    await told(30)
    await wait(1100)
    world().reopen(name, incident)
    await told(31)
    const fix = world().waitForGate(name)
    await told(2)
    expect(states(back)).toEqual(['approved'])
    expect(states(fix)).toEqual(['approved'])
    expect(fix.answers[0]?.comment).toContain(`carries the fix of incident #${incident}`)
  }, 60_000)

  it('goes on, with the reason, when the gate cannot decide', async () => {
    const name = await openShop()
    report(name)
    merge(name)
    await told(32)
    world().commit(name, { message: 'Unknown to the store', files: { [PAY]: 'export const pay = 3\n' }, by: 'octocat' })
    const [push] = [...world().pending()]
    gitHub().faults.add({ method: 'GET', path: /\/compare\//, when: 'before', kind: '500', times: 9 })
    gitHub().faults.add({ method: 'POST', path: /\/graphql$/, when: 'before', kind: '500', times: 9 })
    const waiting = world().waitForGate(name)
    await world().deliver(
      world()
        .pending()
        .filter((hook) => hook !== push),
    )
    await expect.poll(() => states(waiting), { timeout: 15_000 }).toEqual(['approved'])
    expect(waiting.answers[0]?.comment).toContain('in doubt it lets a deployment through')
    gitHub().faults.clear()
  })
})
