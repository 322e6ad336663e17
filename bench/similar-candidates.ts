// Whether the real store finds the report that is the same among its 200 candidates, and how long that and the whole
// answer take. Arguments: a folder with incidents.jsonl.gz and pairs.jsonl, and an empty database's URL (default: a
// SQLite file of its own); judges the last 40 % of the queries. Prints one JSON line.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IncidentFacts } from '../src/domain/incident.ts'
import { readSimilarSet } from '../src/history/similar-set.ts'
import { splitByTime } from '../src/rank/learn/similar-cases.ts'
import { similarQuestion, similarTerms } from '../src/rank/similar/similar-terms.ts'
import { cutWords, packWords } from '../src/rank/similar/similar-words.ts'
import { rankSimilar } from '../src/rank/similar/similar.ts'
import { openStore } from '../src/store/open-store.ts'

const CANDIDATES = 200
const REPOSITORY = 1
const MADE_UP = {
  repositoryId: REPOSITORY,
  author: { login: 'octocat', isBot: false },
  isTrusted: true,
  servicesBy: 'repository',
  severity: null,
  detectedBy: 'created',
  closedAt: null,
  url: 'https://example.test/issues/1',
  reportKey: null,
} as const satisfies Partial<IncidentFacts>

const folder = process.argv[2]
if (folder === undefined) throw new Error('Say which folder: node bench/similar-candidates.ts data/similar/tracker [postgres://…]')
const set = await readSimilarSet(folder)
const judged = splitByTime(set, 0.6).rest
const own = mkdtempSync(join(tmpdir(), 'causeway-bench-'))
const store = await openStore(process.argv[3] ?? `file:${join(own, 'similar.db')}`, { synchronous: 'NORMAL' })
try {
  const { incidents } = store.tenant(1)
  const search = (incident: { title: string; body: string }, before: Date) =>
    incidents.search({ reader: { id: REPOSITORY, owner: 'acme', name: 'shop' }, ...similarQuestion(incident), before, limit: CANDIDATES })
  const asked = new Set(judged)
  const placeOf = new Map<number, number>()
  let found = 0
  for (const incident of set.incidents) {
    const { id: place, title, body, openedAt } = incident
    if (asked.has(place)) {
      const { ids } = await search(incident, openedAt)
      if (ids.some((id) => set.pairs.get(place)?.has(placeOf.get(id) ?? -1))) found++
    }
    const stored = await incidents.upsert({
      ...MADE_UP,
      labels: [],
      services: [],
      issueNumber: place + 1,
      title,
      body,
      openedAt,
      detectedAt: openedAt,
      updatedAt: openedAt,
    })
    placeOf.set(stored, place)
    await incidents.indexTerms(stored, similarTerms({ title, body }), packWords(cutWords({ title, body })))
  }

  // How long it takes is asked of the whole store, as if each report came in again after the last.
  const now = new Date((set.incidents.at(-1)?.openedAt.getTime() ?? 0) + 1)
  const searches: number[] = []
  const answers: number[] = []
  const cpuBefore = process.cpuUsage()
  for (const place of judged) {
    const incident = set.incidents[place]!
    const startedAt = performance.now()
    const candidates = await search(incident, now)
    searches.push(performance.now() - startedAt)
    rankSimilar({ ...incident, id: -1 }, await incidents.withWords(candidates.ids), candidates, now)
    answers.push(performance.now() - startedAt)
  }
  const cpu = process.cpuUsage(cpuBefore)
  const at = (times: readonly number[], share: number): number =>
    Math.round((times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0) * 10) / 10
  const result = {
    name: set.name,
    incidents: placeOf.size,
    queries: judged.length,
    recall200: found / judged.length,
    searchMsP50: at(searches, 0.5),
    searchMsP95: at(searches, 0.95),
    msP50: at(answers, 0.5),
    msP95: at(answers, 0.95),
    cpuMs: Math.round((cpu.user + cpu.system) / 100 / judged.length) / 10,
  }
  console.log(JSON.stringify(result))
} finally {
  await store.close()
  rmSync(own, { recursive: true, force: true })
}
