// Answering an incident in a store of any size: candidates, ranking, similar and related incidents, rendering; GitHub is
// in memory and costs nothing. `npx node bench/scale.ts [--changes 1000000] [--engine sqlite|postgres]`: one JSON line.
// Filling takes longest: `--fill file:large.db` does only that, `--store file:large.db` asks what was filled so.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { GitHub } from '../src/github/github.ts'
import { answerIncident } from '../src/incidents/answer-incident.ts'
import { seededRandom } from '../src/rank/metrics.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Work } from '../src/work.ts'
import { startPostgres, startSqlite } from '../test/support/databases.ts'
import { memoryGitHub } from '../test/support/memory-github.ts'
import { silentLog } from '../test/support/silent-log.ts'
import { openBulk } from './bulk-insert.ts'
import { END, factsOf, fillStore, INSTALLATION, organisation, reportAt, sizeOf } from './large-store.ts'

const ASKED = 200
const WARM_UP = 20
/** Others than those of an earlier run on the same store, and after them: what is opened later is taken off each count again. */
const RUN = Math.floor(Date.now() / 1_000) % 1_000_000
const FIRST_ISSUE = 1_000_000_000 + RUN * (ASKED + WARM_UP)
const FIRST_OPENED = END + (RUN % 86_400) * 1_000

/** As `npm start` runs the App: what it loads is loaded as the App loads it, and its heap has the same bounds. */
const LIKE_THE_APP = ['--max-semi-space-size=16', '--import', fileURLToPath(new URL('../test/support/import-quickly.ts', import.meta.url))]

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '1000000' },
    engine: { type: 'string', default: 'sqlite' },
    fill: { type: 'string' },
    store: { type: 'string' },
    measure: { type: 'string' },
  },
})
const made = organisation(sizeOf(Number(values.changes)))

if (values.fill !== undefined) await fill(values.fill)
else if (values.measure !== undefined) await measure(values.measure)
else if (values.store !== undefined) await inProcess('--measure', values.store)
else await fillAndMeasure()

/** In a process of its own, so that what filling needed does not count as memory of answering. */
async function inProcess(what: '--fill' | '--measure', url: string): Promise<void> {
  const args = [...LIKE_THE_APP, fileURLToPath(import.meta.url), '--changes', values.changes, what, url]
  const [code] = (await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')) as [number]
  if (code !== 0) throw new Error(`${what} ${values.changes} ended with ${code}.`)
}

async function fill(url: string): Promise<void> {
  const bulk = await openBulk(url)
  const told = (what: string): void => console.error(`${what} ${Math.round(process.uptime())} s`)
  await fillStore(bulk, made, told)
  await bulk.finish()
  told('indexes')
}

async function fillAndMeasure(): Promise<void> {
  const databases = await (values.engine === 'postgres' ? startPostgres() : startSqlite())
  try {
    const url = await databases.fresh()
    await inProcess('--fill', url)
    await inProcess('--measure', url)
  } finally {
    await databases.stop()
  }
}

async function measure(url: string): Promise<void> {
  // As the App does.
  const store = await openStore(url, { synchronous: 'ASKED', checkpointsApart: true })
  try {
    const bytesPerChange = Math.round((await store.bytes()) / made.size.changes)
    const asked = await ask(store)
    process.stdout.write(`${JSON.stringify({ bench: 'scale', engine: store.engine, ...made.size, bytesPerChange, ...asked })}\n`)
  } finally {
    await store.close()
  }
}

async function ask(store: Awaited<ReturnType<typeof openStore>>): Promise<object> {
  const tenant = store.tenant(INSTALLATION)
  const next = seededRandom(11)
  const times: number[] = []
  let [cpu, pool] = [0, 0]
  for (let asked = 0; asked < ASKED + WARM_UP; asked++) {
    const index = made.draw(next)
    const { id: repositoryId, name } = made.repository(index)
    const openedAt = new Date(FIRST_OPENED + asked)
    const work: Work = {
      tenant,
      github: flushedGitHub(() => store.flush()),
      now: () => openedAt,
      log: { ...silentLog, info: (facts) => (pool += 'pool' in facts ? Number(facts.pool) : 0) },
      refreshLater: async () => undefined,
      followUp: async () => undefined,
    }
    const facts = factsOf({ ...reportAt(next), repositoryId, issueNumber: FIRST_ISSUE + asked, openedAt, services: [name] })
    const incidentId = await tenant.incidents.upsert(facts)
    const startedCpu = process.cpuUsage()
    const startedAt = performance.now()
    await answerIncident(work, incidentId)
    if (asked < WARM_UP) continue
    times.push(performance.now() - startedAt)
    const { user, system } = process.cpuUsage(startedCpu)
    cpu += (user + system) / 1_000 / ASKED
    const resolvedAt = new Date(openedAt.getTime() + 60_000)
    await tenant.incidents.setState(incidentId, { status: 'resolved', mitigatedAt: resolvedAt, resolvedAt })
  }
  times.sort((a, b) => a - b)
  const rounded = (ms: number): number => Math.round(ms * 10) / 10
  return {
    p50: rounded(times[Math.floor(ASKED * 0.5)]!),
    p95: rounded(times[Math.floor(ASKED * 0.95)]!),
    cpuMs: rounded(cpu),
    pool: Math.round(pool / (ASKED + WARM_UP)),
    rssMb: Math.round(process.memoryUsage().rss / 2 ** 20),
  }
}

/** As the App calls it: nothing is written there before what it follows from is on disk. */
function flushedGitHub(flush: () => Promise<void>): GitHub {
  const github = memoryGitHub()
  return {
    ...github,
    createComment: (...about) => flush().then(() => github.createComment(...about)),
    addLabels: (...about) => flush().then(() => github.addLabels(...about)),
  }
}
