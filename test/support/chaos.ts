// The real processes against a GitHub that fails, on a database that goes away, killed every few seconds; then: was
// anything lost, doubled or said differently from what an undisturbed run says?
import { setTimeout as wait } from 'node:timers/promises'
import { startAppProcess, type AppProcess } from '../../demo/app-process.ts'
import { prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import { seededRandom, type Fault } from '../../demo/github/faults.ts'
import type { Hook } from '../../demo/github/webhooks.ts'
import type { DeliveryCounts } from '../../src/domain/delivery.ts'
import { openStore } from '../../src/store/open-store.ts'
import { startPostgres, startSqlite } from './databases.ts'
import { waiting } from './e2e-app.ts'
import { playStory } from './e2e-story.ts'

export type ChaosOptions = { engine: 'sqlite' | 'postgres'; seconds: number; seed: number; shops: number; say?: (line: string) => void }

export type ChaosResult = {
  engine: string
  seconds: number
  seed: number
  shops: number
  processes: number
  /** Deliveries with a GUID of their own, and how often one was sent. */
  sent: number
  attempts: number
  refused: number
  done: number
  dead: number
  kills: number
  /** Processes that ended though nobody killed them. */
  crashes: number
  databaseRestarts: number
  faults: number
  commentsPerIncident: number[]
  asUndisturbed: boolean
  /** Of GitHub's contract: the first few. */
  violations: string[]
  drainedMs: number
  ok: boolean
}

const SHOPS = ['first-org/shop', 'second-org/shop', 'third-org/shop'] as const
/** From the last delivery until nothing waits any more. */
const DRAIN_MS = 60_000
/** The story comes in a rush; what is told again later comes about as fast as a busy organisation sends. */
const LONGEST_PAUSE_MS = { rush: 20, again: 250 }
const KILL_EVERY_MS = [2_000, 5_000] as const
/** Between outages a call fails now and then; in an outage every one does. */
const OUTAGE_EVERY_MS = [8_000, 16_000] as const
const OUTAGE_MS = [1_000, 4_000] as const

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { engine, seconds, say = () => undefined } = options
  const random = seededRandom(options.seed)
  const databases = await (engine === 'sqlite' ? startSqlite() : startPostgres())
  const fake = await startFakeGitHub({ prepared: prepareFakeGitHub(), deliver: 'manual' })
  try {
    const now = new Date()
    const stories = SHOPS.slice(0, options.shops).map((shop) => ({ shop, told: playStory(fake.world, shop, now) }))
    const hooks = [...fake.world.pending()]
    const forget = remember(
      fake,
      stories.map(({ shop }) => shop),
    )
    const answers = (): Record<string, string[]> =>
      Object.fromEntries(
        stories.flatMap(({ shop, told }) =>
          Object.values(told.incidents).map((number) => [
            `${shop}#${number}`,
            fake.world.appComments(shop, number).map(({ body }) => body),
          ]),
        ),
      )

    say('an undisturbed run, to compare with')
    await undisturbed(fake, await databases.fresh(), hooks)
    const expected = answers()
    forget()

    say(`${seconds} s of chaos`)
    const url = await databases.fresh()
    const fleet = await startFleet(fake, url, engine === 'sqlite' ? 1 : 3)
    const tally = { attempts: 0, refused: 0, faults: 0, restarts: 0 }
    const copies = new Map<string, Hook>()
    const startedAt = Date.now()
    const endsAt = startedAt + seconds * 1000
    const disturbing = [failNowAndThen(fake, random, endsAt, tally), killNowAndThen(fleet, random, endsAt)]
    if (databases.restart) disturbing.push(restartTwice(databases.restart, startedAt, seconds, tally))
    for (let round = 0; Date.now() < endsAt; round++)
      await sendRound({ fake, fleet, copies, tally, endsAt, round }, shuffled(hooks, round, random))
    await Promise.all(disturbing)
    await fleet.revive()

    say('what GitHub was refused is sent again, as the sweep asks it to')
    const drainFrom = Date.now()
    const store = await openStore(url)
    try {
      for (const hook of [...copies.values()])
        if (!(await store.deliveries.byGuid(hook.guid))) await sendUntilTaken(fake, fleet, hook, drainFrom)
      const counts = await drained(fleet, () => store.deliveries.counts(), drainFrom)
      for (const { event, attempts, reason, nextAttemptAt, urgency } of await store.deliveryLog.list({ states: ['retry'], limit: 20 }))
        say(
          `still waiting: ${event} (urgency ${urgency}), ${attempts} attempts, next ${nextAttemptAt?.toISOString() ?? 'at once'}: ${reason ?? 'no reason'}`,
        )
      let done = 0
      let dead = 0
      for (const { guid } of copies.values()) {
        const kept = await store.deliveries.byGuid(guid)
        if (kept?.state === 'done') done += 1
        if (kept?.state === 'dead' && kept.reason) dead += 1
      }
      const final = answers()
      const commentsPerIncident = Object.values(final).map((comments) => comments.length)
      const asUndisturbed = JSON.stringify(final) === JSON.stringify(expected)
      const violations = fake.violations.slice(0, 5)
      const ok =
        waiting(counts) === 0 &&
        done + dead === copies.size &&
        commentsPerIncident.every((count) => count === 1) &&
        asUndisturbed &&
        fleet.crashes() === 0 &&
        violations.length === 0
      return {
        engine,
        seconds,
        seed: options.seed,
        shops: stories.length,
        processes: fleet.size,
        sent: copies.size,
        attempts: tally.attempts,
        refused: tally.refused,
        done,
        dead,
        kills: fleet.kills(),
        crashes: fleet.crashes(),
        databaseRestarts: tally.restarts,
        faults: tally.faults,
        commentsPerIncident,
        asUndisturbed,
        violations,
        drainedMs: Date.now() - drainFrom,
        ok,
      }
    } finally {
      await store.close()
      await fleet.stop()
    }
  } finally {
    await fake.close()
    await databases.stop()
  }
}

/** Puts the story's issues back to how they were told, so that the next run begins with no comment of ours. */
function remember(fake: FakeGitHub, shops: readonly string[]): () => void {
  const issues = shops.flatMap((shop) => [...fake.world.repository(shop).issues.values()])
  const asTold = issues.map((issue) => ({ issue, comments: [...issue.comments], labels: issue.labels, updatedAt: issue.updatedAt }))
  return () => {
    fake.faults.clear()
    for (const { issue, ...before } of asTold) Object.assign(issue, { ...before, comments: [...before.comments] })
  }
}

async function undisturbed(fake: FakeGitHub, url: string, hooks: readonly Hook[]): Promise<void> {
  const fleet = await startFleet(fake, url, 1)
  const store = await openStore(url)
  try {
    for (const hook of hooks) await sendUntilTaken(fake, fleet, hook, Date.now())
    const counts = await drained(fleet, () => store.deliveries.counts(), Date.now())
    if (waiting(counts) > 0) throw new Error(`Even undisturbed it was not done in time: ${JSON.stringify(counts)}`)
  } finally {
    await store.close()
    await fleet.stop()
  }
}

type Fleet = {
  size: number
  kills(): number
  crashes(): number
  /** Points the next delivery at one of them, dead or alive: a balancer notices late. */
  aim(random: () => number): void
  killOne(random: () => number): Promise<void>
  /** Starts again whatever does not run. */
  revive(): Promise<void>
  stop(): Promise<void>
}

async function startFleet(fake: FakeGitHub, databaseUrl: string, size: number): Promise<Fleet> {
  // A killed process's lease makes the next one wait. Nobody cuts the power here: what was committed is the system's.
  const environment = { CAUSEWAY_WORKER_LEASE_SECONDS: '1', CAUSEWAY_SQLITE_SYNCHRONOUS: 'normal' }
  let crashes = 0
  const start = async (): Promise<AppProcess> => {
    const started = await startAppProcess({ gitHub: fake, databaseUrl, environment })
    started.child.once('exit', (code) => {
      if (code !== null && code !== 0) crashes += 1
    })
    return started
  }
  const running = await Promise.all(Array.from({ length: size }, start))
  let kills = 0
  const isDead = ({ child }: AppProcess): boolean => child.exitCode !== null || child.signalCode !== null
  async function restart(index: number): Promise<void> {
    // While the database is away a start fails, and says so.
    for (;;) {
      const started = await start().catch(() => null)
      if (started) return void (running[index] = started)
      await wait(200)
    }
  }
  const fleet: Fleet = {
    size,
    kills: () => kills,
    crashes: () => crashes,
    aim: (random) => fake.world.setWebhookUrl(running[Math.floor(random() * size)]?.webhookUrl ?? null),
    killOne: async (random) => {
      const index = Math.floor(random() * size)
      kills += 1
      await running[index]?.kill()
      await restart(index)
    },
    revive: async () => {
      for (const [index, one] of running.entries()) if (isDead(one)) await restart(index)
    },
    stop: async () => {
      fake.world.setWebhookUrl(null)
      await Promise.all(running.map((one) => one.stop()))
    },
  }
  fleet.aim(() => 0)
  return fleet
}

async function killNowAndThen(fleet: Fleet, random: () => number, endsAt: number): Promise<void> {
  const [least, most] = KILL_EVERY_MS
  for (;;) {
    const pause = least + random() * (most - least)
    if (Date.now() + pause >= endsAt) return
    await wait(pause)
    await fleet.killOne(random)
  }
}

async function restartTwice(restart: () => Promise<void>, startedAt: number, seconds: number, tally: { restarts: number }): Promise<void> {
  for (const share of [1 / 3, 2 / 3]) {
    await wait(Math.max(0, startedAt + seconds * 1000 * share - Date.now()))
    await restart()
    tally.restarts += 1
  }
}

/** One call in nine meets one of these, one new comment in three besides. */
const NOW_AND_THEN: Fault[] = [
  { path: /./, when: 'before', kind: '500', probability: 0.02 },
  { path: /./, when: 'before', kind: '502', probability: 0.01 },
  { path: /./, when: 'after', kind: '502', probability: 0.02 },
  { path: /./, when: 'before', kind: 'drop', probability: 0.01 },
  { path: /./, when: 'after', kind: 'drop', probability: 0.01 },
  { path: /./, when: 'before', kind: 'slow', probability: 0.03, delayMs: 300 },
  { path: /./, when: 'before', kind: 'secondary-rate-limit', probability: 0.01, retryAfterSeconds: 1 },
  { method: 'POST', path: /\/issues\/\d+\/comments$/, when: 'after', kind: '502', probability: 0.3 },
]

async function failNowAndThen(fake: FakeGitHub, random: () => number, endsAt: number, tally: { faults: number }): Promise<void> {
  const struck: { count: number }[] = []
  const arm = (faults: readonly Fault[]): void => {
    fake.faults.clear()
    for (const fault of faults) struck.push(fake.faults.add({ ...fault, seed: Math.floor(random() * 1e9) }))
  }
  const pause = async ([least, most]: readonly [number, number]) =>
    wait(Math.max(0, Math.min(least + random() * (most - least), endsAt - Date.now())))
  while (Date.now() < endsAt) {
    arm(NOW_AND_THEN)
    await pause(OUTAGE_EVERY_MS)
    arm([{ path: /./, when: 'before', kind: '502' }])
    await pause(OUTAGE_MS)
  }
  fake.faults.clear()
  tally.faults = struck.reduce((sum, { count }) => sum + count, 0)
}

/** Every hook once more under a GUID of its own (GitHub may tell a thing twice), some doubled with the same one, out of order. */
function shuffled(hooks: readonly Hook[], round: number, random: () => number): Hook[] {
  const reach = random() < 0.5 ? hooks.length : 6
  return hooks
    .map((hook) => (round === 0 ? hook : { ...hook, guid: `${hook.guid}-${round}` }))
    .flatMap((hook) => (random() < 0.2 ? [hook, hook] : [hook]))
    .map((hook, index) => ({ hook, place: index + random() * reach }))
    .sort((a, b) => a.place - b.place)
    .map(({ hook }) => hook)
}

type Sending = {
  fake: FakeGitHub
  fleet: Fleet
  copies: Map<string, Hook>
  tally: { attempts: number; refused: number }
  endsAt: number
  round: number
}

async function sendRound({ fake, fleet, copies, tally, endsAt, round }: Sending, hooks: Hook[]): Promise<void> {
  const random = seededRandom(copies.size + 1)
  for (const hook of hooks) {
    // The first round is the whole story; a later one may be cut off.
    if (Date.now() >= endsAt && round > 0) return
    copies.set(hook.guid, hook)
    fleet.aim(random)
    const [sent] = await fake.world.deliver([hook])
    tally.attempts += 1
    if (sent?.status !== 'OK') tally.refused += 1
    await wait(random() * (round === 0 ? LONGEST_PAUSE_MS.rush : LONGEST_PAUSE_MS.again))
  }
}

async function sendUntilTaken(fake: FakeGitHub, fleet: Fleet, hook: Hook, since: number): Promise<void> {
  for (;;) {
    fleet.aim(Math.random)
    const [sent] = await fake.world.deliver([hook])
    if (sent?.status === 'OK') return
    if (Date.now() - since > DRAIN_MS) throw new Error(`Nobody takes in ${hook.event} ${hook.guid}: ${sent?.status}`)
    await wait(100)
  }
}

async function drained(fleet: Fleet, read: () => Promise<DeliveryCounts>, since: number): Promise<DeliveryCounts> {
  for (let quiet = 0; ;) {
    const counts = await read()
    quiet = waiting(counts) === 0 ? quiet + 1 : 0
    if (quiet > 3 || Date.now() - since > DRAIN_MS) return counts
    await fleet.revive()
    await wait(50)
  }
}
