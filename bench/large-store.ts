// A made-up organisation of any size, written straight into the tables: recording a million changes one by one is another
// measurement. A few repositories are busy, most are quiet; seven of ten are private and share with those that depend on them.
import type { Change, ChangedFile } from '../src/domain/change.ts'
import type { IncidentFacts } from '../src/domain/incident.ts'
import type { Repository } from '../src/domain/repository.ts'
import type { Catalog } from '../src/domain/service.ts'
import { seededRandom } from '../src/rank/metrics.ts'
import { similarTerms } from '../src/rank/similar/similar-terms.ts'
import { cutWords, packWords } from '../src/rank/similar/similar-words.ts'
import { uniqueTerms } from '../src/rank/text.ts'
import { settingsOf } from '../src/settings/repository.ts'
import { namesIn } from '../src/store/catalogs.ts'
import { audienceOf } from '../src/store/audience.ts'
import { DOCUMENTS } from '../src/store/term-counts.ts'
import { hashText, packHashes } from '../src/store/hash.ts'
import type { Bulk, Rows } from './bulk-insert.ts'

export const INSTALLATION = 2 ** 33
export const END = Date.UTC(2026, 0, 1)
const SPAN_MS = 730 * 86_400_000
const FIRST_REPOSITORY = 2 ** 34
const BATCH = 500

export type Size = { repositories: number; changes: number; deployments: number; incidents: number }

/** The proportions of the largest one asked for: a hundred changes a repository, a deployment for five, an incident for ten. */
export const sizeOf = (changes: number): Size => ({
  changes,
  repositories: Math.ceil(changes / 100),
  deployments: Math.floor(changes / 5),
  incidents: Math.floor(changes / 10),
})

export type MadeUp = ReturnType<typeof organisation>

/** Who and what there is, the same for the same size: nothing of it is kept in memory but weights. */
export function organisation(size: Size) {
  const weights = Array.from({ length: size.repositories }, (_, rank) => 1 / (rank + 20))
  const sums: number[] = []
  weights.reduce((sum, weight, at) => (sums[at] = sum + weight), 0)
  const total = sums.at(-1)!
  const repository = (index: number): Repository => ({
    id: FIRST_REPOSITORY + index,
    installationId: INSTALLATION,
    owner: 'acme',
    name: `service-${index}`,
    isPrivate: index % 10 < 7,
    isArchived: false,
    defaultBranch: 'main',
    removedAt: null,
  })
  /** What a service calls: mostly what is older and more used. */
  const dependencies = (index: number): number[] => {
    const next = seededRandom(index + 1)
    return index === 0 ? [] : [...new Set(Array.from({ length: 2 }, () => Math.floor(next() ** 2 * index)))]
  }
  return {
    size,
    repository,
    dependencies,
    share: (index: number) => weights[index]! / total,
    /** A repository, the busy ones more often. */
    draw(next: () => number): number {
      const at = next() * total
      let [low, high] = [0, sums.length - 1]
      while (low < high) {
        const middle = (low + high) >> 1
        if (sums[middle]! < at) low = middle + 1
        else high = middle
      }
      return low
    },
  }
}

const few = (next: () => number, count: number): number => Math.floor(next() ** 3 * count)
const wordsOf = (next: () => number, count: number): string => Array.from({ length: count }, () => wordAt(few(next, 20_000))).join(' ')

/** Letters only, so that a word is one term. */
function wordAt(place: number): string {
  let word = ''
  for (let rest = place + 1_000; rest > 0; rest = Math.floor(rest / 20)) word += 'bcdfghjklmnpqrtvwxzk'[rest % 20]! + 'aeiou'[rest % 5]!
  return word
}

function fileAt(next: () => number): ChangedFile {
  const path = `src/part${few(next, 20)}/module${few(next, 60)}/${wordAt(few(next, 400))}.ts`
  const start = 1 + Math.floor(next() * 300)
  return {
    path,
    previousPath: null,
    status: 'modified',
    added: 5,
    deleted: 3,
    ranges: [{ start, count: 8 }],
    symbols: [wordAt(few(next, 900))],
  }
}

export const reportAt = (next: () => number): { title: string; body: string } => ({
  title: wordsOf(next, 7),
  body: `${wordsOf(next, 50)}\nError in src/part${few(next, 20)}/module${few(next, 60)}/${wordAt(few(next, 400))}.ts`,
})

export async function fillStore(bulk: Bulk, made: MadeUp, onProgress: (what: string) => void): Promise<void> {
  for (const step of [fillRepositories, fillChanges, fillIncidents]) {
    for (const rows of step(made)) await bulk.insert(rows)
    onProgress(step.name)
  }
}

function* fillRepositories(made: MadeUp): Generator<Rows> {
  yield { installations: [{ id: INSTALLATION, accountLogin: 'acme', permissions: {} }] }
  const sharedWith = new Map<number, number[]>()
  for (let index = 0; index < made.size.repositories; index++)
    for (const on of made.dependencies(index)) sharedWith.set(on, [...(sharedWith.get(on) ?? []), index].slice(-50))
  const settings = settingsOf({}, {})
  for (let from = 0; from < made.size.repositories; from += BATCH) {
    const indexes = Array.from({ length: Math.min(BATCH, made.size.repositories - from) }, (_, at) => from + at)
    const repositories = indexes.map((index) => made.repository(index))
    const catalogs = repositories.map(({ id, name }, at): { repositoryId: number; catalog: Catalog } => ({
      repositoryId: id,
      catalog: {
        source: 'causeway.yml',
        services: [
          {
            name,
            repositoryId: id,
            paths: [],
            environments: [{ name: 'production', patterns: ['production'] }],
            owners: ['@acme/team'],
            dependsOn: made.dependencies(indexes[at]!).map((on) => `acme/service-${on}:service-${on}`),
            runbooks: ['docs/runbook.md'],
          },
        ],
        codeowners: [{ pattern: '*', owners: ['@acme/team'], line: 1 }],
        settings: { ...settings, shareWith: (sharedWith.get(indexes[at]!) ?? []).map((other) => `acme/service-${other}`) },
      },
    }))
    yield {
      repositories: repositories.map((row) => ({ ...row, nameKey: `${row.owner}/${row.name}` })),
      catalogs: catalogs.map((each) => ({ ...each, installationId: INSTALLATION, problems: [], readAt: new Date(END) })),
      catalogNames: catalogs.flatMap(({ repositoryId, catalog }) =>
        namesIn(catalog).map((each) => ({ ...each, installationId: INSTALLATION, repositoryId })),
      ),
    }
  }
}

/** Repository after repository, in time; every fifth change ends a deployment that carries five. */
function* fillChanges(made: MadeUp): Generator<Rows> {
  let changeId = 0
  let deploymentId = 0
  const next = seededRandom(1)
  const hashed = rememberingHash()
  const termsIn = termHashes()
  for (let index = 0; index < made.size.repositories; index++) {
    const { id: repositoryId, name } = made.repository(index)
    const count = index === made.size.repositories - 1 ? made.size.changes - changeId : Math.floor(made.share(index) * made.size.changes)
    const counts = new Map<number, number>([[DOCUMENTS, count]])
    const common = { installationId: INSTALLATION, repositoryId }
    let previous: number | null = null
    for (let from = 0; from < count; from += BATCH) {
      const rows = { changes: [], changeCommits: [], changeFiles: [], changeReverts: [], deployments: [], deploymentChanges: [] } as Record<
        'changes' | 'changeCommits' | 'changeFiles' | 'changeReverts' | 'deployments' | 'deploymentChanges',
        object[]
      >
      for (let at = from; at < Math.min(from + BATCH, count); at++) {
        const mergedAt = new Date(END - SPAN_MS + Math.floor(((at + next()) / count) * SPAN_MS))
        const change = changeAt(++changeId, at + 1, repositoryId, mergedAt, next)
        const terms = termsIn(change)
        for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
        const { revertedBy: _, ...row } = change
        rows.changes.push({
          ...row,
          installationId: INSTALLATION,
          titleHash: hashed(row.title),
          detailedAt: mergedAt,
          terms: packHashes(terms),
        })
        rows.changeCommits.push({ ...common, sha: change.mergeSha, changeId })
        for (const path of new Set(change.files.map((file) => file.path)))
          rows.changeFiles.push({ ...common, pathHash: hashed(path), mergedAt, changeId })
        if (at % 50 === 49)
          rows.changeReverts.push({
            ...common,
            revertedId: changeId - 1 - Math.floor(next() * 20),
            revertingId: changeId,
            revertingAt: mergedAt,
          })
        if (at % 5 !== 4) continue
        const liveAt = new Date(mergedAt.getTime() + 20 * 60_000)
        rows.deployments.push(deploymentAt(++deploymentId, { repositoryId, service: name, sha: change.mergeSha, liveAt, previous }))
        previous = deploymentId
        for (let carried = changeId - 4; carried <= changeId; carried++)
          rows.deploymentChanges.push({ installationId: INSTALLATION, deploymentId, changeId: carried, direction: 'in' })
      }
      yield rows
    }
    yield { termCounts: inOrder(counts).map(([termHash, documents]) => ({ ...common, termHash, documents })) }
  }
}

function changeAt(id: number, number: number, repositoryId: number, mergedAt: Date, next: () => number): Change {
  const mergeSha = (id * 2_654_435_761).toString(16).padStart(40, '0').slice(-40)
  const files = [...new Map(Array.from({ length: 1 + few(next, 9) }, () => fileAt(next)).map((file) => [file.path, file])).values()]
  const person = { login: `octocat-${few(next, 40)}`, isBot: false }
  return {
    id,
    repositoryId,
    number,
    mergeSha,
    commitShas: [mergeSha],
    baseSha: null,
    headSha: null,
    branch: 'main',
    title: wordsOf(next, 7),
    bodyExcerpt: wordsOf(next, 40),
    author: person,
    merger: person,
    reviewers: [],
    labels: [],
    mergedAt,
    files,
    filesTruncated: false,
    fileCount: files.length,
    added: 5 * files.length,
    deleted: 3 * files.length,
    identifiers: Array.from({ length: 30 }, () => wordAt(few(next, 5_000))),
    references: [],
    patchId: null,
    bumps: [],
    url: `https://github.com/acme/service-${repositoryId - FIRST_REPOSITORY}/pull/${number}`,
    updatedAt: mergedAt,
    revertedBy: [],
    sameAsChangeId: null,
  }
}

type Shipped = { repositoryId: number; service: string; sha: string; liveAt: Date; previous: number | null }

function deploymentAt(id: number, { repositoryId, service, sha, liveAt, previous }: Shipped): object {
  return {
    id,
    installationId: INSTALLATION,
    repositoryId,
    source: 'deployments',
    externalId: String(2 ** 35 + id),
    service,
    environment: 'production',
    serviceBy: 'mapping',
    isAmbiguous: false,
    task: null,
    workflow: null,
    sha,
    ref: 'main',
    creator: { login: 'octocat', isBot: false },
    createdAt: liveAt,
    url: null,
    isTransient: false,
    isProduction: true,
    states: [{ state: 'success', at: liveAt.toISOString(), description: null }],
    state: 'success',
    liveAt,
    kind: previous === null ? 'first' : 'forward',
    previousDeploymentId: previous,
    previousSha: null,
    isTruncated: false,
  }
}

function* fillIncidents(made: MadeUp): Generator<Rows> {
  const next = seededRandom(2)
  const hashed = rememberingHash()
  const numbers = new Map<number, number>()
  const counts = new Map<number, Map<number, number>>()
  for (let from = 0; from < made.size.incidents; from += BATCH) {
    const rows = { incidents: [] as object[], incidentTerms: [] as object[] }
    for (let id = from + 1; id <= Math.min(from + BATCH, made.size.incidents); id++) {
      const repository = made.repository(made.draw(next))
      const { id: repositoryId, name } = repository
      const audience = audienceOf(repository)
      const issueNumber = numbers.get(repositoryId) ?? 1_000_000
      numbers.set(repositoryId, issueNumber + 1)
      const openedAt = new Date(END - SPAN_MS + Math.floor((SPAN_MS * id) / made.size.incidents))
      const report = reportAt(next)
      const terms = [...new Set(similarTerms(report).map(hashed))].sort((a, b) => a - b)
      rows.incidents.push(incidentAt(id, { ...report, repositoryId, issueNumber, openedAt, services: [name] }, packHashes(terms)))
      const counted = counts.get(audience) ?? new Map<number, number>()
      counts.set(audience, counted)
      for (const termHash of [DOCUMENTS, ...terms]) {
        rows.incidentTerms.push({
          installationId: INSTALLATION,
          repositoryId,
          audience,
          termHash,
          openedAt,
          incidentId: id,
          length: terms.length,
        })
        counted.set(termHash, (counted.get(termHash) ?? 0) + 1)
      }
    }
    yield rows
  }
  for (const [audience, counted] of counts)
    yield {
      incidentTermCounts: inOrder(counted).map(([termHash, documents]) => ({
        installationId: INSTALLATION,
        audience,
        termHash,
        documents,
      })),
    }
}

/** In the order of the key. */
const inOrder = (counts: ReadonlyMap<number, number>): [number, number][] => [...counts].sort((a, b) => a[0] - b[0])

type Reported = Pick<IncidentFacts, 'title' | 'body' | 'repositoryId' | 'issueNumber' | 'openedAt' | 'services'>

function incidentAt(id: number, report: Reported, terms: Uint8Array) {
  const resolvedAt = new Date(report.openedAt.getTime() + 2 * 3_600_000)
  const times = {
    closedAt: resolvedAt,
    acknowledgedAt: report.openedAt,
    mitigatedAt: resolvedAt,
    resolvedAt,
    retractedAt: null,
    updatedAt: resolvedAt,
  }
  const said = { severity: 2, labels: ['incident'], lead: null, duplicateOfId: null, fix: null, reportKey: null }
  return {
    ...factsOf(report),
    ...times,
    ...said,
    id,
    installationId: INSTALLATION,
    status: 'resolved' as const,
    terms,
    words: packWords(cutWords(report)),
  }
}

/** An incident as its issue is opened. */
export function factsOf(report: Reported): IncidentFacts {
  return {
    ...report,
    labels: ['incident'],
    author: { login: 'octocat', isBot: false },
    isTrusted: true,
    servicesBy: 'repository',
    severity: 2,
    detectedAt: report.openedAt,
    detectedBy: 'created',
    closedAt: null,
    url: `https://github.com/acme/service-${report.repositoryId - FIRST_REPOSITORY}/issues/${report.issueNumber}`,
    updatedAt: report.openedAt,
    reportKey: null,
  }
}

/** Hashing is slow and words come back. */
function rememberingHash(): (term: string) => number {
  const hashes = new Map<string, number>()
  return (term) => {
    const known = hashes.get(term)
    if (known !== undefined) return known
    const hash = hashText(term)
    if (hashes.size < 200_000) hashes.set(term, hash)
    return hash
  }
}

/** Nearly what `termsOf` gives, of words that were cut before: cutting a million changes takes an hour. */
function termHashes(): (change: Change) => number[] {
  const known = new Map<string, number[]>()
  const cut = (word: string): number[] => {
    const before = known.get(word)
    if (before) return before
    const hashes = uniqueTerms(word).map(hashText)
    known.set(word, hashes)
    return hashes
  }
  return ({ title, bodyExcerpt, identifiers, files }) => {
    const parts = files.flatMap(({ path, symbols }) => [...path.split('/'), ...symbols])
    const words = [...title.split(' '), ...bodyExcerpt.split(' '), ...identifiers, ...parts]
    return [...new Set(words.flatMap(cut))].sort((a, b) => a - b)
  }
}
