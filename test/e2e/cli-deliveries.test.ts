import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { runCommand, temporaryFolder } from '../support/start-process.ts'

const folder = temporaryFolder()
const url = `file:${join(folder.path, 'causeway.sqlite')}`
const run = (...args: string[]) =>
  runCommand({ cwd: folder.path, environment: { CAUSEWAY_DATABASE_URL: url }, args: ['deliveries', ...args] })
const receivedAt = new Date('2026-03-14T09:00:00Z')

beforeAll(async () => {
  const store = await openStore(url)
  const add = (guid: string, body: string) =>
    store.deliveries.add([{ guid, event: 'push', body: new TextEncoder().encode(body), receivedAt, installationId: null }])
  await add('dead-one', '{"text":"\\u001b[31mred"}')
  await add('done-one', '{}')
  const [dead, done] = await store.deliveries.unsorted(2)
  await store.deliveries.sort([dead!, done!].map(({ id }) => ({ id, lane: 'repository:7', installationId: 1 })))
  await store.deliveries.markDead(dead!.id, 'PermanentFailure: not what it says\u001b[2J', receivedAt)
  await store.deliveries.markDone(done!.id, receivedAt)
  await store.close()
})
afterAll(() => folder.remove())

it('lists what was given up, with its reason, for people and as JSON', async () => {
  const { stdout, code } = await run('list')
  expect(code).toBe(0)
  expect(stdout.split('\t').slice(0, 3)).toEqual(['1', 'dead', 'push'])
  expect(stdout).toContain('not what it says')
  expect(stdout).not.toContain('\u001b')
  const json = JSON.parse((await run('list', '--state', 'done', '--json')).stdout) as object[]
  expect(json).toEqual([expect.objectContaining({ guid: 'done-one', state: 'done' })])
})

it('shows one, by its number or its GUID, with its payload', async () => {
  const { stdout } = await run('show', 'dead-one')
  expect(stdout).toContain('reason: PermanentFailure')
  expect(stdout).toContain('"text": "\\u001b[31mred"')
  expect(JSON.parse((await run('show', '1', '--json')).stdout)).toMatchObject({ id: 1, payload: { text: '\u001b[31mred' } })
  const missing = await run('show', '99')
  expect(missing).toMatchObject({ code: 1, stdout: '' })
  expect(missing.stderr).toContain('There is no delivery 99')
})

it('queues again what was given up, and refuses what is done', async () => {
  expect((await run('retry', '2')).stderr).toContain('Delivery 2 is done: there is nothing to try again')
  expect((await run('retry')).stderr).toContain('--dead')
  expect(JSON.parse((await run('retry', '--dead', '--json')).stdout)).toEqual({ queued: 1 })
  expect((await run('list')).stderr).toContain('nothing was given up')
})
