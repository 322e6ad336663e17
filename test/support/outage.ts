// The App is down while GitHub goes on, or dies in the middle of reading a past: what is asked for again, and is all there?
import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { startAppProcess, type AppProcess } from '../../demo/app-process.ts'
import { prepareFakeGitHub, startFakeGitHub, type FakeGitHub, type Prepared } from '../../demo/github/fake-github.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { waiting } from './e2e-app.ts'

const SHOP = 'acme/shop'
const DAY_MS = 86_400_000
/** What GitHub allows is 180; nobody waits for a fake. */
const REDELIVERIES_A_MINUTE = 100_000
/** The files of the repository and of its organisation are read before the first page of its past. */
const FILES_READ = 2

export type Missed = {
  missed: number
  merged: number
  /** Of the missed: worked off in the end, asked for more than once. */
  done: number
  askedAgain: number
  changes: number
  listRequests: number
  seconds: number
}

/** At least so many webhooks are sent while nothing listens; then the App starts. */
export async function missDeliveries(least: number, databaseUrl: string, prepared: Prepared = prepareFakeGitHub()): Promise<Missed> {
  const fake = await startFakeGitHub({ prepared, deliver: 'manual' })
  const store = await openStore(databaseUrl)
  const environment = { CAUSEWAY_BACKFILL_DAYS: '0', CAUSEWAY_REDELIVERIES_PER_MINUTE: String(REDELIVERIES_A_MINUTE) }
  let app: AppProcess | null = null
  try {
    found(fake, new Date(Date.now() - DAY_MS))
    app = await startAppProcess({ gitHub: fake, databaseUrl, environment })
    fake.world.setWebhookUrl(app.webhookUrl)
    await fake.world.deliver()
    await workedOff(store)
    await app.stop()

    fake.world.setWebhookUrl(null)
    let merged = 0
    for (; fake.world.pending().length < least; merged++) merge(fake, merged)
    const missed = (await fake.world.deliver()).map(({ guid }) => guid)

    const from = performance.now()
    fake.requests.length = 0
    app = await startAppProcess({ gitHub: fake, databaseUrl, environment })
    fake.world.setWebhookUrl(app.webhookUrl)
    await until(async () => (await store.deliveryLog.known(missed.slice(-1))).size === 1 && (await isWorkedOff(store, missed)))
    const seconds = Math.round((performance.now() - from) / 100) / 10
    const sent = Map.groupBy(fake.world.deliveries(), ({ guid }) => guid)
    const states = await Promise.all(missed.map(async (guid) => (await store.deliveries.byGuid(guid))?.state))
    return {
      missed: missed.length,
      merged,
      done: states.filter((state) => state === 'done').length,
      askedAgain: missed.filter((guid) => sent.get(guid)?.length !== 2).length,
      changes: (await changesOf(store, fake)).length,
      listRequests: fake.requests.filter(({ route }) => route === 'GET /app/hook/deliveries').length,
      seconds,
    }
  } finally {
    await app?.stop()
    await store.close()
    await fake.close()
  }
}

export type Readings = {
  pulls: number
  changes: number
  /** Of reading without a crash; then those that reading with one made beyond them. */
  requests: number
  repeated: string[]
  sameStore: boolean
  seconds: number
}

/** The past of a repository with so many merged pull requests, read once without a crash and once with a SIGKILL in the middle. */
export async function readPastTwice(
  pulls: number,
  freshUrl: () => Promise<string>,
  prepared: Prepared = prepareFakeGitHub(),
): Promise<Readings> {
  const fake = await startFakeGitHub({ prepared, deliver: 'manual' })
  try {
    const startAt = Date.now() - 170 * DAY_MS
    found(fake, new Date(startAt))
    for (let made = 0; made < pulls; made++) {
      fake.world.setTime(new Date(startAt + ((made + 1) * 169 * DAY_MS) / pulls))
      merge(fake, made)
    }
    fake.world.useRealTime()
    const from = performance.now()
    const whole = await readPast(fake, await freshUrl(), null)
    const pages = whole.asked.filter((key) => key.startsWith('POST /graphql')).length
    const broken = await readPast(fake, await freshUrl(), FILES_READ + Math.ceil((pages - FILES_READ) / 2))
    return {
      pulls,
      changes: whole.changes,
      requests: whole.asked.length,
      // A query is long, and its variables say which page it was.
      repeated: beyond(broken.asked, whole.asked).map((key) => key.replace(/"query":".*?","variables"/, '"variables"')),
      sameStore: broken.digest === whole.digest && broken.changes === pulls,
      seconds: Math.round((performance.now() - from) / 100) / 10,
    }
  } finally {
    await fake.close()
  }
}

async function readPast(fake: FakeGitHub, databaseUrl: string, killAt: number | null) {
  const store = await openStore(databaseUrl)
  const start = () => startAppProcess({ gitHub: fake, databaseUrl, environment: { CAUSEWAY_WORKER_LEASE_SECONDS: '1' } })
  let app = await start()
  const strike = fake.faults.strike.bind(fake.faults)
  let pages = 0
  let killed: Promise<void> | null = null
  try {
    fake.requests.length = 0
    fake.faults.strike = (when, method, path) => {
      // GitHub has answered, and the answer reaches nobody.
      if (when === 'after' && path === '/graphql' && ++pages === killAt) {
        killed = app.kill()
        return { path: /./, when: 'after', kind: 'drop' }
      }
      return strike(when, method, path)
    }
    fake.world.setWebhookUrl(app.webhookUrl)
    await fake.world.deliver(installationHooks(fake))
    await until(async () => {
      if (killed) {
        await killed
        killed = null
        app = await start()
      }
      const [reading] = await store.backfills.all()
      return reading !== undefined && reading.finishedAt !== null && waiting(await store.deliveries.counts()) === 0
    })
    const changes = await changesOf(store, fake)
    const told = changes.map(({ id: _id, ...facts }) => facts).sort((a, b) => (a.number ?? 0) - (b.number ?? 0))
    // A start asks for a token, and what it missed: neither is of the reading.
    const asked = fake.requests.filter(({ route }) => route !== null && !route.includes(' /app/')).map(keyOf)
    return { asked, changes: changes.length, digest: createHash('sha256').update(JSON.stringify(told)).digest('hex') }
  } finally {
    fake.faults.strike = strike
    await app.stop()
    await store.close()
  }
}

const hooks = new WeakMap<FakeGitHub, ReturnType<FakeGitHub['world']['pending']>>()

/** The news of the installation, the same for every run. */
function installationHooks(fake: FakeGitHub) {
  const known = hooks.get(fake) ?? fake.world.pending().filter(({ event }) => event === 'installation')
  hooks.set(fake, known)
  return known
}

/** The two readings begin at different moments, and ask from different ones. */
const keyOf = ({ method, path, body }: FakeGitHub['requests'][number]): string =>
  `${method} ${path.replace(/since=[^&]+/, 'since')} ${JSON.stringify(body ?? null)}`

/** What was asked more often than in the other list, once for each time. */
function beyond(asked: readonly string[], other: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const key of other) left.set(key, (left.get(key) ?? 0) + 1)
  return asked.filter((key) => {
    const count = left.get(key) ?? 0
    left.set(key, count - 1)
    return count <= 0
  })
}

function found(fake: FakeGitHub, at: Date): void {
  fake.world.setTime(at)
  fake.world.createRepository(SHOP, { files: { 'README.md': 'A made-up shop\n' }, collaborators: { octocat: 'write' }, by: 'octocat' })
  fake.world.install('acme')
}

function merge(fake: FakeGitHub, number: number): void {
  fake.world.advance(1000)
  const files = { [`src/part-${number % 50}.ts`]: `export const version = ${number}\n` }
  const pull = fake.world.openPullRequest(SHOP, { title: `Change part ${number % 50}, time ${number}`, by: 'octocat', files })
  fake.world.mergePullRequest(SHOP, pull.number, { by: 'octocat', method: 'squash' })
}

async function changesOf(store: Store, fake: FakeGitHub) {
  const [installation] = await store.installations.all()
  const { id } = fake.world.repository(SHOP)
  return store.tenant(installation?.id ?? 0).changes.mergedBetween([id], new Date(0), new Date(8.64e15), 100_000)
}

async function isWorkedOff(store: Store, guids: readonly string[]): Promise<boolean> {
  return waiting(await store.deliveries.counts()) === 0 && (await store.deliveryLog.known([...guids])).size === guids.length
}

const workedOff = (store: Store) => until(async () => waiting(await store.deliveries.counts()) === 0)

const LONGEST_MS = 30 * 60_000

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const giveUpAt = Date.now() + LONGEST_MS; !(await holds()); await wait(100))
    if (Date.now() > giveUpAt) throw new Error('It did not come to an end in half an hour.')
}
