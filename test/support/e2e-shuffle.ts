// One seeded run of the story: its webhooks shuffled and doubled, GitHub failing, the process killed. The world stays as
// it is from run to run, but for what the App wrote; so the answers of every run must be the same.
import { setTimeout as wait } from 'node:timers/promises'
import { startFakeGitHub, type FakeGitHub, type Prepared } from '../../demo/github/fake-github.ts'
import { seededRandom, type Fault } from '../../demo/github/faults.ts'
import type { Hook } from '../../demo/github/webhooks.ts'
import { joinApp, waiting, type JoinedApp } from './e2e-app.ts'
import { playStory, SHOP, type Told } from './e2e-story.ts'

/** What the App said in the end: issue number → its comments there. */
type Answers = Record<number, string[]>

export type Outcome = { answers: Answers; dead: number; violations: string[]; report: string }

export type Stage = {
  told: Told
  /** In order, once each, with nothing failing. */
  plainly(databaseUrl: string): Promise<Outcome>
  shuffled(seed: number, databaseUrl: string): Promise<Outcome>
  close(): Promise<void>
}

/** A crash strikes once: at a call to GitHub (before or after its effect), or a moment after so many webhooks were sent. */
type Crash =
  | { kind: 'call'; nth: number; when: 'before' | 'after'; struck: boolean }
  | { kind: 'comment'; when: 'before' | 'after'; struck: boolean }
  | { kind: 'moment'; afterSent: number; delayMs: number; struck: boolean }

const DRAIN_TIMEOUT_MS = 40_000
const LANE_TIMEOUT = 'The inbox did not become empty'

export async function openStage(prepared: Prepared, now: Date): Promise<Stage> {
  const fake = await startFakeGitHub({ prepared, deliver: 'manual' })
  const told = playStory(fake.world, now)
  const hooks = [...fake.world.pending()]
  const issues = [...fake.world.repository(SHOP).issues.values()]
  const asTold = issues.map((issue) => ({ issue, comments: [...issue.comments], labels: issue.labels, updatedAt: issue.updatedAt }))
  const strike = fake.faults.strike.bind(fake.faults)

  function reset(): void {
    fake.faults.clear()
    fake.faults.strike = strike
    fake.requests.length = 0
    for (const { issue, ...before } of asTold) Object.assign(issue, { ...before, comments: [...before.comments] })
  }

  async function run(databaseUrl: string, plan: Plan): Promise<Outcome> {
    reset()
    const app = await joinApp(fake, databaseUrl)
    const { crashes, faults } = plan
    let calls = 0
    const kill = (crash: Crash): void => {
      crash.struck = true
      app.process().child.kill('SIGKILL')
    }
    for (const fault of faults) fake.faults.add(fault)
    fake.faults.strike = (when, method, path) => {
      if (when === 'before') calls += 1
      for (const crash of crashes) {
        if (crash.struck || crash.kind === 'moment' || crash.when !== when) continue
        if (crash.kind === 'call' ? calls >= crash.nth : method === 'POST' && /\/issues\/\d+\/comments$/.test(path)) kill(crash)
      }
      return strike(when, method, path)
    }
    try {
      await deliver(fake, app, plan.queue, crashes, kill)
      const { dead } = await drained(app)
      return {
        answers: Object.fromEntries(
          Object.values(told.incidents).map((number) => [number, fake.world.appComments(SHOP, number).map((one) => one.body)]),
        ),
        dead,
        violations: fake.violations.splice(0),
        report: `${crashes
          .filter((crash) => crash.struck)
          .map((crash) => JSON.stringify(crash))
          .join(
            ' ',
          )} of ${crashes.length}, ${JSON.stringify(faults)}\n${plan.queue.map((hook) => `${hook.event}.${hook.action ?? ''}`).join(' ')}`,
      }
    } finally {
      fake.faults.strike = strike
      fake.world.setDelivery('manual')
      await app.close()
    }
  }

  return {
    told,
    plainly: (databaseUrl) => run(databaseUrl, { queue: hooks, crashes: [], faults: [] }),
    shuffled: (seed, databaseUrl) => run(databaseUrl, planOf(seed, hooks)),
    close: () => fake.close(),
  }
}

type Plan = { queue: Hook[]; crashes: Crash[]; faults: Fault[] }

/** Everything that chance decides, from one number. */
function planOf(seed: number, hooks: readonly Hook[]): Plan {
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
  const first: Crash =
    random() < 0.5
      ? { kind: 'comment', when: sides[below(4) === 0 ? 0 : 1] ?? 'after', struck: false }
      : { kind: 'call', nth: 1 + below(40), when: sides[below(2)] ?? 'after', struck: false }
  const second: Crash = { kind: 'moment', afterSent: below(queue.length), delayMs: below(40), struck: false }
  const faults: Fault[] = [
    { method: 'POST', path: /\/issues\/\d+\/comments$/, when: 'after', kind: '502', times: 1 },
    { method: 'PATCH', path: /\/issues\/comments\//, when: sides[below(2)] ?? 'after', kind: '502', times: 1, skip: below(3) },
    { path: /^\/graphql/, when: 'before', kind: '500', times: 1, skip: below(8) },
    { method: 'GET', path: /\/(files|commits|compare)\b/, when: 'before', kind: '502', times: 1, skip: below(6) },
    { path: /./, when: 'before', kind: 'drop', times: 1, skip: below(40) },
  ]
  return { queue, crashes: [first, second], faults: faults.filter(() => random() < 0.35) }
}

/** Sends the webhooks; what found nobody is sent again when the process is back, as GitHub is asked to do. */
async function deliver(
  fake: FakeGitHub,
  app: JoinedApp,
  hooks: readonly Hook[],
  crashes: Crash[],
  kill: (crash: Crash) => void,
): Promise<void> {
  let queue = [...hooks]
  let sent = 0
  while (queue.length > 0) {
    const failed: Hook[] = []
    for (const hook of queue) {
      if (isDead(app)) await app.restart()
      for (const crash of crashes) {
        if (crash.kind !== 'moment' || crash.struck || sent < crash.afterSent) continue
        crash.struck = true
        setTimeout(() => kill(crash), crash.delayMs)
      }
      const [delivery] = await fake.world.deliver([hook])
      sent += 1
      if (delivery?.status !== 'OK') failed.push(hook)
    }
    queue = failed
  }
}

const isDead = (app: JoinedApp): boolean => {
  const { child } = app.process()
  return child.killed || child.exitCode !== null || child.signalCode !== null
}

async function drained(app: JoinedApp) {
  const until = Date.now() + DRAIN_TIMEOUT_MS
  for (let quiet = 0; ;) {
    if (isDead(app)) await app.restart()
    const counts = await app.store.deliveries.counts()
    quiet = waiting(counts) === 0 ? quiet + 1 : 0
    // A crash that is still to come may strike between two looks.
    if (quiet > 3) return counts
    if (Date.now() > until) throw new Error(`${LANE_TIMEOUT}: ${JSON.stringify(counts)}\n${app.process().log.slice(-30).join('\n')}`)
    await wait(15)
  }
}
