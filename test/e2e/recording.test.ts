// What the webhooks of a GitHub Enterprise Server and any CI tell is recorded: real process, real signatures.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assertNoViolations, prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import type { Deployment } from '../../src/domain/deployment.ts'
import { startSqlite, type TestDatabases } from '../support/databases.ts'
import { joinApp, type JoinedApp } from '../support/e2e-app.ts'
import { runCommand } from '../support/start-process.ts'

const SHOP = 'acme/shop'
const prepared = prepareFakeGitHub()
const FEW_MINUTES = 5 * 60_000
let databases: TestDatabases
let databaseUrl: string
let fake: FakeGitHub
let app: JoinedApp

beforeEach(async () => {
  databases = await startSqlite()
  databaseUrl = await databases.fresh()
  fake = await startFakeGitHub({ prepared })
  fake.world.setTime(new Date(Math.floor(Date.now() / 1000) * 1000 - 24 * 3_600_000))
  // As an Enterprise Server has it: REST below /api/v3, GraphQL beside it.
  app = await joinApp(fake, databaseUrl, { GITHUB_API_URL: `${fake.url}/api/v3` })
})
afterEach(async () => {
  await app.close()
  await fake.close()
  await databases.stop()
  assertNoViolations(fake)
})

const merge = (title: string, path = 'src/cart.ts', where = SHOP) => {
  fake.world.advance(FEW_MINUTES)
  const pull = fake.world.openPullRequest(where, { title, by: 'octocat', files: { [path]: `// ${title}\n` } })
  return fake.world.mergePullRequest(where, pull.number, { by: 'monalisa', method: 'squash' }).sha
}

async function settled(): Promise<void> {
  expect((await app.settled()).dead).toBe(0)
}

/** Every deployment of the repository's one service, oldest first, with the titles of what it carried. */
async function recorded(name = SHOP, service = name.split('/')[1] ?? ''): Promise<{ deployment: Deployment; carried: string[] }[]> {
  const { id } = fake.world.repository(name)
  const [installation] = await app.store.installations.all()
  const tenant = app.store.tenant(installation?.id ?? 0)
  const live = await tenant.deployments.liveBetween([{ repositoryId: id, service }], new Date(0), new Date(Date.now() + 1e9), 99)
  return Promise.all(
    live.map(async ({ deployment, carried }) => ({
      deployment,
      carried: (await tenant.changes.byIds(carried.map((one) => one.changeId))).map((change) => change.title),
    })),
  )
}

function create(name: string, file: string | null = null, isPrivate = false): void {
  fake.world.createRepository(name, {
    isPrivate,
    files: { 'README.md': 'A made-up shop\n', ...(file === null ? {} : { '.github/causeway.yml': file }) },
    collaborators: { octocat: 'write', monalisa: 'write' },
  })
}

describe('what stands for a deployment', () => {
  it('is a release, where the file says so', async () => {
    create(SHOP, 'version: 1\nservices: { shop: { environments: { production: ["live"] } } }\ndeployments: { from: releases }\n')
    fake.world.install('acme')
    fake.world.release(SHOP, { tag: 'v1', by: 'octocat' })
    merge('Round totals')
    fake.world.deploy(SHOP)
    fake.world.release(SHOP, { tag: 'v2', by: 'octocat' })
    await settled()
    const found = await recorded()
    expect(found.map(({ deployment, carried }) => [deployment.source, deployment.ref, deployment.kind, carried])).toEqual([
      ['release', 'v1', 'first', []],
      ['release', 'v2', 'forward', ['Round totals']],
    ])
  })

  it('is a run of the named workflow, where the file says so', async () => {
    create(SHOP, 'version: 1\ndeployments: { from: { workflow_run: { workflow: deploy.yml } } }\n')
    fake.world.install('acme')
    const run = (name: string, conclusion: 'success' | 'failure' = 'success') =>
      fake.world.workflowRun(SHOP, { name, conclusion, by: 'octocat' })
    run('Deploy')
    merge('Round totals')
    run('Test')
    run('Deploy', 'failure')
    fake.world.advance(FEW_MINUTES)
    run('Deploy')
    await settled()
    const found = await recorded()
    expect(found.map(({ deployment, carried }) => [deployment.source, deployment.kind, carried])).toEqual([
      ['workflow_run', 'first', []],
      ['workflow_run', 'forward', ['Round totals']],
    ])
  })

  it('is what any CI reports: a token, a deployment, what it carried, once', async () => {
    create(SHOP)
    const first = fake.world.commit(SHOP, { by: 'octocat', message: 'Begin', files: { 'a.ts': '1' } }).sha
    fake.world.install('acme')
    const second = merge('Round totals')
    await settled()
    const command = (args: string[], environment: Record<string, string> = {}) =>
      runCommand({ cwd: process.cwd(), environment: { CAUSEWAY_DATABASE_URL: databaseUrl, ...environment }, args })
    const made = await command(['token', 'create', '--installation', SHOP, '--label', 'ci', '--json'])
    const { token } = JSON.parse(made.stdout) as { token: string }
    const ci = { CAUSEWAY_URL: app.process().url, CAUSEWAY_TOKEN: token, GITHUB_REPOSITORY: SHOP }
    const deploy = (sha: string, run: string) =>
      command(['deploy', '--service', 'shop', '--environment', 'production', '--sha', sha], { ...ci, GITHUB_RUN_ID: run })
    expect(await deploy(first, '1')).toMatchObject({ code: 0, stderr: '' })
    await settled()
    for (const _ of ['once', 'again']) expect((await deploy(second, '2')).code).toBe(0)
    await settled()
    const found = await recorded()
    expect(found.map(({ deployment, carried }) => [deployment.source, deployment.sha, deployment.kind, carried])).toEqual([
      ['api', first, 'first', []],
      ['api', second, 'forward', ['Round totals']],
    ])
  })
})

describe('a repository', () => {
  const incident = (where: string, title: string) => {
    fake.world.advance(FEW_MINUTES)
    return fake.world.openIssue(where, { title, body: 'TimeoutError in the cart', labels: ['incident'], by: 'octocat' }).number
  }

  it('may be renamed: its webhooks count, its versions follow each other, its comment goes on', async () => {
    create(SHOP)
    fake.world.install('acme')
    fake.world.deploy(SHOP)
    merge('Round totals in the cart')
    fake.world.deploy(SHOP)
    const number = incident(SHOP, 'The cart times out')
    await settled()
    const [before] = fake.world.appComments(SHOP, number).map(({ id, body }) => ({ id, body }))
    expect(before?.body).toContain('Round totals in the cart')
    fake.world.rename(SHOP, 'store')
    // Owners are read again, and with them everything else that its files say, or do not say.
    fake.world.commit('acme/store', { by: 'octocat', message: 'Name owners', files: { CODEOWNERS: '* @octocat\n' } })
    merge('Cache the cart', 'src/cache.ts', 'acme/store')
    fake.world.deploy('acme/store')
    fake.world.closeIssue('acme/store', number)
    await settled()
    const comments = fake.world.appComments('acme/store', number)
    expect(comments.map((comment) => comment.id)).toEqual([before?.id])
    expect(comments[0]?.body).not.toBe(before?.body)
    const found = await recorded('acme/store', 'shop')
    expect(found.map(({ deployment, carried }) => [deployment.kind, carried])).toEqual([
      ['first', []],
      ['forward', ['Round totals in the cart']],
      ['forward', ['Name owners', 'Cache the cart']],
    ])
  })

  it('that is made private is quoted elsewhere no longer; made public, it is again', async () => {
    create(SHOP)
    create('acme/ledger')
    fake.world.install('acme')
    fake.world.closeIssue('acme/ledger', incident('acme/ledger', 'The cart times out while the ledger is asked'))
    const number = incident(SHOP, 'The cart times out')
    await settled()
    const said = () => fake.world.appComments(SHOP, number).map((comment) => comment.body)
    expect(said()).toEqual([expect.stringContaining('while the ledger is asked')])
    fake.world.privatize('acme/ledger')
    await settled()
    expect(said()).toEqual([expect.not.stringContaining('ledger')])
    fake.world.publicize('acme/ledger')
    await settled()
    expect(said()).toEqual([expect.stringContaining('while the ledger is asked')])
  })
})

it('leaves alone what comes from a suspended installation, and goes on when it is no longer suspended', async () => {
  create(SHOP)
  const installation = fake.world.install('acme')
  fake.world.deploy(SHOP)
  await settled()
  fake.world.setDelivery('manual')
  merge('Merged just before')
  const held = [...fake.world.pending()]
  fake.world.suspend(installation)
  const [suspend] = fake.world.pending().slice(held.length)
  await fake.world.deliver(suspend ? [suspend] : [])
  await settled()
  const asked = fake.requests.length
  await fake.world.deliver(held)
  await settled()
  expect(fake.requests.slice(asked)).toEqual([])
  fake.world.setDelivery('auto')
  fake.world.unsuspend(installation)
  merge('Merged after')
  fake.world.deploy(SHOP)
  await settled()
  expect((await recorded()).at(-1)?.carried.sort()).toEqual(['Merged after', 'Merged just before'])
})
