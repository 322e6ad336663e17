// The real processes against a GitHub that fails, on a database that goes away, killed every few seconds; then: was
// anything lost, doubled or said differently from what an undisturbed run says?
import { setTimeout as wait } from 'node:timers/promises'
import { prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import { seededRandom } from '../../demo/github/faults.ts'
import type { Hook } from '../../demo/github/webhooks.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { failCalls, killProcesses, restartDatabase } from './chaos-disturbances.ts'
import { startFleet, type Fleet } from './chaos-fleet.ts'
import type { TestDatabases } from './databases.ts'
import { waiting } from './e2e-app.ts'
import { playStory } from './e2e-story.ts'

type ChaosOptions = {
  databases: TestDatabases
  seconds: number
  seed: number
  processes: number
  restarts: number
  drainMs?: number
}

type ChaosResult = {
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
  /** Our comments on each issue and pull request that has some in an undisturbed run. */
  comments: number[]
  asUndisturbed: boolean
  /** Of GitHub's contract: the first few. */
  violations: string[]
  drainedMs: number
  /** What still waited at the end, and why. */
  left: string[]
  ok: boolean
}

export type Chaos = {
  run(options: ChaosOptions): Promise<ChaosResult>
  close(): Promise<void>
}

type Say = (line: string) => void

const SHOPS = ['first-org/shop', 'second-org/shop', 'third-org/shop'] as const
/** From the last delivery until nothing waits any more. */
const LONGEST_DRAIN_MS = 60_000
/** The run to compare with promises nothing. */
const PLAIN_DRAIN_MS = 300_000
/** Deliveries are sent as fast as they are answered, as long as no more than so many wait or were refused. */
const MOST_WAITING = 100

/** Plays the story in 1 to 3 shops and learns, on an empty database, what is said of it when nothing goes wrong. */
export async function prepareChaos(shops: number, plainUrl: string, say: Say = () => undefined): Promise<Chaos> {
  const fake = await startFakeGitHub({ prepared: prepareFakeGitHub(), deliver: 'manual' })
  try {
    const names = SHOPS.slice(0, shops)
    const now = new Date()
    for (const shop of names) playStory(fake.world, shop, now)
    const hooks = [...fake.world.pending()]
    const forget = remember(fake, names)
    say('an undisturbed run, to compare with')
    await undisturbed(fake, plainUrl, hooks)
    const expected = answersOf(fake, names)
    forget()
    return {
      run: async (options) => {
        say(`${options.seconds} s of chaos`)
        const result = await disturb(fake, hooks, expected, options, say)
        forget()
        return result
      },
      close: () => fake.close(),
    }
  } catch (error) {
    await fake.close()
    throw error
  }
}

type Answers = Record<string, string[]>

function answersOf(fake: FakeGitHub, shops: readonly string[]): Answers {
  return Object.fromEntries(
    shops.flatMap((shop) =>
      [...fake.world.repository(shop).issues.keys()].flatMap((number) => {
        const comments = fake.world.appComments(shop, number)
        return comments.length === 0 ? [] : [[`${shop}#${number}`, comments.map(({ body }) => body)]]
      }),
    ),
  )
}

async function disturb(
  fake: FakeGitHub,
  hooks: readonly Hook[],
  expected: Answers,
  { databases, seconds, seed, processes, restarts, drainMs = LONGEST_DRAIN_MS }: ChaosOptions,
  say: Say,
): Promise<ChaosResult> {
  const shops = [...new Set(Object.keys(expected).map((name) => name.replace(/#.*/, '')))]
  const random = seededRandom(seed)
  const url = await databases.fresh()
  const store = await openStore(url)
  const fleet = await startFleet(fake, url, processes)
  try {
    const startedAt = Date.now()
    const span = { startedAt, endsAt: startedAt + seconds * 1000, random }
    const sending: Sending = { fake, fleet, store, copies: new Map(), attempts: 0, refusals: 0, refused: [], endsAt: span.endsAt }
    const [faults, databaseRestarts] = await Promise.all([
      failCalls(fake, span),
      databases.away ? restartDatabase(databases.away, restarts, span) : 0,
      killProcesses(fleet, span),
      sendAll(sending, hooks, random),
    ])
    await fleet.revive()

    say('what GitHub was refused is sent again, as the sweep asks it to')
    const drainFrom = Date.now()
    for (const hook of [...sending.copies.values()])
      if (!(await store.deliveries.byGuid(hook.guid))) await sendUntilTaken(fake, fleet, hook, drainFrom)
    await drained(fleet, store, drainFrom + drainMs)
    const drainedMs = Date.now() - drainFrom
    const left = await whatWaits(store)
    const kept = await Promise.all([...sending.copies.values()].map(({ guid }) => store.deliveries.byGuid(guid)))
    const done = kept.filter((one) => one?.state === 'done').length
    const dead = kept.filter((one) => one?.state === 'dead' && one.reason).length
    const final = answersOf(fake, shops)
    const asUndisturbed = JSON.stringify(final) === JSON.stringify(expected)
    const comments = Object.keys(expected).map((name) => final[name]?.length ?? 0)
    const violations = fake.violations.splice(0).slice(0, 5)
    const isWhole = left.length === 0 && done + dead === kept.length && comments.every((count) => count === 1)
    return {
      seconds,
      seed,
      shops: shops.length,
      processes,
      sent: kept.length,
      attempts: sending.attempts,
      refused: sending.refusals,
      done,
      dead,
      kills: fleet.kills(),
      crashes: fleet.crashes(),
      databaseRestarts,
      faults,
      comments,
      asUndisturbed,
      violations,
      drainedMs,
      left,
      ok: isWhole && asUndisturbed && fleet.crashes() === 0 && violations.length === 0,
    }
  } finally {
    await fleet.stop()
    await store.close()
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
    await drained(fleet, store, Date.now() + PLAIN_DRAIN_MS)
    const left = await whatWaits(store)
    if (left.length > 0) throw new Error(`Even undisturbed it was not done in time: ${left.join('; ')}`)
  } finally {
    await store.close()
    await fleet.stop()
  }
}

type Sending = {
  fake: FakeGitHub
  fleet: Fleet
  store: Store
  copies: Map<string, Hook>
  attempts: number
  refusals: number
  /** Nobody took them in so far. */
  refused: Hook[]
  endsAt: number
}

/** The whole story once, then again and again until the time is over. */
async function sendAll(sending: Sending, hooks: readonly Hook[], random: () => number): Promise<void> {
  const { store, copies, refused, endsAt } = sending
  for (let round = 0; round === 0 || Date.now() < endsAt; round++) {
    for (const hook of shuffled(hooks, round, random)) {
      if (Date.now() >= endsAt && round > 0) return
      copies.set(hook.guid, hook)
      await send(sending, hook, random)
      // While the database is away nobody knows how many wait.
      while (refused.length + waiting(await store.deliveries.counts().catch(() => NOTHING)) > MOST_WAITING && Date.now() < endsAt) {
        await wait(20)
        const again = refused.shift()
        if (again) await send(sending, again, random)
      }
    }
  }
}

async function send(sending: Sending, hook: Hook, random: () => number): Promise<void> {
  sending.fleet.aim(random)
  const [sent] = await sending.fake.world.deliver([hook])
  sending.attempts += 1
  if (sent?.status === 'OK') return
  sending.refusals += 1
  sending.refused.push(hook)
}

const NOTHING = { unsorted: 0, queued: 0, retry: 0, done: 0, dead: 0, oldestQueuedAt: null }

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

async function sendUntilTaken(fake: FakeGitHub, fleet: Fleet, hook: Hook, since: number): Promise<void> {
  for (;;) {
    fleet.aim(Math.random)
    const [sent] = await fake.world.deliver([hook])
    if (sent?.status === 'OK') return
    if (Date.now() - since > LONGEST_DRAIN_MS) throw new Error(`Nobody takes in ${hook.event} ${hook.guid}: ${sent?.status}`)
    await wait(100)
  }
}

async function drained(fleet: Fleet, store: Store, giveUpAt: number): Promise<void> {
  for (let quiet = 0; quiet <= 3 && Date.now() <= giveUpAt;) {
    quiet = waiting(await store.deliveries.counts()) === 0 ? quiet + 1 : 0
    await fleet.revive()
    await wait(50)
  }
}

async function whatWaits(store: Store): Promise<string[]> {
  const open = await store.deliveryLog.list({ states: ['queued', 'retry'], limit: 20 })
  return open.map(
    ({ event, lane, urgency, attempts, reason, nextAttemptAt }) =>
      `${event} in ${lane}, urgency ${urgency}, ${attempts} attempts, next ${nextAttemptAt?.toISOString() ?? 'at once'}: ${reason ?? 'no reason'}`,
  )
}
