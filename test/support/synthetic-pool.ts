// A made-up repository with every trait the ranker looks at, the same for the same seed: to compare one way of
// computing a ranking with another.
import type { ChangeReference } from '../../src/domain/change.ts'
import type { Candidate, IncidentQuery, RepositoryPast } from '../../src/domain/ranking.ts'
import { seededRandom } from '../../src/rank/metrics.ts'
import { prepareCandidate, prepareQuery } from '../../src/rank/prepare.ts'
import { recordPast } from '../../src/rank/repository-past.ts'
import { candidate, changedFile, hoursBefore, INCIDENT_AT } from './ranking-fixtures.ts'

const WORDS = `ledger checkout retryPolicy retry_policy timeout build test schema round_amount 決済がタイムアウト the 502 PaymentGateway
  idempotency queue cart session cache Überweisung flaky assert config yaml migration deadlock column feature flag parser
  render button HTTPServer std::vector a/b/c node.js x1 don't release-please \`code\` <b> @octocat #12 naïve`.split(/\s+/)
const FOLDERS = [
  'src/checkout',
  'src/ledger/rounding',
  'web/pages',
  'docs',
  'test/unit',
  'db/migrations',
  'config',
  '.github/workflows',
  'Lib',
]
const FILES = [
  'retry.ts',
  'Round.ts',
  'index.ts',
  'README.md',
  'retry.test.ts',
  '001_init.sql',
  'app.yaml',
  'build.yml',
  'CMakeLists.txt',
  'naïve.py',
]
const TITLES = [
  'Fix the',
  'Roll deps to 1.2',
  'Reland "the',
  'Revert "Fix the',
  'Enable feature flag for',
  'Tidy',
  'Bump left-pad from 1 to 2',
  'Rewrite',
]

export type SyntheticRepository = { pool: Candidate[]; queries: IncidentQuery[]; pastOf: (query: IncidentQuery) => RepositoryPast }

export function syntheticRepository(seed: number, size: number): SyntheticRepository {
  const random = seededRandom(seed)
  const below = (count: number): number => Math.floor(random() * count)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const words = (count: number): string => Array.from({ length: count }, () => pick(WORDS)).join(' ')
  const path = (): string => `${pick(FOLDERS)}/${random() < 0.5 ? `part${below(40)}/` : ''}${pick(FILES)}`

  const syntheticCandidate = (n: number): Candidate => {
    const paths = [...new Set(Array.from({ length: below(7) }, path))]
    const mergedAt = hoursBefore(Math.floor(random() ** 2 * 336 * 4) / 4)
    const references: ChangeReference[] = []
    if (random() < 0.1) references.push({ kind: 'reverts', by: 'number', number: below(size) })
    if (random() < 0.05) references.push({ kind: 'reverts', by: 'title', title: `Tidy ${pick(WORDS)}` })
    if (random() < 0.05) references.push({ kind: 'reverts', by: 'sha', sha: shaOf(below(size)).slice(0, 12) })
    if (random() < 0.05) references.push({ kind: 'relands', by: 'number', number: below(size) })
    return candidate({
      id: `c${String(n).padStart(4, '0')}`,
      number: random() < 0.8 ? n : null,
      ...(random() < 0.8 ? { shas: [shaOf(n)] } : {}),
      title: random() < 0.3 ? `Tidy ${pick(WORDS)}` : `${pick(TITLES)} ${words(1 + below(5))}`,
      body: words(below(40)),
      paths,
      files: paths.map((changed) =>
        changedFile(changed, { ranges: random() < 0.7 ? [{ start: below(200), count: below(30) }] : [], symbols: [pick(WORDS)] }),
      ),
      added: below(300),
      deleted: below(8),
      identifiers: words(below(30)).split(' '),
      symbols: words(below(6)).split(' '),
      mergedAt: random() < 0.03 ? hoursBefore(-1) : mergedAt,
      liveAt: random() < 0.4 ? new Date(Math.min(INCIDENT_AT.getTime(), mergedAt.getTime() + 3_600_000)) : null,
      serviceDistance: pick([null, 0, 1, 2]),
      references,
      bumps: random() < 0.1 ? [{ dependency: pick(['left-pad', '@acme/ledger', 'node.js']), from: '1', to: pick(['2', null]) }] : [],
      ruledOut: random() < 0.03 ? { reason: 'rolled-back', sentence: 'Rolled back before' } : null,
    })
  }

  const pool = Array.from({ length: size }, (_, n) => syntheticCandidate(n))
  const frame = (): string => `    at ${pick(WORDS)} (/build/${pick(pool).paths[0] ?? 'gone.ts'}:${below(220)}:3)`
  const culprits = Array.from({ length: 40 }, (_, n) => ({ change: pick(pool), text: words(12), hours: 20 * (n + 1) })).reverse()
  const texts = [
    '',
    words(3),
    words(30),
    `${words(20)}\n${Array.from({ length: 6 }, frame).join('\n')}`,
    `${words(400)} ${path()} in ${pick(FOLDERS)}, see #${below(size)} and ${shaOf(below(size))}`,
    `決済がタイムアウトする ${path().toUpperCase()} PaymentGateway() round_amount left-pad`,
    `File "${path()}", line 12, in x\nFile "retry.ts", line 3, in y`,
    `${culprits.at(-1)!.text} the schema and the build test config`,
  ]
  const recorder = recordPast()
  for (const change of pool) recorder.landed(prepareCandidate(change))
  for (const { change, text, hours } of culprits) {
    const { id, paths, title } = change
    recorder.culprit({ changeId: id, paths, title, text, ageMs: 600_000 * hours, incidentAt: hoursBefore(hours) })
  }
  return {
    pool,
    queries: texts.map((text, n) => ({ at: INCIDENT_AT, title: n % 2 === 0 ? words(4) : '', text, services: [] })),
    pastOf: (query) => recorder.past(prepareQuery(query)),
  }
}

function shaOf(n: number): string {
  return (0x10000000 + (Math.imul(n + 1, 0x9e3779b) % 0xfffffff)).toString(16).replace('-', 'a').padEnd(40, 'b1').slice(0, 40)
}
