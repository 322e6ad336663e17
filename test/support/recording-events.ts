import type { DeploymentState } from '../../src/domain/deployment.ts'
import type { DeploymentStatusEvent, MergeEvent, PushEvent } from '../../src/domain/event.ts'
import type { PullRequestSummary } from '../../src/github/github.ts'
import { REPOSITORY } from './commit-graph.ts'

const START = Date.UTC(2026, 1, 1)
export const minute = (n: number): Date => new Date(START + n * 60_000)

export const merged = (pull: PullRequestSummary, more: Partial<MergeEvent['pullRequest']> = {}): MergeEvent => ({
  kind: 'merge',
  repository: REPOSITORY,
  pullRequest: {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    labels: pull.labels,
    author: pull.author ?? { login: 'ghost', isBot: false },
    merger: pull.mergedBy,
    baseRef: pull.baseRef,
    headRef: pull.headRef,
    headSha: pull.headSha,
    mergeSha: pull.mergeSha,
    mergedAt: pull.mergedAt ?? new Date(0),
    updatedAt: pull.updatedAt,
    url: pull.url,
    ...more,
  },
})

export const pushed = (shas: string[], more: Partial<PushEvent> = {}): PushEvent => ({
  kind: 'push',
  repository: REPOSITORY,
  branch: 'main',
  before: null,
  after: shas.at(-1) ?? '',
  shas,
  isTruncated: false,
  paths: [],
  pushedAt: minute(0),
  ...more,
})

export const status = (
  id: number,
  sha: string,
  at: Date,
  state: DeploymentState = 'success',
  facts: Partial<DeploymentStatusEvent['facts']> = {},
): DeploymentStatusEvent => ({
  kind: 'deployment-status',
  repository: REPOSITORY,
  facts: {
    source: 'deployment',
    externalId: String(2 ** 33 + id),
    environment: 'production',
    task: 'deploy',
    workflow: null,
    statedService: null,
    sha,
    ref: 'main',
    creator: { login: 'hubot', isBot: false },
    createdAt: at,
    url: null,
    isTransient: false,
    isProduction: true,
    ...facts,
  },
  change: { state, at, url: null },
})
