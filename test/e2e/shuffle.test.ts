// Promise 1: whatever order webhooks come in, however often, and whenever the process dies, one comment is left on each
// incident, and it says what it says when nothing goes wrong. Five seeds run side by side, each in a shop of its own, with
// five crashes between them: CAUSEWAY_SEED=7 runs the five that seed 7 belongs to, RUNS=200 more of them; RUNS=3 runs
// three, all in one group.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareFakeGitHub } from '../../demo/github/fake-github.ts'
import { startPostgres, startSqlite, type TestDatabases } from '../support/databases.ts'
import { openStage, type Outcomes, type Stage } from '../support/e2e-shuffle.ts'

const RUNS = Number(process.env.RUNS ?? 50)
const SHOPS = Math.min(5, RUNS)
const LANES = 2
const RUN_TIMEOUT_MS = 240_000
const groups = process.env.CAUSEWAY_SEED
  ? [groupOf(Math.floor((Number(process.env.CAUSEWAY_SEED) - 1) / SHOPS))]
  : Array.from({ length: Math.ceil(RUNS / SHOPS) }, (_, index) => groupOf(index))
const seeds = groups.flat()

type Run = { plain: Outcomes; shuffled: Outcomes; place: number }

function groupOf(index: number): number[] {
  return Array.from({ length: SHOPS }, (_, place) => index * SHOPS + place + 1)
}

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
    // Two groups at a time, each on a stage of its own, since a world has one set of comments.
    stages = await Promise.all(Array.from({ length: Math.min(LANES, groups.length) }, () => openStage(prepared, SHOPS, now)))
    for (const [lane, stage] of stages.entries()) {
      const plain = databases.fresh().then((url) => stage.plainly(url))
      let previous: Promise<unknown> = plain
      for (const group of groups.filter((_, index) => index % stages.length === lane)) {
        const shuffled = previous.catch(() => undefined).then(async () => stage.shuffled(group, await databases.fresh()))
        previous = shuffled
        for (const [place, seed] of group.entries()) {
          const run = Promise.all([plain, shuffled]).then(([plain, shuffled]) => ({ plain, shuffled, place }))
          run.catch(() => undefined)
          runs.set(seed, run)
        }
      }
    }
  })

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
      const { plain, shuffled, place } = run
      const how = `CAUSEWAY_SEED=${seed}: ${shuffled.shops[place]?.report}`
      const expected = plain.shops[place]?.answers ?? {}
      expect(Object.values(expected).map((comments) => comments.length)).toEqual([1, 1, 1])
      expect(shuffled.shops[place]?.answers, how).toEqual(expected)
      expect([shuffled.dead, shuffled.violations], how).toEqual([0, []])
    },
  )

  it('is compared with an answer that names the cause and is true', async () => {
    const run = await runs.values().next().value
    const { told } = stages[0]!
    const answers = run?.plain.shops[0]?.answers
    const asked = answers?.[told.incidents.asked]?.[0]
    expect(asked).toMatch(new RegExp(`Very likely cause, reverted since \\(\\d+ %\\): \\[#${told.culprit}\\]`))
    expect(asked).toMatch(/### Resolved after 9 hours: fixed by rolling `checkout` back/)
    expect(answers?.[told.incidents.past]?.[0]).toContain('fixed by [#3]')
    expect(answers?.[told.incidents.reported]?.[0]).not.toContain('Reported, not yet acknowledged')
  })
})
