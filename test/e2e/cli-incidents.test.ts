// What the command line tells of incidents and of what is to be done after them, from the store that the App writes.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { at, change, incident, octocat, repository, sha } from '../contract/store/made-up.ts'
import { runCommand, temporaryFolder } from '../support/start-process.ts'

const DAY_MS = 86_400_000
const folder = temporaryFolder()
const url = `file:${join(folder.path, 'causeway.sqlite')}`
const run = (...args: string[]) => runCommand({ cwd: folder.path, environment: { CAUSEWAY_DATABASE_URL: url }, args })
const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
const day = (days: number): Date => new Date(today + days * DAY_MS)
const written = (days: number): string => day(days).toISOString().slice(0, 10)

beforeAll(async () => {
  const store = await openStore(url)
  const tenant = store.tenant(1)
  await store.installations.upsert({ id: 1, accountLogin: 'acme', suspendedAt: null, removedAt: null, permissions: {} })
  await tenant.repositories.upsert(repository(9, 1, { name: 'shop' }))
  const id = await tenant.incidents.upsert(incident(9, 31, { detectedAt: at(0), openedAt: at(4) }))
  await tenant.incidents.setState(id, { status: 'resolved', acknowledgedAt: at(6), mitigatedAt: at(16), resolvedAt: at(64) })
  const items: [string, string, number][] = [
    ['a', 'Alert on \u001b[31mretries', -3],
    ['b', 'Write a runbook', 5],
    ['c', 'Limit retries', -9],
    ['d', 'Due today', 0],
  ]
  for (const [index, [key, text, due]] of items.entries()) {
    await tenant.followUps.intend(id, { key, text, dueOn: day(due), intendedAt: at(70) })
    await tenant.followUps.opened(id, key, 40 + index, `https://example.test/${40 + index}`)
  }
  const changeId = await tenant.changes.upsert(change(9, sha('e'), { number: 412 }))
  await tenant.incidents.addOutcome({ incidentId: id, changeId, verdict: 'caused', at: at(70), by: octocat })
  await tenant.incidents.upsert(incident(9, 32, { title: 'Ledger \u001b[2J hangs', detectedAt: at(90), openedAt: at(90) }))
  await tenant.followUps.follow(9, 40, { closedAt: null, isDropped: false, assignees: [octocat], updatedAt: at(80) })
  await tenant.followUps.follow(9, 42, { closedAt: at(90), isDropped: false, assignees: [], updatedAt: at(90) })
  await store.close()
})
afterAll(() => folder.remove())

it('lists what is to be done, the first due first, and what is overdue alone', async () => {
  const { stdout, code } = await run('follow-ups')
  expect(code).toBe(0)
  const rows = stdout.trim().split('\n').slice(2)
  expect(rows.map((row) => row.replaceAll(/\s{2,}/g, ' | '))).toEqual([
    `acme/shop#40 Alert on [31mretries | #31 | octocat | ${written(-3)} | overdue`,
    `acme/shop#43 Due today | #31 | ${written(0)} | open`,
    `acme/shop#41 Write a runbook | #31 | ${written(5)} | open`,
  ])
  const overdue = JSON.parse((await run('follow-ups', '--overdue', '--repository', 'acme/shop', '--json')).stdout) as unknown
  expect(overdue).toEqual({
    followUps: [
      {
        ...{ repository: 'acme/shop', incident: 31, issue: 40, url: 'https://example.test/40', text: 'Alert on \u001b[31mretries' },
        ...{ assignees: ['octocat'], dueOn: written(-3), status: 'overdue', closedAt: null },
      },
    ],
  })
})

it('says where the App is to be installed when it knows nothing of a repository', async () => {
  const unknown = await run('follow-ups', '--repository', 'acme/elsewhere')
  expect(unknown).toMatchObject({ code: 1, stdout: '' })
  expect(unknown.stderr).toContain('Nothing is recorded of acme/elsewhere')
})

it('shows how long each step of an incident took', async () => {
  const { stdout } = await run('incident', 'show', 'acme/shop#31')
  expect(stdout).toMatch(
    /To detect +4 minutes \(no earlier one\)\n +To ack +6 minutes .*\n +To mitigate +16 minutes .*\n +To resolve +1 hour/,
  )
  const { metrics } = JSON.parse((await run('incident', 'show', 'acme/shop#31', '--json')).stdout) as { metrics: object }
  expect(metrics).toMatchObject({ mitigate: { ms: 960_000, median_ms: null, median_of: 0 } })
})

it('knows an installation by one of its repositories too', async () => {
  const made = await run('token', 'create', '--installation', 'acme/shop', '--scope', 'read', '--label', 'board', '--json')
  expect(JSON.parse(made.stdout)).toMatchObject({ installationId: 1, scope: 'read' })
})

it('lists incidents with how they stand and what caused them; open ones however old', async () => {
  const list = async (...args: string[]) => (await run('incident', 'list', ...args)).stdout.split('\n').slice(2).join('\n')
  const open = /^acme\/shop#32 Ledger \[2J hangs +triggered .* 2024-01-01 01:30Z/
  expect(await list('--since', '1m')).toMatch(new RegExp(`${open.source} *$`, 'm'))
  expect(await list('--since', '1m')).not.toContain('acme/shop#31')
  expect(await list('--since', '100y')).toMatch(
    new RegExp(`${open.source}.*\nacme/shop#31 .* resolved .* 2024-01-01 00:00Z +1 hour +#412$`, 'm'),
  )
  const { incidents } = JSON.parse((await run('incident', 'list', '--since', '100y', '--json')).stdout) as { incidents: unknown[] }
  expect(incidents).toMatchObject([
    { repository: 'acme/shop', issue_number: 32, status: 'triggered', cause: null },
    { repository: 'acme/shop', issue_number: 31, status: 'resolved', cause: '#412' },
  ])
})
