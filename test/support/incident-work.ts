// A repository with two services, a store in memory and a GitHub that answers from memory: for use cases of incidents.
import type { ChangeFacts } from '../../src/domain/change.ts'
import type { Incident } from '../../src/domain/incident.ts'
import type { Issue, IssueAction, IssueCommentEvent, IssueEvent } from '../../src/domain/issue-event.ts'
import type { PullRequestEvent } from '../../src/domain/pull-request.ts'
import type { Repository } from '../../src/domain/repository.ts'
import type { RepositorySettings } from '../../src/domain/service.ts'
import { followComment } from '../../src/incidents/follow-comment.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import type { Work } from '../../src/work.ts'
import { memoryGitHub, type MemoryGitHub } from './memory-github.ts'
import { silentLog } from './silent-log.ts'

const INSTALLATION = 2 ** 33
const OPENED = Date.UTC(2026, 2, 10, 14, 30)
/** Minutes after the issue was opened. */
export const minutes = (count: number): Date => new Date(OPENED + count * 60_000)

export const shop: Repository = {
  id: 2 ** 34,
  installationId: INSTALLATION,
  owner: 'acme',
  name: 'shop',
  isPrivate: true,
  isArchived: false,
  defaultBranch: 'main',
  removedAt: null,
}

const CATALOG = `version: 1
services:
  checkout: { paths: ["services/checkout/**"] }
  ledger: { paths: ["services/ledger/**"] }
`

const person = (login: string) => ({ login, isBot: login.endsWith('[bot]') })

const issue = (facts: Partial<Issue> = {}): Issue => ({
  number: 7,
  title: 'Customers are charged twice',
  body: 'Duplicate authorizations in services/checkout/src/authorize.ts',
  labels: ['incident'],
  author: person('octocat'),
  appId: null,
  isOpen: true,
  isDropped: false,
  assignees: [],
  isLocked: false,
  openedAt: minutes(0),
  closedAt: null,
  updatedAt: minutes(0),
  url: `https://github.com/acme/shop/issues/${facts.number ?? 7}`,
  ...facts,
})

export const issueEvent = (action: IssueAction, facts: Partial<Issue> = {}, more: Partial<IssueEvent> = {}): IssueEvent => ({
  kind: 'issue',
  action,
  repository: shop,
  issue: issue(facts),
  sender: person('octocat'),
  label: null,
  assignee: null,
  bodyBefore: null,
  transferredTo: null,
  ...more,
})

/** A comment made, or edited when `before` is given, so many minutes after the issue was opened. */
export function commentEvent(
  body: string,
  told: { by?: string; at?: number; id?: number; before?: string; action?: IssueCommentEvent['action']; issue?: Partial<Issue> } = {},
): IssueCommentEvent {
  const { by = 'monalisa', at = 5, id = 2 ** 40 + 1, before } = told
  const madeAt = before === undefined ? at : Math.min(at, 5)
  return {
    kind: 'issue-comment',
    action: told.action ?? (before === undefined ? 'created' : 'edited'),
    repository: shop,
    issue: issue({ updatedAt: minutes(at), ...told.issue }),
    isPullRequest: false,
    comment: {
      id,
      body,
      author: person(by),
      appId: null,
      createdAt: minutes(madeAt),
      updatedAt: minutes(at),
      url: `https://github.com/acme/shop/issues/7#issuecomment-${id}`,
    },
    bodyBefore: before ?? null,
    sender: person(by),
  }
}

export const change = (
  number: number,
  path: string,
  mergedAt: Date,
  facts: Partial<ChangeFacts> = {},
): ChangeFacts & { terms: string[] } => {
  const mergeSha = number.toString(16).padStart(40, 'a')
  return {
    repositoryId: shop.id,
    number,
    mergeSha,
    commitShas: [mergeSha],
    baseSha: null,
    headSha: null,
    branch: 'main',
    title: `Change ${number}`,
    bodyExcerpt: '',
    author: person('hubot'),
    merger: null,
    reviewers: [],
    labels: [],
    mergedAt,
    files: [{ path, previousPath: null, status: 'modified', added: 3, deleted: 1, ranges: [{ start: 4, count: 3 }], symbols: [] }],
    filesTruncated: false,
    fileCount: 1,
    added: 3,
    deleted: 1,
    identifiers: [],
    references: [],
    patchId: null,
    bumps: [],
    url: `https://github.com/acme/shop/pull/${number}`,
    updatedAt: mergedAt,
    terms: ['chang'],
    ...facts,
  }
}

/** A pull request of one file of checkout. */
export const openedPull = (over: Partial<PullRequestEvent['pullRequest']> = {}, action = 'opened'): PullRequestEvent => ({
  kind: 'pull-request',
  action,
  repository: shop,
  pullRequest: {
    number: 21,
    title: 'Retry a payment',
    body: '',
    labels: [],
    author: { login: 'hubot', isBot: false },
    headSha: 'a'.repeat(40),
    baseRef: 'main',
    isDraft: false,
    isOpen: true,
    fileCount: 1,
    added: 1,
    deleted: 1,
    url: 'https://github.com/acme/shop/pull/21',
    updatedAt: minutes(0),
    ...over,
  },
})

/** What the file says of postmortems (and of `/rollback`), as if it was read so. */
export async function setPostmortems(
  { work }: IncidentWork,
  postmortems: RepositorySettings['postmortems'],
  rollback?: RepositorySettings['incidents']['rollback'],
): Promise<void> {
  const catalog = (await work.tenant.catalogs.get(shop.id))!.catalog!
  const incidents = { ...catalog.settings.incidents, ...(rollback && { rollback }) }
  await work.tenant.catalogs.save(
    shop.id,
    { ...catalog, settings: { ...catalog.settings, incidents, postmortems } },
    [],
    new Date('2099-01-01'),
  )
}

/** Somebody says so in the incident's issue, with the labels that it has by now. */
export const say = ({ work, github }: IncidentWork, text: string, told: Parameters<typeof commentEvent>[1] = {}): Promise<void> =>
  followComment(work, commentEvent(text, { ...told, issue: { labels: ['incident', ...(github.labels.get(7) ?? [])] } }))

/** Our one comment there. */
export const answerIn = ({ github }: IncidentWork, issue = 7): string => github.comments.get(issue)?.[0]?.body ?? ''

/** Its record. */
export const recorded = async ({ work }: IncidentWork): Promise<Incident> => (await work.tenant.incidents.byIssue(shop.id, 7))!

export type IncidentWork = { store: Store; github: MemoryGitHub; work: Work }

/** `octocat` opened the issue; `monalisa` and `octocat` may write, `reader` may read, nobody else is known. */
export async function incidentWork(): Promise<IncidentWork> {
  const store = await openStore(':memory:')
  const github = memoryGitHub()
  github.files.set('.github/causeway.yml', CATALOG)
  for (const writer of ['octocat', 'monalisa']) github.permissions.set(writer, 'write')
  github.permissions.set('reader', 'read')
  github.permissions.set('outsider', 'none')
  const tenant = store.tenant(INSTALLATION)
  await store.installations.upsert({ id: INSTALLATION, accountLogin: 'acme', suspendedAt: null, removedAt: null, permissions: {} })
  await tenant.repositories.upsert(shop)
  const nothing = async (): Promise<void> => undefined
  return { store, github, work: { tenant, github, now: () => minutes(120), log: silentLog, refreshLater: nothing, followUp: nothing } }
}
