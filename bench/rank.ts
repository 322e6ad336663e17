// Time to rank 5,000 candidates (cut into terms and indexed before, read from what the store keeps as an incident's answer
// does it, and raw), beside plain BM25 over the same pool in the same run. Prints one JSON line.
import type { Candidate } from '../src/domain/ranking.ts'
import { baselineOrders } from '../src/rank/baselines.ts'
import { seededRandom } from '../src/rank/metrics.ts'
import { shippedSuspectModel } from '../src/rank/model.ts'
import { packChange, unpackCandidate } from '../src/rank/kept-change.ts'
import { poolOf } from '../src/rank/pool.ts'
import { prepareCandidate, prepareQuery } from '../src/rank/prepare.ts'
import { rank, rankPrepared } from '../src/rank/rank.ts'
import { recordPast } from '../src/rank/repository-past.ts'

const POOL = 5_000
const QUERIES = 140
/** A process that has answered for a while: until then the compiler is at work beside each ranking. */
const WARM_UP = 70
const RAW_EVERY = 15
const VOCABULARY = 12_000
const FOLDERS = 400

const random = seededRandom(42)
const at = new Date('2026-03-10T12:00:00Z')
const syllables = ['re', 'try', 'led', 'ger', 'pay', 'ment', 'cart', 'sync', 'que', 'user', 'log', 'meter', 'fetch', 'pool', 'lock', 'page']
const vocabulary = Array.from(
  { length: VOCABULARY },
  (_, n) => `${pick(syllables)}${pick(syllables)}${pick(syllables)}${n % 97 === 0 ? n : ''}`,
)

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!
}
/** Words follow a long tail, as in real texts: a few everywhere, most hardly anywhere. */
function words(count: number): string {
  return Array.from({ length: count }, () => vocabulary[Math.floor(random() ** 3 * VOCABULARY)]!).join(' ')
}

function syntheticCandidate(n: number): Candidate {
  const paths = Array.from(
    { length: 1 + Math.floor(random() ** 3 * 30) },
    () => `src/area${Math.floor(random() * FOLDERS)}/${pick(vocabulary)}.ts`,
  )
  return {
    id: String(n).padStart(6, '0'),
    number: n,
    shas: [],
    title: words(7),
    body: words(60),
    paths,
    files: paths.map((path) => ({
      path,
      previousPath: null,
      status: 'modified',
      added: 9,
      deleted: 3,
      ranges: [{ start: 10, count: 9 }],
      symbols: [],
    })),
    fileCount: paths.length,
    added: 9 * paths.length,
    deleted: 3 * paths.length,
    identifiers: words(80).split(' '),
    symbols: words(6).split(' '),
    author: null,
    labels: [],
    mergedAt: new Date(at.getTime() - Math.floor(random() * 14 * 86_400_000)),
    liveAt: null,
    serviceDistance: Math.floor(random() * 3),
    references: [],
    bumps: [],
    filesTruncated: false,
    ruledOut: null,
  }
}

const candidates = Array.from({ length: POOL }, (_, n) => syntheticCandidate(n))
const preparingAt = performance.now()
const pool = candidates.map(prepareCandidate)
const prepareMs = performance.now() - preparingAt
const kept = pool.map(packChange)
const keptBytes = kept.reduce((sum, { length }) => sum + length, 0)
const indexingAt = performance.now()
poolOf(pool)
const indexMs = performance.now() - indexingAt
const recorder = recordPast()
for (const change of pool) recorder.landed(change)
for (let n = 0; n < 200; n++) {
  const { id, paths, title } = pick(candidates)
  recorder.culprit({
    changeId: id,
    paths,
    title,
    text: words(40),
    ageMs: 3_600_000 * n,
    incidentAt: new Date(at.getTime() - n * 86_400_000),
  })
}
const model = shippedSuspectModel()
const asked = Array.from({ length: QUERIES + WARM_UP }, () => {
  const culprit = pick(candidates)
  const stack = Array.from(
    { length: 12 },
    () => `    at ${pick(vocabulary)} (${pick(pick(candidates).paths)}:${1 + Math.floor(random() * 200)}:7)`,
  ).join('\n')
  const query = { at, title: words(6), text: `${words(80)} ${culprit.title}\n${stack}`, services: [] }
  const prepared = prepareQuery(query)
  return { query, prepared, past: recorder.past(prepared) }
})
type Asked = (typeof asked)[number]

/** One after another, each form by itself: what one leaves behind for the garbage collector is not laid on another. */
function timesOf(queries: readonly Asked[], warmUp: number, ask: (asked: Asked) => void): { ms: number[]; cpuMs: number } {
  for (const each of queries.slice(0, warmUp)) ask(each)
  const cpuBefore = process.cpuUsage()
  const ms = queries.slice(warmUp).map((each) => {
    const startedAt = performance.now()
    ask(each)
    return performance.now() - startedAt
  })
  const { user, system } = process.cpuUsage(cpuBefore)
  return { ms, cpuMs: (user + system) / 1_000 / ms.length }
}

const ranked = timesOf(asked, WARM_UP, ({ query, past }) => rankPrepared(query, pool, past, model))
const bm25Ms = timesOf(asked, WARM_UP, ({ prepared }) => baselineOrders(prepared, pool)).ms
const some = asked.filter((_, n) => n % RAW_EVERY === 0)
const keptMs = timesOf(some, 2, ({ query, past }) => {
  const read = candidates.map((candidate, at) => unpackCandidate(candidate, kept[at]!)!)
  rankPrepared(query, read, past, model)
}).ms
const rawMs = timesOf(some, 2, ({ query, past }) => rank(query, candidates, past, model)).ms

function quantile(values: number[], share: number): number {
  return Number(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!.toFixed(2))
}
const prepared = { p50Ms: quantile(ranked.ms, 0.5), p95Ms: quantile(ranked.ms, 0.95) }
/** Read back from what the store keeps, as an incident's answer does. */
const fromKept = { p50Ms: quantile(keptMs, 0.5), p95Ms: quantile(keptMs, 0.95), bytesEach: Math.round(keptBytes / POOL) }
const raw = { p50Ms: quantile(rawMs, 0.5), p95Ms: quantile(rawMs, 0.95) }
const baseline = { p50Ms: quantile(bm25Ms, 0.5), p95Ms: quantile(bm25Ms, 0.95) }
console.log(
  JSON.stringify({
    bench: 'rank',
    candidates: POOL,
    queries: QUERIES,
    ...prepared,
    // On a busy machine the clock counts other people's work; processor time and ratios count it less.
    meanCpuMs: Number(ranked.cpuMs.toFixed(2)),
    raw: { queries: rawMs.length, ...raw },
    kept: fromKept,
    // Once a pool, however many reports are asked of it; the raw ranking pays for both each time.
    prepareMs: Math.round(prepareMs),
    indexMs: Math.round(indexMs),
    baseline: { what: 'recency, BM25 and BM25 with decay orders', ...baseline },
    timesBaseline: { prepared: ratio(prepared.p50Ms, baseline.p50Ms), raw: ratio(raw.p50Ms, baseline.p50Ms) },
  }),
)

function ratio(value: number, base: number): number {
  return Number((value / base).toFixed(2))
}
