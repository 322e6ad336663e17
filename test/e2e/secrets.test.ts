// A run in which everything goes wrong once, told at the finest level: what it logs, measures and answers holds no secret.
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import { newApiToken } from '../../src/http/api-token.ts'
import { startCauseway, type Causeway } from '../../src/main.ts'
import { readSettings } from '../../src/settings/environment.ts'
import { startSqlite, type TestDatabases } from '../support/databases.ts'
import { webhookHeaders } from '../support/sign.ts'

const SHOP = 'acme/shop'
const OLD_SECRET = 'the-secret-before-the-rotation'
const METRICS_TOKEN = 'a-token-that-only-prometheus-has'
let databases: TestDatabases
let fake: FakeGitHub
let causeway: Causeway
let log: string[]

beforeEach(async () => {
  databases = await startSqlite()
  fake = await startFakeGitHub({ prepared: prepareFakeGitHub(), deliver: 'manual' })
  log = []
  const settings = readSettings({
    APP_ID: String(fake.appId),
    PRIVATE_KEY: fake.privateKey,
    WEBHOOK_SECRET: fake.webhookSecret,
    WEBHOOK_SECRET_PREVIOUS: OLD_SECRET,
    CAUSEWAY_METRICS_TOKEN: METRICS_TOKEN,
    GITHUB_API_URL: fake.url,
    CAUSEWAY_DATABASE_URL: await databases.fresh(),
    LOG_LEVEL: 'trace',
    PORT: '0',
  })
  causeway = await startCauseway({ ...settings, worker: { ...settings.worker, pollMs: 20 } }, { writeLog: (line) => log.push(line) })
  fake.world.setWebhookUrl(`${causeway.url}/api/github/webhooks`)
})
afterEach(async () => {
  await causeway.stop()
  await fake.close()
  await databases.stop()
})

it('holds no secret', { timeout: 60_000 }, async () => {
  fake.world.createRepository(SHOP, { files: { 'README.md': 'A made-up shop\n' }, collaborators: { octocat: 'write' }, by: 'octocat' })
  const { id: installationId } = fake.world.install('acme')
  for (const kind of ['500', '502', 'drop', 'secondary-rate-limit'] as const)
    fake.faults.add({ path: /./, when: 'before', kind, times: 1, retryAfterSeconds: 1 })
  fake.world.openIssue(SHOP, { title: 'The shop is down', labels: ['incident'], by: 'octocat' })
  await fake.world.deliver()

  const { token, hash } = newApiToken()
  await causeway.store.tokens.create({ hash, installationId, scope: 'write', label: 'ci', createdAt: new Date() })
  const call = { repository: SHOP, environment: 'production', sha: 'not a sha' }
  const bearer = (of: string) => ({ authorization: `Bearer ${of}`, 'content-type': 'application/json' })
  const refused = await fetch(`${causeway.url}/api/v1/deployments`, { method: 'POST', headers: bearer(token), body: JSON.stringify(call) })
  const unknown = await fetch(`${causeway.url}/api/v1/deployments`, { method: 'POST', headers: bearer(newApiToken().token), body: '{}' })
  const url = `${causeway.url}/api/github/webhooks`
  const forged = await fetch(url, { method: 'POST', body: '{}', headers: webhookHeaders('{}', 'guid-1', 'ping', 'a guess') })
  expect([refused.status, unknown.status, forged.status]).toEqual([400, 401, 401])
  for (let tries = 0; (await causeway.store.deliveries.counts()).done < 3 && tries < 500; tries++) await delay(20)

  const measured = await fetch(`${causeway.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  expect(measured.status).toBe(200)
  const reasons = JSON.stringify(await causeway.store.deliveryLog.list({ states: ['queued', 'retry', 'done', 'dead'], limit: 100 }))
  const answers = await Promise.all([refused, unknown, forged, measured].map((answer) => answer.text()))
  const told = [...log, reasons, ...answers].join('\n')
  expect(told).toContain('Delivery failed; to be tried again')
  expect(told).toContain('GitHub request: POST')
  const key = fake.privateKey.split('\n').filter((line) => line.length > 40)
  for (const secret of [fake.webhookSecret, OLD_SECRET, METRICS_TOKEN, token, ...key])
    expect(told.includes(secret), secret.slice(0, 8)).toBe(false)
  // GitHub's own: what the App signs in with, and what it is given for that.
  expect(told).not.toMatch(/ghs_\w{10}|\beyJ[\w-]{10,}\.|BEGIN [A-Z ]*PRIVATE KEY/)
})
