import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { privateKey, webhookHeaders } from '../support/sign.ts'
import { startProcess, temporaryFolder, type RunningProcess } from '../support/start-process.ts'

const secret = 'e340154128314309424b7c8e90325147d99fdafa'
const pem = privateKey()
let folder: ReturnType<typeof temporaryFolder>
let gitHub: Server
let apiUrl: string
let running: RunningProcess[] = []
const asked: string[] = []

beforeEach(async () => {
  folder = temporaryFolder()
  gitHub = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const app = { id: 4711, slug: 'causeway', name: 'Causeway', html_url: 'https://github.com/apps/causeway', pem, webhook_secret: secret }
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(app))
  }).listen(0, '127.0.0.1')
  await once(gitHub, 'listening')
  apiUrl = `http://127.0.0.1:${(gitHub.address() as AddressInfo).port}`
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.kill()))
  running = []
  gitHub.closeAllConnections()
  gitHub.close()
  folder.remove()
})

async function start(environment: Record<string, string>): Promise<RunningProcess> {
  const started = await startProcess({ cwd: folder.path, environment: { PORT: '0', GITHUB_API_URL: apiUrl, ...environment } })
  running.push(started)
  return started
}

function post(url: string): Promise<Response> {
  const body = JSON.stringify({ zen: 'Design for failure.' })
  return fetch(`${url}/api/github/webhooks`, { method: 'POST', body, headers: webhookHeaders(body, 'guid-1', 'ping', secret) })
}

it('registers the App from its own page, goes on without a restart, and starts with it again', async () => {
  const first = await start({})
  const [, path = ''] = await first.line(/Open http:\/\/[^/]+(\/setup\?token=[\w-]+)/)
  expect((await post(first.url)).status).toBe(503)
  expect((await fetch(`${first.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200)
  expect((await fetch(first.url + path)).status).toBe(200)

  const token = new URL(first.url + path).searchParams.get('token') ?? ''
  const host = new URL(apiUrl).host
  const form = new URLSearchParams({ token, webhook: 'https://causeway.example.com', organization: 'acme', host })
  const handover = await (await fetch(`${first.url}/setup`, { method: 'POST', body: form })).text()
  const [, state = ''] = /settings\/apps\/new\?state=([\w-]+)/.exec(handover) ?? []
  const done = await fetch(`${first.url}/setup/callback?code=a1b2c3&state=${state}`)
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('https://github.com/apps/causeway/installations/new')])
  expect(asked).toEqual(['POST /app-manifests/a1b2c3/conversions'])

  expect((await post(first.url)).status).toBe(202)
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  expect((await fetch(first.url + path)).status).toBe(410)
  const file = join(folder.path, '.env')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).toContain('APP_ID=4711')
  await first.stop()
  for (const hidden of [secret, pem.split('\n')[3] ?? 'missing']) expect(first.output().includes(hidden)).toBe(false)

  const second = await start({})
  expect(second.output()).not.toContain('No GitHub App is registered')
  expect((await post(second.url)).status).toBe(202)
}, 60_000)
