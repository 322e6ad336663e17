// GitHub's own example payloads, every one of every event, through the real HTTP entrance and the worker of the real
// process. The fake GitHub knows the installation and none of the repositories: each question about them is a 404.
import { randomUUID } from 'node:crypto'
import examples from '@octokit/webhooks-examples'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertNoViolations, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import type { DeliveryCounts } from '../../src/domain/delivery.ts'
import { startSqlite, type TestDatabases } from '../support/databases.ts'
import { joinApp, type JoinedApp } from '../support/e2e-app.ts'
import { webhookHeaders } from '../support/sign.ts'

type Payload = Record<string, unknown> & { installation?: { id: number }; issue?: object }
const all = examples as unknown as { name: string; examples: Payload[] }[]

let databases: TestDatabases
let fake: FakeGitHub
let app: JoinedApp
let installationId = 0

beforeAll(async () => {
  databases = await startSqlite()
  fake = await startFakeGitHub({ deliver: 'manual' })
  fake.world.createRepository('acme/shop')
  installationId = fake.world.install('acme').id
  app = await joinApp(fake, await databases.fresh())
})
afterAll(async () => {
  await app.close()
  await fake.close()
  await databases.stop()
})

/** Sends every example, as GitHub would, and returns the statuses that it was answered with. */
async function sendAll(
  change: (payload: Payload, event: string) => Payload,
): Promise<{ statuses: Set<number>; sent: { guid: string; event: string }[] }> {
  const statuses = new Set<number>()
  const sent: { guid: string; event: string }[] = []
  for (const { name, examples: payloads } of all) {
    for (const payload of payloads) {
      const body = JSON.stringify(change(payload, name))
      const guid = randomUUID()
      const headers = webhookHeaders(body, guid, name, fake.webhookSecret)
      statuses.add((await fetch(app.process().webhookUrl, { method: 'POST', headers, body })).status)
      sent.push({ guid, event: name })
    }
  }
  return { statuses, sent }
}

const undone = ({ unsorted, queued, retry }: DeliveryCounts) => ({ unsorted, queued, retry })
const NOTHING = { unsorted: 0, queued: 0, retry: 0 }
const deadOnes = async (sent: { guid: string; event: string }[]) => {
  const found = await Promise.all(sent.map(({ guid }) => app.store.deliveries.byGuid(guid)))
  return found.flatMap((delivery) => (delivery?.state === 'dead' ? [delivery] : []))
}

describe('the example payloads of GitHub', () => {
  it('are all taken in and worked off as they are', { timeout: 60_000 }, async () => {
    const { statuses, sent } = await sendAll((payload) => payload)
    expect([...statuses]).toEqual([202])
    expect(sent.length).toBeGreaterThan(300)
    expect(undone(await app.settled())).toEqual(NOTHING)
    // Most name no installation and are ignored. Some name one that GitHub gives us no token for: nothing can be done there.
    const dead = await deadOnes(sent)
    const asking = ['deployment', 'deployment_status', 'issue_comment', 'issues', 'pull_request', 'push']
    expect([...new Set(dead.map(({ event }) => event))].sort()).toEqual(asking)
    expect(new Set(dead.map(({ installationId, reason, attempts }) => `${installationId} ${reason} ${attempts}`))).toEqual(
      new Set(['1 HttpError: Not Found - https://docs.github.com/rest 1']),
    )
    expect(await app.store.installations.byId(957387)).toMatchObject({ accountLogin: 'Codertocat', removedAt: null })
    const removed = await app.store.installations.byId(2)
    expect(removed).toMatchObject({ removedAt: expect.any(Date) as Date })
    // The clean-up forgets the name too; whether its first turn came before or after the news depends on the machine.
    expect(['octocat', '']).toContain(removed?.accountLogin)
  })

  it('are all worked off when they come from an installation whose repositories GitHub does not show us', { timeout: 60_000 }, async () => {
    const labels = [{ id: 1, name: 'incident' }]
    // Some examples say that their installation is gone; ours is not.
    const { statuses, sent } = await sendAll((payload, event) => ({
      ...payload,
      ...(event.startsWith('installation') ? {} : { installation: { ...payload.installation, id: installationId } }),
      ...(payload.issue ? { issue: { ...payload.issue, labels } } : {}),
    }))
    expect([...statuses]).toEqual([202])
    expect(undone(await app.settled())).toEqual(NOTHING)
    expect(await deadOnes(sent)).toEqual([])
    expect((await fetch(`${app.process().url}/healthz`)).status).toBe(200)
  })

  it('are recorded where they are understood', async () => {
    const tenant = app.store.tenant(installationId)
    const hello = await tenant.repositories.byId(186853002)
    expect(hello).toMatchObject({ name: 'Hello-World', defaultBranch: 'master' })
    expect((await tenant.repositories.all()).map(({ name }) => name)).toContain('octo-repo')
    expect((await app.store.tenant(957387).repositories.all()).map(({ name }) => name)).toContain('Space')
    const deployments = await tenant.deployments.byExternal(186853002, 'deployment', '145988746')
    expect(deployments).toMatchObject([
      {
        sha: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
        environment: 'production',
        service: 'Hello-World',
        creator: { login: 'Codertocat' },
      },
    ])
    expect(deployments[0]?.states.map(({ state }) => state)).toContain('success')
    // It was deleted, and what came after that in the list came late.
    expect(await tenant.incidents.byIssue(186853002, 1)).toMatchObject({
      title: 'Spelling error in the README file',
      retractedAt: expect.any(Date) as Date,
    })
  })

  it('make no request that GitHub would not understand', () => {
    assertNoViolations(fake)
  })
})
