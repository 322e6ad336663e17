// Facts to store: made-up, complete, and overridable field by field.
import { beforeAll, afterAll } from 'vitest'
import type { Accuracy } from '../../../src/domain/accuracy.ts'
import type { ChangedFile, ChangeFacts } from '../../../src/domain/change.ts'
import type { DeploymentFacts } from '../../../src/domain/deployment.ts'
import type { DeploymentReview } from '../../../src/domain/deployment-review.ts'
import type { IncidentFacts } from '../../../src/domain/incident.ts'
import type { PullRequestFacts } from '../../../src/domain/pull-request.ts'
import type { Repository } from '../../../src/domain/repository.ts'
import type { LearnedRisk } from '../../../src/domain/risk.ts'
import type { TimelineEntry } from '../../../src/domain/timeline.ts'
import type { Store, TenantStore } from '../../../src/store/store.ts'

/** Past 32 bits, as GitHub's own ids are. */
export const BIG = 2 ** 40

export const at = (minutes: number): Date => new Date(Date.UTC(2024, 0, 1, 0, minutes))
export const sha = (letter: string): string => letter.repeat(40).slice(0, 40)
export const octocat = { login: 'octocat', isBot: false }

export const file = (path: string): ChangedFile => ({
  path,
  previousPath: null,
  status: 'modified',
  added: 2,
  deleted: 1,
  ranges: [{ start: 10, count: 2 }],
  symbols: ['charge'],
})

type StoredFacts = ChangeFacts & { terms: string[] }

export function change(repositoryId: number, mergeSha: string, over: Partial<StoredFacts> = {}): StoredFacts {
  const files = over.files ?? [file('src/cart.ts')]
  return {
    repositoryId,
    number: null,
    mergeSha,
    commitShas: [mergeSha],
    baseSha: null,
    headSha: null,
    branch: 'main',
    title: 'Round totals',
    bodyExcerpt: '',
    author: octocat,
    merger: null,
    reviewers: [],
    labels: [],
    mergedAt: at(0),
    files,
    filesTruncated: false,
    fileCount: files.length,
    added: 2 * files.length,
    deleted: files.length,
    identifiers: files.length > 0 ? ['roundTotal'] : [],
    references: [],
    patchId: null,
    bumps: [],
    url: `https://example.test/${mergeSha}`,
    updatedAt: at(0),
    terms: ['round', 'total'],
    ...over,
  }
}

export function deployment(
  repositoryId: number,
  externalId: string,
  over: Partial<DeploymentFacts> = {},
): Omit<DeploymentFacts, 'statedService'> {
  return {
    repositoryId,
    source: 'deployment',
    externalId,
    environment: 'production',
    task: 'deploy',
    workflow: null,
    sha: sha('d'),
    ref: 'main',
    creator: octocat,
    createdAt: at(0),
    url: null,
    isTransient: false,
    isProduction: true,
    ...over,
  }
}

export const toService = (service: string, environment = 'production') => ({
  service,
  environment,
  serviceBy: 'only' as const,
  isAmbiguous: false,
})

export const live = (liveAt: Date, carried: { changeId: number; direction: 'in' | 'out' }[] = []) => ({
  liveAt,
  kind: 'forward' as const,
  previousDeploymentId: null,
  previousSha: null,
  isTruncated: false,
  carried,
})

export function incident(repositoryId: number, issueNumber: number, over: Partial<IncidentFacts> = {}): IncidentFacts {
  return {
    repositoryId,
    issueNumber,
    title: 'Checkout answers 500',
    body: 'since noon',
    labels: ['incident'],
    author: octocat,
    isTrusted: true,
    services: ['checkout'],
    servicesBy: 'form',
    severity: 2,
    detectedAt: at(0),
    detectedBy: 'form',
    openedAt: at(0),
    closedAt: null,
    url: `https://example.test/issues/${issueNumber}`,
    updatedAt: at(0),
    reportKey: null,
    ...over,
  }
}

export function entry(key: string, over: Partial<TimelineEntry & { revision: number }> = {}): TimelineEntry & { revision?: number } {
  return { key, at: at(1), saidAt: at(1), by: octocat, text: 'Looking at it', url: null, fact: { kind: 'note' }, ...over }
}

export function accuracy(repositoryId: number, over: Partial<Accuracy> = {}): Accuracy {
  return {
    repositoryId,
    modelVersion: 'suspects-1',
    measuredAt: at(0),
    cases: 40,
    first: 20,
    firstFive: 32,
    since: at(-90),
    adjustment: null,
    ...over,
  }
}

export function learnedRisk(repositoryId: number, over: Partial<LearnedRisk> = {}): LearnedRisk {
  return { repositoryId, modelVersion: 'risk-1', learnedAt: at(0), adjustment: null, ...over }
}

export function repository(id: number, installationId: number, over: Partial<Repository> = {}): Repository {
  return {
    id,
    installationId,
    owner: 'acme',
    name: `shop-${id}`,
    isPrivate: false,
    isArchived: false,
    defaultBranch: 'main',
    removedAt: null,
    ...over,
  }
}

export type Open = () => Promise<Store>

/** One store for a suite; each `place()` is an installation and repository of its own in it. */
export function shared(open: Open): { store: () => Store; place: () => { tenant: TenantStore; repositoryId: number } } {
  let store: Store | undefined
  let places = 0
  beforeAll(async () => {
    store = await open()
  })
  afterAll(() => store?.close())
  const opened = () => {
    if (!store) throw new Error('The store is opened before the tests of its suite.')
    return store
  }
  return {
    store: opened,
    place: () => ({ tenant: opened().tenant(BIG + ++places), repositoryId: 2 * BIG + places }),
  }
}

export function pullRequest(repositoryId: number, number: number, over: Partial<PullRequestFacts> = {}): PullRequestFacts {
  return {
    repositoryId,
    number,
    title: 'Round totals',
    body: '',
    labels: [],
    author: octocat,
    headSha: sha('c'),
    baseRef: 'main',
    isDraft: false,
    isOpen: true,
    fileCount: 1,
    added: 2,
    deleted: 1,
    url: `https://github.com/acme/shop/pull/${number}`,
    updatedAt: at(0),
    ...over,
  }
}

export function deploymentReview(deploymentId: number, over: Partial<DeploymentReview> = {}): DeploymentReview {
  return {
    deploymentId,
    externalId: '1',
    repository: 'acme/shop',
    service: 'shop',
    environment: 'production',
    sha: sha('d'),
    previousSha: null,
    kind: 'forward',
    liveAt: at(2).toISOString(),
    changes: [],
    leftOut: 0,
    isTruncated: false,
    risk: { probability: 0, split: null },
    blastRadius: [],
    contacts: [],
    verdict: { state: 'watching', reasons: [], until: at(9).toISOString() },
    ...over,
  }
}
