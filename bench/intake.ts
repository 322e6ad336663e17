// Webhooks a second that are taken in: 10 KB signed pushes, 50 at a time, against a bare no-op Probot 14 server.
// Each is a process of its own, started afresh for each round and alone while it is measured: Causeway's worker would go on
// with what the round before it left. Rounds alternate, so that what else the machine does hits all alike. Prints one JSON line.
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { Probot, Server } from 'probot'
import { startPostgres } from '../test/support/databases.ts'
import { sendWebhooks } from './webhook-load.ts'

const CONCURRENCY = 50
const BODY_BYTES = 10 * 1024
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const ROUND_SECONDS = Number(process.env.BENCH_SECONDS ?? 4)
const SECRET = 'the-webhook-secret-of-the-benchmark'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PRIVATE_KEY = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()

if (process.argv[2] === 'probot') await serveProbot()
else await measure()

/** The least that a Probot app does: its one handler does nothing. */
async function serveProbot(): Promise<void> {
  const server = new Server({
    Probot: Probot.defaults({ appId: 1, privateKey: process.env.PRIVATE_KEY, secret: SECRET }),
    // As \`probot run\` has it: otherwise it writes a line a request.
    log: pino({ level: 'warn' }),
    port: await freePort(),
    host: '127.0.0.1',
  })
  await server.load((app) => void app.on('push', () => undefined))
  const http = await server.start()
  console.log(`ready at http://127.0.0.1:${(http.address() as AddressInfo).port}`)
}

/** Probot takes 0 for "not said". */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

type Subject = { name: string; url: string; stop(): Promise<void> }

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bench-'))
  const gitHub = createServer((request, response) => {
    // An installation without any file of ours: what a worker asks on first sight of a repository.
    const isToken = request.url?.endsWith('/access_tokens')
    response.writeHead(isToken ? 201 : 404, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify(isToken ? { token: 'ghs_x', expires_at: '2099-01-01T00:00:00Z', permissions: {} } : { message: 'Not Found' }),
    )
  }).listen(0, '127.0.0.1')
  await once(gitHub, 'listening')
  const gitHubUrl = `http://127.0.0.1:${(gitHub.address() as AddressInfo).port}`
  // Its synchronous_commit is on, as by default.
  const postgres = await startPostgres({ isDurable: true })
  let databases = 0
  const file = () => `file:${join(folder, `${++databases}.sqlite`)}`
  const causeway =
    (name: string, synchronous: 'full' | 'normal', address: () => string | Promise<string> = file) =>
    async () =>
      start(name, [fileURLToPath(new URL('../bin/causeway.js', import.meta.url)), 'start'], {
        APP_ID: '1',
        WEBHOOK_SECRET: SECRET,
        PORT: '0',
        GITHUB_API_URL: gitHubUrl,
        CAUSEWAY_DATABASE_URL: await address(),
        CAUSEWAY_SQLITE_SYNCHRONOUS: synchronous,
      })
  const subjects = [
    { name: 'probot', begin: () => start('probot', [fileURLToPath(import.meta.url), 'probot'], {}) },
    { name: 'full', begin: causeway('full', 'full') },
    { name: 'normal', begin: causeway('normal', 'normal') },
    { name: 'postgres', begin: causeway('postgres', 'full', () => postgres.fresh()) },
  ]
  const rates = new Map<string, number[]>(subjects.map(({ name }) => [name, []]))
  const slowest = new Map<string, number>()
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name, begin } of round % 2 === 0 ? subjects : subjects.toReversed()) {
        const subject = await begin()
        await load(subject, 1)
        const { rate, p99 } = await load(subject, ROUND_SECONDS)
        slowest.set(name, Math.max(slowest.get(name) ?? 0, p99))
        await subject.stop()
        rates.get(name)?.push(rate)
        process.stderr.write(`round ${round + 1}: ${name} ${Math.round(rate)}/s, p99 ${p99} ms\n`)
      }
    }
  } finally {
    gitHub.closeAllConnections()
    gitHub.close()
    rmSync(folder, { recursive: true })
    await postgres.stop()
  }
  const of = (name: string) => Math.round(median(rates.get(name) ?? []))
  // Compared within each round: the machine may be faster in one than in another.
  const ratio = (name: string) => {
    const against = (rates.get(name) ?? []).map((rate, round) => rate / (rates.get('probot')?.[round] ?? NaN))
    return Math.round(median(against) * 100) / 100
  }
  const result = { full: ratio('full'), normal: ratio('normal'), postgres: ratio('postgres') }
  const perSecond = Object.fromEntries(subjects.map(({ name }) => [name, of(name)]))
  const p99Ms = Object.fromEntries(slowest)
  const facts = { bench: 'intake', concurrency: CONCURRENCY, bodyBytes: BODY_BYTES, rounds: ROUNDS }
  const wanted = { full: 0.7, normal: 1.3, p99Ms: 50 }
  const isQuick = ['full', 'normal'].every((name) => (slowest.get(name) ?? Infinity) < wanted.p99Ms)
  const isGood = isQuick && result.full >= wanted.full && result.normal >= wanted.normal
  console.log(JSON.stringify({ ...facts, perSecond, p99Ms, ratio: result, wanted, ok: isGood }))
}

async function start(name: string, args: string[], environment: Record<string, string>): Promise<Subject> {
  const child: ChildProcess = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, PRIVATE_KEY, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output = output.length > 100_000 ? '' : output + text
      const ready = /ready at (http:\/\/[^\s"]+)/.exec(output)?.[1]
      if (ready) resolve(ready)
    })
    child.on('exit', (code) => reject(new Error(`${name} ended (${code}):\n${output}`)))
  })
  const stop = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { name, url, stop }
}

async function load(subject: Subject, seconds: number): Promise<{ rate: number; p99: number }> {
  const body = pushOf(BODY_BYTES)
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
  const headers = { 'content-type': 'application/json', 'x-github-event': 'push', 'x-hub-signature-256': signature }
  return sendWebhooks({ url: `${subject.url}/api/github/webhooks`, connections: CONCURRENCY, seconds, headers, body })
}

/** A push to a branch that nobody deploys: the usual one. */
function pushOf(bytes: number): string {
  const sha = '6dcb09b5b57875f334f61aebed695e2e4193db5e'
  const commit = { id: sha, timestamp: '2026-03-14T09:00:00Z', message: '', added: [], modified: ['src/checkout.ts'], removed: [] }
  const owner = { login: 'acme', id: 1, type: 'Organization' }
  const repository = { id: 7, name: 'shop', full_name: 'acme/shop', private: true, archived: false, default_branch: 'main', owner }
  const push = { ref: 'refs/heads/topic', before: sha, after: sha, deleted: false, repository, installation: { id: 1 }, commits: [commit] }
  commit.message = 'x'.repeat(bytes - Buffer.byteLength(JSON.stringify(push)))
  return JSON.stringify(push)
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2
}
