import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { setTimeout as delay } from 'node:timers/promises'
import { startCauseway, type Causeway } from '../../src/main.ts'
import { readSettings } from '../../src/settings/environment.ts'
import { openStore } from '../../src/store/open-store.ts'
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
