// Seeded runs of the story: its webhooks shuffled and doubled, GitHub failing, the process killed. Several shops play it side
// by side, each with a seed of its own, against one process; a crash that one seed brings strikes all of them. The world
// stays as it is from run to run, but for what the App wrote; so the answers of every run must be the same.
import { setTimeout as wait } from 'node:timers/promises'
import { startFakeGitHub, type FakeGitHub, type Prepared } from '../../demo/github/fake-github.ts'
import { seededRandom, type Fault } from '../../demo/github/faults.ts'
import type { Hook } from '../../demo/github/webhooks.ts'
import { joinApp, waiting, type JoinedApp } from './e2e-app.ts'
import { playStory, type Told } from './e2e-story.ts'

/** What the App said in the end: issue number → its comments there. */
type Answers = Record<number, string[]>

type Outcome = { answers: Answers; report: string }
/** One outcome a shop, in their order; deliveries given up and violations of GitHub's contract are of all together. */
export type Outcomes = { shops: Outcome[]; dead: number; violations: string[] }

export type Stage = {
  told: Told
  /** Every shop's webhooks in order, once each, with nothing failing. */
  plainly(databaseUrl: string): Promise<Outcomes>
  /** One seed a shop. */
  shuffled(seeds: readonly number[], databaseUrl: string): Promise<Outcomes>
  close(): Promise<void>
}

/** A crash strikes once: at a call to GitHub (before or after its effect), or a moment after so many webhooks were sent. */
type Crash = { struck: boolean } & (
  | { kind: 'call'; nth: number; when: 'before' | 'after' }
  | { kind: 'comment'; when: 'before' | 'after' }
  | { kind: 'moment'; afterSent: number; delayMs: number }
)

type Plan = { shop: string; queue: readonly Hook[]; crash: Crash | null; faults: Fault[] }

const DRAIN_TIMEOUT_MS = 90_000

export async function openStage(prepared: Prepared, shops: number, now: Date): Promise<Stage> {
  const fake = await startFakeGitHub({ prepared, deliver: 'manual' })
  const names = Array.from({ length: shops }, (_, index) => `shop-${index + 1}-org/shop`)
  const stories = names.map((shop) => {
    const before = fake.world.pending().length
    const told = playStory(fake.world, shop, now)
    return { shop, told, hooks: fake.world.pending().slice(before) }
  })
  const issues = names.flatMap((shop) => [...fake.world.repository(shop).issues.values()])
  const asTold = issues.map((issue) => ({ issue, comments: [...issue.comments], labels: issue.labels, updatedAt: issue.updatedAt }))
  const strike = fake.faults.strike.bind(fake.faults)

  function reset(): void {
    fake.faults.clear()
    fake.faults.strike = strike
    fake.requests.length = 0
    // Fifty seeds make more calls than GitHub allows an hour; each run is another hour's.
    fake.rateLimit.used = 0
    for (const { issue, ...before } of asTold) Object.assign(issue, { ...before, comments: [...before.comments] })
  }

  async function run(databaseUrl: string, plans: readonly Plan[]): Promise<Outcomes> {
    reset()
    const app = await joinApp(fake, databaseUrl)
    let calls = 0
    for (const fault of plans.flatMap((plan) => plan.faults)) fake.faults.add(fault)
    fake.faults.strike = (when, method, path) => {
      if (when === 'before') calls += 1
      for (const { shop, crash } of plans) {
        if (crash === null || crash.struck || crash.kind === 'moment' || crash.when !== when) continue
        const isMet =
          crash.kind === 'call'
            ? calls >= crash.nth
            : method === 'POST' && path.startsWith(`/repos/${shop}/issues/`) && path.endsWith('/comments')
        if (isMet) kill(app, crash)
      }
      return strike(when, method, path)
    }
    try {
      await Promise.all(plans.map((plan) => deliver(fake, app, plan)))
      const { dead } = await drained(app)
      return { shops: plans.map((plan, index) => outcomeOf(plan, stories[index]?.told)), dead, violations: fake.violations.splice(0) }
    } finally {
      fake.faults.strike = strike
      fake.world.setDelivery('manual')
      await app.close()
    }
  }

  function outcomeOf({ shop, queue, crash, faults }: Plan, told: Told | undefined): Outcome {
    const comments = (number: number) => fake.world.appComments(shop, number).map((one) => one.body)
    return {
      answers: Object.fromEntries(Object.values(told?.incidents ?? {}).map((number) => [number, comments(number)])),
      report: `${JSON.stringify(crash)}, ${JSON.stringify(faults)}\n${queue.map((hook) => `${hook.event}.${hook.action ?? ''}`).join(' ')}`,
    }
  }

  const [first] = stories
  if (!first) throw new Error('a stage needs a shop')
  return {
    told: first.told,
    plainly: (databaseUrl) =>
      run(
        databaseUrl,
        stories.map(({ shop, hooks }) => ({ shop, queue: hooks, crash: null, faults: [] })),
      ),
    shuffled: (seeds, databaseUrl) =>
      run(
        databaseUrl,
        stories.slice(0, seeds.length).map(({ shop, hooks }, index) => planOf(seeds[index] ?? 0, shop, hooks, seeds.length)),
      ),
    close: () => fake.close(),
  }
}

/** Everything that chance decides, from one number. */
function planOf(seed: number, shop: string, hooks: readonly Hook[], shops: number): Plan {
  const random = seededRandom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  // Half of the runs mix everything, the others only what is near, as concurrent deliveries do.
  const reach = random() < 0.5 ? hooks.length : 6
  const queue = hooks
    .flatMap((hook) => (random() < 0.25 ? [hook, hook] : [hook]))
    .map((hook, index) => ({ hook, place: index + random() * reach }))
    .sort((a, b) => a.place - b.place)
    .map(({ hook }) => hook)
  const sides = ['before', 'after'] as const
  const kind = random()
  const crash: Crash =
    kind < 0.4
      ? { kind: 'comment', when: sides[below(4) === 0 ? 0 : 1] ?? 'after', struck: false }
      : kind < 0.7
        ? { kind: 'call', nth: 1 + below(40 * shops), when: sides[below(2)] ?? 'after', struck: false }
        : { kind: 'moment', afterSent: below(queue.length), delayMs: below(40), struck: false }
  const own = (end: string): RegExp => new RegExp(`^/repos/${shop}/.*${end}`)
  const faults: Fault[] = [
    { method: 'POST', path: own('/issues/\\d+/comments$'), when: 'after', kind: '502', times: 1 },
    { method: 'PATCH', path: own('/issues/comments/'), when: sides[below(2)] ?? 'after', kind: '502', times: 1, skip: below(3) },
    { path: /^\/graphql/, when: 'before', kind: '500', times: 1, skip: below(8 * shops) },
    { method: 'GET', path: own('/(files|commits|compare)\\b'), when: 'before', kind: '502', times: 1, skip: below(6) },
    { path: /./, when: 'before', kind: 'drop', times: 1, skip: below(40 * shops) },
  ]
  return { shop, queue, crash, faults: faults.filter(() => random() < 0.35) }
}

/** Sends a shop's webhooks; what found nobody is sent again when the process is back, as GitHub is asked to do. */
async function deliver(fake: FakeGitHub, app: JoinedApp, { queue, crash }: Plan): Promise<void> {
  let sent = 0
  for (let left = queue; left.length > 0;) {
    const failed: Hook[] = []
    for (const hook of left) {
      await revived(app)
      if (crash?.kind === 'moment' && !crash.struck && sent >= crash.afterSent) setTimeout(() => kill(app, crash), crash.delayMs)
      const [delivery] = await fake.world.deliver([hook])
      sent += 1
      if (delivery?.status !== 'OK') failed.push(hook)
    }
    left = failed
  }
}

/** A process that is dead already can't be killed: the crash waits for the next one. */
function kill(app: JoinedApp, crash: Crash): void {
  if (crash.struck || isDead(app)) return
  crash.struck = true
  app.process().child.kill('SIGKILL')
}

const isDead = (app: JoinedApp): boolean => {
  const { child } = app.process()
  return child.killed || child.exitCode !== null || child.signalCode !== null
}

const revivals = new WeakMap<JoinedApp, Promise<void>>()

/** Several find the process dead at once: one of them starts it again. */
async function revived(app: JoinedApp): Promise<void> {
  const running = revivals.get(app)
  if (running) return running
  if (!isDead(app)) return
  const revival = app.restart().finally(() => revivals.delete(app))
  revivals.set(app, revival)
  return revival
}

async function drained(app: JoinedApp) {
  const until = Date.now() + DRAIN_TIMEOUT_MS
  for (let quiet = 0; ;) {
    await revived(app)
    const counts = await app.store.deliveries.counts()
    quiet = waiting(counts) === 0 ? quiet + 1 : 0
    // A crash that is still to come may strike between two looks.
    if (quiet > 3) return counts
    if (Date.now() > until) {
      throw new Error(`The inbox did not become empty: ${JSON.stringify(counts)}\n${app.process().log.slice(-30).join('\n')}`)
    }
    await wait(15)
  }
}
