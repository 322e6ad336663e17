// On the pull request: the real process against the fake GitHub. Every webhook is sent twice and in another order.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { newApiToken } from '../../src/http/api-token.ts'
import { hoursAgo, installed, PEOPLE } from '../support/e2e-installed.ts'

const PAY = 'services/checkout/src/pay.ts'
const CATALOG = `version: 1
services:
  checkout:
    paths: ["services/checkout/**"]
pull_requests:
  comments: probable
`

const { fake: gitHub, app, told } = installed()
const world = () => gitHub().world
let made = 0

async function openShop(catalog = CATALOG): Promise<string> {
  const name = `acme/shop-${++made}`
  world().setTime(hoursAgo(30))
  world().createRepository(name, {
    files: {
      '.github/causeway.yml': catalog,
      '.github/CODEOWNERS': '* @acme/payments\n',
      [PAY]: 'export function pay() {\n  return 1\n}\n',
    },
    collaborators: PEOPLE,
  })
  world().deploy(name, { payload: { service: 'checkout' } })
  await told(21)
  return name
}

const openPull = (name: string, wish: { title?: string; isDraft?: boolean; text?: string; base?: string } = {}) =>
  world().openPullRequest(name, {
    title: wish.title ?? 'Retry a payment that timed out',
    by: 'hubot',
    base: wish.base,
    isDraft: wish.isDraft,
    files: { [PAY]: wish.text ?? 'export function pay() {\n  return retry(() => 1)\n}\n' },
  })

const checks = (name: string) =>
  world()
    .repository(name)
    .checkRuns.filter((run) => run.name === 'Causeway / deploy risk')
const comments = (name: string, number: number): string[] =>
  world()
    .appComments(name, number)
    .map(({ body }) => body)

/** As anybody with a token sees it. */
async function verdictOf(deploymentId: number): Promise<{ service: string; verdict: { state: string; reasons: string[] } }[]> {
  const [installation] = await app().store.installations.all()
  const { token, hash } = newApiToken()
  await app().store.tokens.create({ hash, installationId: installation!.id, scope: 'read', label: 'ci', createdAt: new Date() })
  const url = `${app().process().url}/api/v1/deployments/${deploymentId}/review`
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  return ((await answer.json()) as { reviews: Awaited<ReturnType<typeof verdictOf>> }).reviews
}

describe('the risk check', () => {
  it('stands once on each head, in at most three requests, and says what the risk rests on', async () => {
    const name = await openShop()
    gitHub().requests.length = 0
    const pull = openPull(name)
    await told(22)
    const calls = gitHub()
      .requests.map(({ route }) => route)
      .filter((route) => !route?.includes('access_tokens'))
    expect(calls.length).toBeLessThanOrEqual(3)
    const [check] = checks(name)
    expect(checks(name)).toHaveLength(1)
    expect(check).toMatchObject({ headSha: pull.pull.headSha, externalId: `risk:${pull.number}`, status: 'completed' })
    expect(check!.output.title).toMatch(/^Risk \d+(\.\d)? %, .*this repository's average \(\d+(\.\d)? %\)$/)
    expect(check!.output.summary).toContain('acme/payments (owner)')

    world().push(name, {
      branch: pull.pull.headRef,
      by: 'hubot',
      commits: [{ message: 'Say so', files: { [PAY]: 'export const pay = 2\n' } }],
    })
    await told(7)
    expect(checks(name).map((run) => run.headSha)).toEqual([check!.headSha, pull.pull.headSha])
    // A force-push back: the check that stands on that commit is kept, no other is made.
    world().forcePush(name, pull.pull.headRef, check!.headSha, 'hubot')
    await told(23)
    expect(checks(name)).toHaveLength(2)
  })

  it('comes for a draft when it is ready for review, never where the file says no, and again by the Re-run button', async () => {
    const name = await openShop()
    const draft = openPull(name, { isDraft: true })
    await told(24)
    expect(checks(name)).toEqual([])
    draft.pull.isDraft = false
    world().editIssue(name, draft.number, { title: 'Retry a payment', by: 'hubot' })
    await told(25)
    const [check] = checks(name)
    expect(check).toMatchObject({ status: 'completed' })
    world().rerunCheck(name, check!.id)
    await told(26)
    expect(checks(name)).toMatchObject([{ id: check!.id, status: 'completed' }])
    world().rerunAllChecks(name, check!.headSha)
    expect(checks(name)).toMatchObject([{ status: 'queued' }])
    await told(36)
    expect(checks(name)).toMatchObject([{ id: check!.id, status: 'completed' }])

    const silent = await openShop(`${CATALOG}  risk_check: false\n`)
    openPull(silent)
    await told(27)
    expect(checks(silent)).toEqual([])
  })

  it('is adopted when the answer to its creation is lost, and fails only above the limit of the file', async () => {
    const name = await openShop(`${CATALOG}  fail_above: 0.0001\n`)
    gitHub().faults.add({ method: 'POST', path: /\/check-runs$/, when: 'after', kind: '502', times: 1 })
    openPull(name)
    await told(28)
    expect(checks(name)).toMatchObject([{ conclusion: 'failure' }])
    expect(checks(name)[0]!.output.title).toContain("above this repository's limit")
  })

  it('says where the change is live after the merge, and what it waited for until then', async () => {
    const name = await openShop()
    world().setTime(hoursAgo(3))
    const pull = openPull(name)
    await told(29)
    world().mergePullRequest(name, pull.number, { by: 'octocat', method: 'squash' })
    await told(30)
    const title = () => checks(name)[0]!.output.title
    expect(title()).toMatch(/^Merged .*; waits for the next deployment of checkout to production$/)
    const broken = world().createDeployment(name, { payload: { service: 'checkout' } })
    await told(34)
    expect(title()).toBe(`Merged; waits for deployment ${broken.id} of checkout to production, which is under way`)
    world().setDeploymentStatus(name, broken, 'failure')
    await told(35)
    expect(title()).toBe(`Merged; not live in production: the last deployment of checkout (${broken.id}) failed`)
    world().setTime(hoursAgo(2))
    const deployment = world().deploy(name, { payload: { service: 'checkout' } })
    await told(3)
    expect(checks(name)).toHaveLength(1)
    expect(title()).toMatch(new RegExp(`^Live in checkout in production since .* by deployment ${deployment.id}$`))
    expect(comments(name, pull.number)).toEqual([])
  })
})

describe('an implicated pull request', () => {
  it('gets one comment, which follows the incident to its end, and open ones see that something is going on', async () => {
    const name = await openShop()
    world().setTime(hoursAgo(3))
    const pull = openPull(name)
    world().mergePullRequest(name, pull.number, { by: 'octocat', method: 'squash' })
    await told(31)
    world().setTime(hoursAgo(2))
    world().deploy(name, { payload: { service: 'checkout' } })
    const next = openPull(name, { title: 'Retry twice', text: 'export function pay() {\n  return retry(() => 2)\n}\n' })
    await told(32)
    world().useRealTime()
    const incident = world().openIssue(name, {
      title: 'Checkout: payments time out',
      body: `TimeoutError in ${PAY}: \`retry\` never ends.`,
      labels: ['incident'],
      by: 'monalisa',
    })
    await told(5)
    expect(comments(name, pull.number)).toHaveLength(1)
    expect(comments(name, pull.number)[0]).toMatch(/^### This change is the likely cause of an incident \(\d+ %\)$/m)
    expect(comments(name, pull.number)[0]).toContain('Live in checkout in production since')
    const check = () => checks(name).find((run) => run.externalId === `risk:${next.number}`)!
    expect(check().output.title).toContain('1 incident open on what it touches')

    await wait(1100)
    world().closeIssue(name, incident.number, { by: 'monalisa' })
    await told(9)
    expect(comments(name, pull.number)).toHaveLength(1)
    expect(comments(name, pull.number)[0]).toMatch(/^### Inconclusive/m)
    expect(check().output.title).not.toContain('open on what it touches')
  })
})

describe('a verdict of a person', () => {
  it('confirms a change on its pull request and its deployment, and clears both again, in whatever order the news comes', async () => {
    const name = await openShop(CATALOG.replace('probable', 'confirmed'))
    world().setTime(hoursAgo(3))
    const pull = openPull(name)
    world().mergePullRequest(name, pull.number, { by: 'octocat', method: 'squash' })
    await told(11)
    world().setTime(hoursAgo(2))
    const deployment = world().deploy(name, { payload: { service: 'checkout' } })
    await told(12)
    const incident = world().openIssue(name, {
      title: 'Checkout is slow',
      body: 'Since a few minutes.',
      labels: ['incident'],
      by: 'monalisa',
    })
    await told(13)
    // Not confirmed by anyone: silence.
    expect(comments(name, pull.number)).toEqual([])
    world().comment(name, incident.number, `/cause #${pull.number} it waits for the bank now`, 'octocat')
    await told(14)
    expect(comments(name, pull.number)).toHaveLength(1)
    expect(comments(name, pull.number)[0]).toMatch(/^### Confirmed: this change is causing an incident$/m)
    expect(await verdictOf(deployment.id)).toMatchObject([
      {
        service: 'checkout',
        verdict: { state: 'implicated', reasons: [expect.stringContaining(`#${pull.number} is confirmed as the cause`)] },
      },
    ])
    await wait(1100)
    world().comment(name, incident.number, `/not-cause #${pull.number} it was the bank`, 'octocat')
    await told(15)
    expect(comments(name, pull.number)).toHaveLength(1)
    expect(comments(name, pull.number)[0]).toMatch(/^### Cleared: this change did not cause the incident$/m)
    expect((await verdictOf(deployment.id))[0]?.verdict.state).toBe('healthy')
  })
})

describe('a production deployment', () => {
  it('says on its commit what it ships before it is live, and how it went afterwards', async () => {
    const name = await openShop()
    const good = world().repository(name).git.branches.get('main')!
    world().setTime(hoursAgo(4))
    for (const [number, title] of ['Retry a payment', 'Retry twice'].entries()) {
      const pull = openPull(name, { title, text: `export const pay = ${number}\n` })
      world().mergePullRequest(name, pull.number, { by: 'octocat', method: 'squash' })
    }
    await told(4)
    const ships = (sha: string) =>
      world()
        .repository(name)
        .checkRuns.filter((run) => run.name.startsWith('Causeway / what ships') && run.headSha === sha)
    world().setTime(hoursAgo(3))
    const deployment = world().createDeployment(name, { payload: { service: 'checkout' } })
    await told(33)
    expect(ships(deployment.sha)).toHaveLength(1)
    expect(ships(deployment.sha)[0]!.output.title).toMatch(/^Ships 2 changes, combined risk \d/)
    expect(ships(deployment.sha)[0]!.output.summary).toContain('Retry twice')
    world().setDeploymentStatus(name, deployment, 'success')
    await told(8)
    expect(ships(deployment.sha)).toHaveLength(1)
    // Its hour of watch lies in the past already.
    expect(ships(deployment.sha)[0]!.output.title).toMatch(/^Healthy: 2 changes/)
    expect(ships(deployment.sha)[0]!.output.summary).toContain('No incident of checkout began in the 1 hour after it went live.')
    world().setTime(hoursAgo(2))
    world().deploy(name, { ref: good, payload: { service: 'checkout' } })
    await told(2)
    expect(ships(deployment.sha)[0]!.output.title).toMatch(/^Rolled back: 2 changes/)
    const [installation] = await app().store.installations.all()
    const [review] = await app().store.tenant(installation!.id).reviews.byExternal(String(deployment.id))
    expect(review).toMatchObject({ service: 'checkout', verdict: { state: 'rolled-back' }, changes: [{}, {}] })
  })
})
