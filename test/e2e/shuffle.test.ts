// Promise 1: whatever order webhooks come in, however often, and whenever the process dies, one comment is left on each
// incident, and it says what it says when nothing goes wrong. CAUSEWAY_SEED=7 runs one seed, RUNS=200 more of them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareFakeGitHub } from '../../demo/github/fake-github.ts'
import { startPostgres, startSqlite, type TestDatabases } from '../support/databases.ts'
import { openStage, type Outcome, type Stage } from '../support/e2e-shuffle.ts'

const seeds = process.env.CAUSEWAY_SEED
  ? [Number(process.env.CAUSEWAY_SEED)]
  : Array.from({ length: Number(process.env.RUNS ?? 50) }, (_, index) => index + 1)
const LANES = 2
const RUN_TIMEOUT_MS = 120_000

type Run = { plain: Outcome; shuffled: Outcome }

describe.each([
  ['SQLite', startSqlite],
  ['PostgreSQL', startPostgres],
] as const)('deliveries shuffled, doubled and cut off by SIGKILL, on %s', (_name, startDatabases) => {
  let databases: TestDatabases
  let stages: Stage[] = []
  const runs = new Map<number, Promise<Run>>()

  beforeAll(async () => {
    databases = await startDatabases()
    const prepared = prepareFakeGitHub()
    const now = new Date()
    stages = await Promise.all(Array.from({ length: LANES }, () => openStage(prepared, now)))
    // Two at a time, each on a stage of its own, since a world has one set of comments.
    const lanes = stages.map((stage) => databases.fresh().then((url) => stage.plainly(url)))
    for (const seed of seeds) {
      const lane = seed % LANES
      const stage = stages[lane]
      const before = lanes[lane]
      if (!stage || !before) throw new Error(`no lane ${lane}`)
      const previous = lane in last ? last[lane] : before
      const run = Promise.resolve(previous)
        .catch(() => undefined)
        .then(async () => ({ plain: await before, shuffled: await stage.shuffled(seed, await databases.fresh()) }))
      run.catch(() => undefined)
      last[lane] = run
      runs.set(seed, run)
    }
  })
  const last: Record<number, Promise<unknown>> = {}

  afterAll(async () => {
    await Promise.allSettled(runs.values())
    for (const stage of stages) await stage.close()
    await databases.stop()
  })

  it.each(seeds)(
    'seed %i leaves one comment on each incident, the one of an undisturbed run',
    { timeout: RUN_TIMEOUT_MS },
    async (seed) => {
      const run = await runs.get(seed)
      if (!run) throw new Error(`no run ${seed}`)
      const { plain, shuffled } = run
      const how = `CAUSEWAY_SEED=${seed}: ${shuffled.report}`
      expect(Object.values(plain.answers).map((comments) => comments.length)).toEqual([1, 1, 1])
      expect(shuffled.answers, how).toEqual(plain.answers)
      expect([shuffled.dead, shuffled.violations], how).toEqual([0, []])
    },
  )

  it('is compared with an answer that names the cause and is true', async () => {
    const run = await runs.values().next().value
    const { told } = stages[0]!
    const asked = run?.plain.answers[told.incidents.asked]?.[0]
    expect(asked).toMatch(new RegExp(`Very likely cause, reverted since \\(\\d+ %\\): \\[#${told.culprit}\\]`))
    expect(asked).toMatch(/### Resolved after 9 hours: fixed by rolling `checkout` back/)
    expect(run?.plain.answers[told.incidents.past]?.[0]).toContain('fixed by [#3]')
    expect(run?.plain.answers[told.incidents.reported]?.[0]).not.toContain('Reported, not yet acknowledged')
  })
})
