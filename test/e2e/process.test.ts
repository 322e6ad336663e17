import { once } from 'node:events'
import { createServer } from 'node:net'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { WEBHOOK_SECRET, webhookHeaders } from '../support/sign.ts'
import { appEnvironment, runCommand, startProcess, temporaryFolder, type RunningProcess } from '../support/start-process.ts'

const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e'
const environment = appEnvironment()
let folder: ReturnType<typeof temporaryFolder>
let running: RunningProcess[] = []

beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.kill()))
  running = []
  folder.remove()
})

async function start(change: Record<string, string> = {}): Promise<RunningProcess> {
  const started = await startProcess({ cwd: folder.path, environment: { ...environment, ...change } })
  running.push(started)
  return started
}

const command = (...args: string[]) => runCommand({ cwd: folder.path, environment: {}, args })

function post(url: string, guid: string, event = 'ping', payload: object = { zen: 'Speak like a human.' }): Promise<Response> {
  const body = JSON.stringify(payload)
  return fetch(`${url}/api/github/webhooks`, { method: 'POST', body, headers: webhookHeaders(body, guid, event) })
}

async function inStore<T>(read: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>): Promise<T> {
  const store = await openStore(`file:${join(folder.path, 'causeway.sqlite')}`)
  try {
    return await read(store)
  } finally {
    await store.close()
  }
}

async function isDone(guid: string): Promise<void> {
  await inStore(async (store) => {
    for (let tries = 0; tries < 200; tries++) {
      if ((await store.deliveries.byGuid(guid))?.state === 'done') return
      await delay(50)
    }
    throw new Error(`${guid} is not done: ${JSON.stringify(await store.deliveries.byGuid(guid))}`)
  })
}

describe('the running process', () => {
  it('answers that it lives and is ready, and says what it is', async () => {
    const { url } = await start()
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' })
    const ready = await fetch(`${url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ status: 'ready', problems: [], lagMs: 0 })])
    expect(await (await fetch(url)).text()).toContain('This process listens to GitHub')
  })

  it('takes a webhook, works it off and answers a second one with the same GUID without doing it twice', async () => {
    const { url, output } = await start({ LOG_LEVEL: 'debug' })
    expect((await post(url, 'guid-1')).status).toBe(202)
    await isDone('guid-1')
    expect((await post(url, 'guid-1')).status).toBe(202)
    await delay(300)
    expect(output().match(/"delivery":"guid-1".*Delivery done/g)).toHaveLength(1)
  })

  it('has on disk what it answered 202 to, even when it is killed at once', async () => {
    const first = await start({ CAUSEWAY_WORKER_LEASE_SECONDS: '1' })
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => post(first.url, `guid-${n}`)))
    await first.kill()
    expect(answers.every((answer) => answer.status === 202)).toBe(true)
    const stored = await inStore((store) => Promise.all(answers.map((_, n) => store.deliveries.byGuid(`guid-${n}`))))
    expect(stored.filter((one) => one === null)).toEqual([])
    await start({ CAUSEWAY_WORKER_LEASE_SECONDS: '1' })
    // A lease of the dead process runs out first.
    await Promise.all(answers.map((_, n) => isDone(`guid-${n}`)))
  }, 40_000)

  it.each(['SIGTERM', 'SIGINT'] as const)('stops gently on %s', async (signal) => {
    const { stop, output, url } = await start()
    await post(url, 'guid-1')
    expect(await stop(signal)).toBe(0)
    expect(output()).toContain('Stopped')
    // What had not begun is handed back: the next start takes it up at once.
    await start()
    await isDone('guid-1')
  })

  it('binds nothing but its own machine unless told', async () => {
    const { url } = await start()
    expect(new URL(url).hostname).toBe('127.0.0.1')
  })

  it('says when its port is taken, and leaves nothing running', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const address = blocker.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    const failed = await runCommand({ cwd: folder.path, environment: { ...environment, PORT: port }, args: ['start'] })
    blocker.close()
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`)])
  })

  it.each([
    ['no secret', { WEBHOOK_SECRET: '' }, 'WEBHOOK_SECRET: is missing'],
    ["Probot's default secret", { WEBHOOK_SECRET: 'development' }, 'WEBHOOK_SECRET: is the well-known default'],
  ])('refuses to start with %s', async (_, change, words) => {
    const failed = await runCommand({ cwd: folder.path, environment: { ...environment, ...change }, args: ['start'] })
    expect([failed.code, failed.stdout, failed.stderr]).toEqual([78, '', expect.stringContaining(words)])
  })

  it('never logs a secret', async () => {
    const { url, output, stop } = await start({ LOG_LEVEL: 'trace', GITHUB_API_URL: 'http://127.0.0.1:1' })
    await post(url, 'guid-1', 'issues', { action: 'opened', installation: { id: 1 }, repository: { id: 2 } })
    const wrong = await fetch(`${url}/api/github/webhooks`, { method: 'POST', body: '{}', headers: webhookHeaders('', 'guid-2', 'ping') })
    expect(wrong.status).toBe(401)
    await fetch(`${url}/api/v1/deployments`, { method: 'POST', headers: { authorization: `Bearer cw_${'s'.repeat(43)}` } })
    await delay(500)
    await stop()
    expect(output()).toContain('"delivery":"guid-1"')
    expect(output()).toContain('its signature is wrong')
    const keyLine = environment.PRIVATE_KEY?.split('\n')[3] ?? 'missing'
    for (const secret of [WEBHOOK_SECRET, keyLine, 'sssssssss', 'BEGIN RSA']) expect(output().includes(secret), secret).toBe(false)
  })

  it('goes on when nobody reads its log any more', async () => {
    const { url, closeOutput } = await start({ LOG_LEVEL: 'debug' })
    closeOutput()
    for (const guid of ['guid-1', 'guid-2']) expect((await post(url, guid)).status).toBe(202)
    await isDone('guid-2')
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  it('keeps its database from the eyes of other users', async () => {
    await start()
    expect(await command('backup', 'copy.sqlite')).toMatchObject({ code: 0 })
    const files = ['causeway.sqlite', 'causeway.sqlite-wal', 'copy.sqlite']
    for (const file of files) expect(statSync(join(folder.path, file)).mode & 0o077).toBe(0)
  })
})

describe('tokens and deployments from the command line', () => {
  it('opens the API with a token, takes a deployment and shuts it again', async () => {
    await inStore(async (store) => {
      await store.installations.upsert({ id: 1, accountLogin: 'acme', suspendedAt: null, removedAt: null, permissions: {} })
      const shop = { id: 2 ** 40, installationId: 1, owner: 'acme', name: 'shop', isPrivate: true, isArchived: false }
      await store.tenant(1).repositories.upsert({ ...shop, defaultBranch: 'main', removedAt: null })
    })
    const { url } = await start()
    const made = await command('token', 'create', '--installation', 'Acme', '--label', 'ci', '--json')
    const token = JSON.parse(made.stdout) as { id: number; token: string; installationId: number; scope: string }
    expect(token).toMatchObject({ installationId: 1, scope: 'write', token: expect.stringMatching(/^cw_[\w-]{43}$/) as string })
    expect(JSON.stringify(await inStore((store) => store.tokens.list()))).not.toContain(token.token)

    const deploy = ['deploy', '--repository', 'acme/shop', '--service', 'checkout', '--environment', 'production', '--sha', SHA]
    const run = { CAUSEWAY_URL: url, CAUSEWAY_TOKEN: token.token, GITHUB_RUN_ID: '17' }
    const reported = await runCommand({ cwd: folder.path, environment: run, args: [...deploy, '--json'] })
    const answer = JSON.parse(reported.stdout) as { delivery: string }
    await runCommand({ cwd: folder.path, environment: run, args: deploy })
    const counts = await inStore((store) => store.deliveries.counts())
    expect(counts.unsorted + counts.queued + counts.retry + counts.done + counts.dead).toBe(1)
    expect((await inStore((store) => store.deliveries.byGuid(answer.delivery)))?.event).toBe('api.deployment')

    const revoked = await command('token', 'revoke', String(token.id))
    expect(revoked).toMatchObject({ code: 0, stdout: `Token ${token.id} is revoked.\n` })
    const refused = await runCommand({ cwd: folder.path, environment: run, args: deploy })
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('the API is off')])
    expect((await command('token', 'list')).stdout).toMatch(/write\tinstallation 1\tci\t.*revoked/)
  })

  it('says what is missing', async () => {
    const noServer = await command('deploy', '--environment', 'production', '--sha', SHA)
    expect([noServer.code, noServer.stderr]).toEqual([1, expect.stringContaining('CAUSEWAY_URL')])
    const nobody = await command('token', 'create', '--installation', 'acme/shop', '--label', 'ci')
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('No installation is known yet')])
    const none = await command('token', 'revoke', '7')
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('There is no valid token 7')])
  })

  it('brings the database up to date', async () => {
    expect(await command('migrate', '--json')).toMatchObject({ code: 0, stdout: '{"engine":"sqlite","upToDate":true}\n', stderr: '' })
  })
})
