// Merged pull requests recorded a second, sustained: taken in, asked about at GitHub, written, by 1, 2 and 3 processes on one
// PostgreSQL and by one on SQLite. GitHub is a stub that answers at once; a few hundred deliveries always wait.
// `npx node bench/ingest.ts [--seconds 60] [--repositories 50]`: one JSON line.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startAppProcess } from '../demo/app-process.ts'
import { openStore } from '../src/store/open-store.ts'
import { startPostgres, startSqlite, type TestDatabases } from '../test/support/databases.ts'
import { privateKey, WEBHOOK_SECRET, webhookHeaders } from '../test/support/sign.ts'

const MOST_WAITING = 400
const SENDERS = 8
const WARM_UP_MS = 5_000
const MERGED_AT = '2026-03-14T09:00:00Z'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, repositories: { type: 'string', default: '50' } } })
const [seconds, repositories] = [Number(values.seconds), Number(values.repositories)]

const shaOf = (repository: number, number: number): string => (repository * 1_000_000 + number).toString(16).padStart(40, 'a')
const octocat = { login: 'octocat', type: 'User' }

function mergeOf(repository: number, number: number): string {
  const sha = shaOf(repository, number)
  const pull = {
    number,
    title: `Retry payment ${number} when the ledger is slow`,
    body: 'Callers waited for thirty seconds. '.repeat(20),
    labels: [],
    user: octocat,
    merged: true,
    merged_at: MERGED_AT,
    merged_by: octocat,
    merge_commit_sha: sha,
    base: { ref: 'main' },
    head: { ref: `topic-${number}`, sha },
    updated_at: MERGED_AT,
    html_url: `https://github.com/acme/service-${repository}/pull/${number}`,
  }
  const name = `service-${repository}`
  const owner = { login: 'acme', id: 1, type: 'Organization' }
  const where = { id: repository, name, full_name: `acme/${name}`, private: true, archived: false, default_branch: 'main', owner }
  return JSON.stringify({ action: 'closed', installation: { id: 1 }, repository: where, pull_request: pull })
}

/** What GitHub says of any pull request: three files with a hunk each. */
const FILES = ['src/ledger/client.ts', 'src/checkout/pay.ts', 'test/checkout/pay.test.ts'].map((filename) => ({
  filename,
  status: 'modified',
  additions: 6,
  deletions: 2,
  patch: `@@ -10,6 +10,10 @@ export function settlePayment(order) {\n${'+  await retryLater(order.ledgerEntry)\n'.repeat(6)}`,
}))

function pullOf(name: string, number: number): object {
  const oid = shaOf(Number(name.slice('service-'.length)), number)
  return {
    number,
    title: `Retry payment ${number} when the ledger is slow`,
    body: '',
    url: `https://github.com/acme/${name}/pull/${number}`,
    baseRefName: 'main',
    baseRefOid: oid,
    headRefName: `topic-${number}`,
    headRefOid: oid,
    mergedAt: MERGED_AT,
    updatedAt: MERGED_AT,
    changedFiles: 3,
    additions: 18,
    deletions: 6,
    author: { __typename: 'User', login: 'octocat' },
    mergedBy: { __typename: 'User', login: 'octocat' },
    latestReviews: { nodes: [] },
    labels: { nodes: [] },
    mergeCommit: { oid },
    commits: { totalCount: 1, nodes: [{ commit: { oid, message: 'Retry' } }] },
  }
}

async function answerOf(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const url = request.url ?? ''
  if (url.endsWith('/access_tokens')) {
    return { status: 201, body: { token: 'ghs_x', expires_at: '2099-01-01T00:00:00Z', permissions: { contents: 'read' } } }
  }
  if (url.includes('/files')) return { status: 200, body: FILES }
  if (url !== '/graphql') return { status: 404, body: { message: 'Not Found' } }
  const { query, variables } = (await json(request)) as { query: string; variables: { name: string; number: number } }
  return query.includes('pullRequest(number:')
    ? { status: 200, body: { data: { repository: { pullRequest: pullOf(variables.name, variables.number) } } } }
    : { status: 200, body: { data: { repository: {} } } }
}

async function measure(databases: TestDatabases, processes: number): Promise<{ perSecond: number; changes: number }> {
  const gitHub = createServer((request, response) => {
    void answerOf(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  }).listen(0, '127.0.0.1')
  await once(gitHub, 'listening')
  const url = `http://127.0.0.1:${(gitHub.address() as AddressInfo).port}`
  const databaseUrl = await databases.fresh()
  const settings = {
    gitHub: { appId: 1, privateKey: KEY, webhookSecret: WEBHOOK_SECRET, url },
    databaseUrl,
    environment: { CAUSEWAY_BACKFILL_DAYS: '0' },
  }
  const apps = await Promise.all(Array.from({ length: processes }, () => startAppProcess(settings)))
  const store = await openStore(databaseUrl)
  const waits = async (): Promise<{ open: number; done: number }> => {
    const { unsorted, queued, retry, done, dead } = await store.deliveries.counts()
    if (dead > 0 || retry > 100) throw new Error(`${dead} deliveries were given up, ${retry} failed: this says nothing of speed`)
    return { open: unsorted + queued + retry, done }
  }
  let isOver = false
  let sent = 0
  let open = 0
  const send = async (): Promise<void> => {
    while (!isOver) {
      if (open > MOST_WAITING) {
        await wait(20)
        continue
      }
      const at = sent++
      const body = mergeOf(1 + (at % repositories), 1 + Math.floor(at / repositories))
      const answer = await fetch(apps[at % processes]!.webhookUrl, {
        method: 'POST',
        body,
        headers: webhookHeaders(body, randomUUID(), 'pull_request'),
      })
      if (!answer.ok) throw new Error(`A webhook was answered with ${answer.status}`)
    }
  }
  const look = async (): Promise<void> => {
    for (; !isOver; await wait(50)) open = (await waits()).open
  }
  try {
    const work = Promise.all([look(), ...Array.from({ length: SENDERS }, send)])
    const timed = (async () => {
      await wait(WARM_UP_MS)
      const [before, from] = [(await waits()).done, performance.now()]
      await wait(seconds * 1_000)
      const [after, to] = [(await waits()).done, performance.now()]
      isOver = true
      return ((after - before) * 1_000) / (to - from)
    })()
    const [perSecond] = await Promise.all([timed, work])
    const rounded = Math.round(perSecond * 10) / 10
    process.stderr.write(`${store.engine}, ${processes}: ${rounded} merges/s\n`)
    return { perSecond: rounded, changes: sent }
  } finally {
    isOver = true
    await Promise.all(apps.map((app) => app.stop()))
    await store.close()
    gitHub.closeAllConnections()
    gitHub.close()
  }
}

const KEY = privateKey()
const postgres = await startPostgres({ isDurable: true })
const sqlite = await startSqlite()
try {
  const onSqlite = await measure(sqlite, 1)
  const onPostgres = []
  for (const processes of [1, 2, 3]) onPostgres.push(await measure(postgres, processes))
  const [one] = onPostgres
  const ratios = onPostgres.map(({ perSecond }) => Math.round((perSecond / one!.perSecond) * 100) / 100)
  const rates = { sqlite: onSqlite.perSecond, postgres: onPostgres.map(({ perSecond }) => perSecond) }
  console.log(JSON.stringify({ bench: 'ingest', seconds, repositories, mergesPerSecond: rates, postgresRatios: ratios }))
} finally {
  await sqlite.stop()
  await postgres.stop()
}
process.exit(0)
