// Scoring a pull request on a repository with a long past: gathering what the store knows, and the engine.
// One JSON line: milliseconds by the clock and of processor time, what the same takes at a tenth of the past (or, with
// others, in a store of its own), and the seconds of processor time that learning from what came of the past takes, once a day.
// `npx node bench/risk.ts [changes] [changes of forty other repositories, landing in between]`; default 200,000 and none,
// on SQLite in a file of its own.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import type { RiskChange } from '../src/domain/risk.ts'
import { seededRandom } from '../src/rank/metrics.ts'
import { adjustmentFrom } from '../src/risk/adjust.ts'
import { assessWithPast } from '../src/risk/assess-with-past.ts'
import { shippedRiskModel } from '../src/risk/model.ts'
import { readOutcomes } from '../src/risk/read-outcomes.ts'
import { countedKeys } from '../src/risk/risk-keys.ts'
import { hashText, hashTexts, packHashes } from '../src/store/hash.ts'
import { openStore } from '../src/store/open-store.ts'

const CHANGES = Number(process.argv[2] ?? 200_000)
const OTHERS = Number(process.argv[3] ?? 0)
const OTHER_REPOSITORIES = 40
const ASKED = 300
const WARM_UP = 20
const FOLDERS = 400
const WORDS = 3_000
const START = Date.UTC(2024, 0, 1)
const model = shippedRiskModel()

const [before, after] = [await (OTHERS > 0 ? measure(CHANGES, 0) : measure(CHANGES / 10, 0)), await measure(CHANGES, OTHERS)]
const times = (a: number, b: number): number => Math.round((a / b) * 100) / 100
const than = OTHERS > 0 ? 'alone' : 'a tenth'
const ratios = { than, p95Before: before.p95, ratio: times(after.p95, before.p95), cpuRatio: times(after.cpu, before.cpu) }
process.stdout.write(`${JSON.stringify({ bench: 'risk', changes: CHANGES, others: OTHERS, ...after, ...ratios })}\n`)

async function measure(
  changes: number,
  others: number,
): Promise<{ p50: number; p95: number; cpu: number; learning: number; isAdjusted: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bench-'))
  const file = join(folder, 'risk.sqlite')
  const store = await openStore(`file:${file}`)
  try {
    fill(file, changes, others)
    const tenant = store.tenant(1)
    const now = new Date(START + changes * 300_000)
    const learningSince = process.cpuUsage()
    const adjustment = adjustmentFrom(await readOutcomes({ tenant }, 1, now), model)
    const learned = process.cpuUsage(learningSince)
    await tenant.riskAdjustments.put({ repositoryId: 1, modelVersion: model.version, learnedAt: now, adjustment })
    const next = seededRandom(7)
    const times: number[] = []
    let startedCpu = process.cpuUsage()
    for (let asked = 0; asked < ASKED + WARM_UP; asked++) {
      const change = madeUp(next, changes)
      if (asked === WARM_UP) startedCpu = process.cpuUsage()
      const startedAt = performance.now()
      await assessWithPast({ tenant }, 1, change)
      if (asked >= WARM_UP) times.push(performance.now() - startedAt)
    }
    const { user, system } = process.cpuUsage(startedCpu)
    const cpu = (user + system) / 1_000 / ASKED
    times.sort((a, b) => a - b)
    const rounded = (ms: number): number => Math.round(ms * 10) / 10
    return {
      p50: rounded(times[Math.floor(ASKED * 0.5)]!),
      p95: rounded(times[Math.floor(ASKED * 0.95)]!),
      cpu: rounded(cpu),
      learning: rounded((learned.user + learned.system) / 1e6),
      isAdjusted: adjustment !== null,
    }
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A few busy files and folders, many quiet ones, as repositories have. */
function madeUp(next: () => number, place: number): RiskChange {
  const few = (count: number): number => Math.floor(next() ** 3 * count)
  const files = Array.from({ length: 1 + Math.floor(next() * 8) }, () => ({
    path: `part${few(20)}/module${few(FOLDERS)}/file${few(40)}.ts`,
    previousPath: null,
    status: 'modified' as const,
    added: 5,
    deleted: 3,
    ranges: [],
    symbols: [],
  }))
  const title = Array.from({ length: 7 }, () => `word${few(WORDS)}`).join(' ')
  const at = new Date(START + place * 300_000)
  return {
    title,
    body: '',
    files,
    filesTruncated: false,
    fileCount: files.length,
    added: 40,
    deleted: 24,
    labels: [],
    bumps: [],
    references: [],
    at,
  }
}

/** Straight into the tables: writing 200,000 changes one by one is another measurement. */
function fill(file: string, changes: number, others: number): void {
  const database = new BetterSqlite(file)
  database.pragma('synchronous = OFF')
  const next = seededRandom(1)
  const counts = new Map<number, number>([[-1, changes]])
  const hashOf = new Map<string, number>()
  const hashed = (key: string): number => hashOf.get(key) ?? (hashOf.set(key, hashText(key)), hashOf.get(key)!)
  const change = database.prepare(
    `insert into changes (id, installation_id, repository_id, merged_at, updated_at, title_hash, file_count, added, deleted, files_truncated,
      merge_sha, commit_shas, branch, title, body_excerpt, reviewers, labels, "references", bumps, url, identifiers, files, terms)
      values (?, 1, ?, ?, 0, 0, 1, 1, 1, 0, ?, '[]', 'main', ?, ?, '[]', '[]', '[]', '[]', 'u', ?, ?, ?)`,
  )
  const path = database.prepare('insert or ignore into change_files values (1, 1, ?, ?, ?)')
  const revert = database.prepare('insert into change_reverts values (1, 1, ?, ?, ?)')
  const identifiers = JSON.stringify(Array.from({ length: 60 }, (_, at) => `identifier${at}OfTheChange`))
  const between = others / changes
  let otherId = changes
  const elsewhere = seededRandom(2)
  const other = (at: number): void => {
    const id = ++otherId
    const made = madeUp(elsewhere, 0)
    const terms = packHashes([...countedKeys(made).map(hashed), ...Array.from({ length: 100 }, (_, place) => place * 7_919 + id)])
    const repositoryId = 2 + (id % OTHER_REPOSITORIES)
    change.run(id, repositoryId, at, String(id), made.title, 'x'.repeat(600), identifiers, JSON.stringify(made.files), terms)
  }
  database.transaction(() => {
    for (let place = 1; place <= changes; place++) {
      const made = madeUp(next, place)
      while (otherId - changes < (place - 1) * between) other(made.at.getTime())
      const keys = countedKeys(made).map(hashed)
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
      // Words of the body, names and the like: what a change is found by besides.
      const terms = packHashes([...keys, ...Array.from({ length: 100 }, (_, at) => at * 7_919 + place)])
      const at = made.at.getTime()
      change.run(place, 1, at, String(place), made.title, 'x'.repeat(600), identifiers, JSON.stringify(made.files), terms)
      for (const hash of hashTexts(made.files.map((each) => each.path))) path.run(hash, at, place)
      if (place % 50 === 0) revert.run(place - 3, place, at)
    }
    const count = database.prepare('insert into term_counts values (1, 1, ?, ?)')
    for (const [hash, number] of counts) count.run(hash, number)
  })()
  database.close()
  // Written out before anything is timed.
  const written = openSync(file, 'r+')
  fsyncSync(written)
  closeSync(written)
}
