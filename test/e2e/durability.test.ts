import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { setTimeout as delay } from 'node:timers/promises'
import { startCauseway, type Causeway } from '../../src/main.ts'
import { readSettings } from '../../src/settings/environment.ts'
import { openStore } from '../../src/store/open-store.ts'
import { prepareFakeGitHub, startFakeGitHub } from '../../demo/github/fake-github.ts'
import { startSqlite, type TestDatabases } from '../support/databases.ts'
import { webhookHeaders } from '../support/sign.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const SECRET = 'the-webhook-secret-of-this-test'
const TARGETS = { receive: async () => undefined } as unknown as Awaited<
  ReturnType<NonNullable<NonNullable<Parameters<typeof startCauseway>[1]>['targets']>>
>

let databases: TestDatabases
let causeway: Causeway
let asked: number
let disk: { resolve: () => void; reject: (error: Error) => void }

beforeEach(async () => {
  databases = await startSqlite()
  asked = 0
  const settings = readSettings({
    ...{
      APP_ID: '1',
      PRIVATE_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      WEBHOOK_SECRET: SECRET,
      PORT: '0',
    },
    CAUSEWAY_DATABASE_URL: await databases.fresh(),
  })
  causeway = await startCauseway(settings, {
    targets: async () => TARGETS,
    writeLog: () => undefined,
    openStore: async ({ url }) => {
      const store = await openStore(url, { synchronous: 'ASKED' })
      return {
        ...store,
        async flush() {
          asked++
          await new Promise<void>((resolve, reject) => (disk = { resolve, reject }))
          await store.flush()
        },
      }
    },
  })
})
afterEach(async () => {
  await causeway.stop()
  await databases.stop()
})

const send = async (guid: string) => {
  const body = JSON.stringify({ zen: 'Keep it' })
  const url = `${causeway.url}/api/github/webhooks`
  return (await fetch(url, { method: 'POST', body, headers: webhookHeaders(body, guid, 'ping', SECRET) })).status
}

async function askedOf(count: number): Promise<void> {
  for (let tries = 0; asked < count && tries < 500; tries++) await delay(5)
  expect(asked).toBe(count)
}

it('answers a webhook only once it is on disk, and says so when the disk refuses', async () => {
  let status: number | null = null
  const answered = send('first').then((got) => (status = got))
  await askedOf(1)
  await delay(50)
  expect(status).toBeNull()
  expect((await causeway.store.deliveries.byGuid('first'))?.guid).toBe('first')
  disk.resolve()
  expect(await answered).toBe(202)
  const refused = send('second')
  await askedOf(2)
  disk.reject(new Error('the disk is full'))
  expect(await refused).toBe(503)
})

it('writes to GitHub only once what it follows from is on disk', { timeout: 60_000 }, async () => {
  const fake = await startFakeGitHub({ prepared: prepareFakeGitHub(), deliver: 'manual' })
  const order: ('disk' | 'write')[] = []
  const settings = readSettings({
    ...{ APP_ID: String(fake.appId), PRIVATE_KEY: fake.privateKey, WEBHOOK_SECRET: fake.webhookSecret, PORT: '0' },
    ...{ GITHUB_API_URL: fake.url, CAUSEWAY_DATABASE_URL: await databases.fresh() },
  })
  const answering = await startCauseway(settings, {
    writeLog: () => undefined,
    openStore: async ({ url }) => {
      const store = await openStore(url, { synchronous: 'ASKED' })
      // The intake's own flush comes right after what it took in, and says nothing of writes to GitHub.
      let isIntake = false
      return {
        ...store,
        deliveries: {
          ...store.deliveries,
          add: async (taken) => {
            isIntake = taken.some(({ event }) => !event.startsWith('causeway.'))
            await store.deliveries.add(taken)
          },
        },
        flush: async () => {
          const isOurs = !isIntake
          isIntake = false
          await store.flush()
          if (isOurs) order.push('disk')
        },
      }
    },
  })
  const strike = fake.faults.strike.bind(fake.faults)
  fake.faults.strike = (when, method, path) => {
    if (when === 'before' && method !== 'GET' && path.startsWith('/repos/')) order.push('write')
    return strike(when, method, path)
  }
  try {
    fake.world.setWebhookUrl(`${answering.url}/api/github/webhooks`)
    fake.world.createRepository('acme/shop', {
      files: { 'README.md': 'A made-up shop\n' },
      collaborators: { octocat: 'write' },
      by: 'octocat',
    })
    fake.world.install('acme')
    fake.world.openIssue('acme/shop', { title: 'The shop is down', labels: ['incident'], by: 'octocat' })
    await fake.world.deliver()
    for (let tries = 0; fake.world.appComments('acme/shop', 1).length === 0 && tries < 500; tries++) await delay(20)
    expect(fake.world.appComments('acme/shop', 1)).toHaveLength(1)
  } finally {
    await answering.stop()
    await fake.close()
  }
  const writes = order.flatMap((each, at) => (each === 'write' ? [order[at - 1]] : []))
  expect(writes.length).toBeGreaterThan(0)
  expect(writes).toEqual(writes.map(() => 'disk'))
})
