import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChangeFacts } from '../../../src/domain/change.ts'
import type { Issue, IssueAction, IssueEvent } from '../../../src/domain/issue-event.ts'
import type { Repository } from '../../../src/domain/repository.ts'
import { seeRepository } from '../../../src/changes/see-repository.ts'
import { followComment } from '../../../src/incidents/follow-comment.ts'
import { followIssue } from '../../../src/incidents/follow-issue.ts'
import { moveIncident } from '../../../src/incidents/move-incident.ts'
import { refreshAnswers } from '../../../src/incidents/refresh-answers.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import type { Work } from '../../../src/work.ts'
import { memoryGitHub, type MemoryGitHub } from '../../support/memory-github.ts'
import { silentLog } from '../../support/silent-log.ts'

const INSTALLATION = 2 ** 33
const shop: Repository = {
  id: 2 ** 34,
  installationId: INSTALLATION,
  owner: 'acme',
  name: 'shop',
  isPrivate: true,
  isArchived: false,
  defaultBranch: 'main',
  removedAt: null,
}
const openedAt = new Date('2026-03-10T14:30:00Z')
const minutes = (count: number): Date => new Date(openedAt.getTime() + count * 60_000)
const octocat = { login: 'octocat', isBot: false }
const CATALOG = `version: 1
services:
  checkout: { paths: ["services/checkout/**"] }
  ledger: { paths: ["services/ledger/**"] }
`

const issue = (facts: Partial<Issue> = {}): Issue => ({
  number: 7,
  title: 'Customers are charged twice',
  body: 'Duplicate authorizations in services/checkout/src/authorize.ts',
  labels: ['incident'],
  author: octocat,
  appId: null,
  isOpen: true,
  isDropped: false,
  assignees: [],
  isLocked: false,
  openedAt,
  closedAt: null,
  updatedAt: openedAt,
  url: 'https://github.com/acme/shop/issues/7',
  ...facts,
})
const event = (action: IssueAction, facts: Partial<Issue> = {}): IssueEvent => ({
  kind: 'issue',
  action,
  repository: shop,
  issue: issue(facts),
  sender: octocat,
  label: null,
  assignee: null,
  bodyBefore: null,
  transferredTo: null,
})
const change = (number: number, path: string, mergedAt: Date, facts: Partial<ChangeFacts> = {}): ChangeFacts & { terms: string[] } => ({
  repositoryId: shop.id,
  number,
  mergeSha: String(number).padStart(40, 'a'),
  commitShas: [String(number).padStart(40, 'a')],
  baseSha: null,
  headSha: null,
  branch: 'main',
  title: `Change ${number}`,
  bodyExcerpt: '',
  author: { login: 'monalisa', isBot: false },
  merger: octocat,
  reviewers: [],
  labels: [],
  mergedAt,
  files: [
    { path, previousPath: null, status: 'modified', added: 3, deleted: 1, ranges: [{ start: 4, count: 3 }], symbols: ['authorizePayment'] },
  ],
  filesTruncated: false,
  fileCount: 1,
  added: 3,
  deleted: 1,
  identifiers: ['authorize'],
  references: [],
  patchId: null,
  bumps: [],
  url: `https://github.com/acme/shop/pull/${number}`,
  updatedAt: mergedAt,
  terms: ['chang'],
  ...facts,
})

let store: Store
let github: MemoryGitHub
let work: Work
let asked: number[]

beforeEach(async () => {
  store = await openStore(':memory:')
  github = memoryGitHub()
  github.files.set('.github/causeway.yml', CATALOG)
  github.permissions.set('octocat', 'write')
  const tenant = store.tenant(INSTALLATION)
  asked = []
  const refreshLater = async (repositoryId: number): Promise<void> => void asked.push(repositoryId)
  work = { tenant, github, now: () => minutes(60), log: silentLog, refreshLater, followUp: async () => undefined }
  await store.installations.upsert({ id: INSTALLATION, accountLogin: 'acme', suspendedAt: null, removedAt: null, permissions: {} })
  await tenant.repositories.upsert(shop)
})
afterEach(() => store.close())

const comment = (): string => github.comments.get(7)?.[0]?.body ?? ''
const incident = () => work.tenant.incidents.byIssue(shop.id, 7)
const facts = () =>
  JSON.parse(/<!-- causeway:facts (\{.*\}) -->/.exec(comment())![1]!) as {
    suspects: { name: string; probability: number }[]
    ruledOut: { reason: string }[]
    services: string[]
  }

describe('an incident issue', () => {
  it('gets one comment that names the change of its service and rules out what came later', async () => {
    await work.tenant.changes.upsert(change(1, 'services/checkout/src/authorize.ts', minutes(-30)))
    await work.tenant.changes.upsert(change(2, 'services/ledger/src/posting.ts', minutes(-20)))
    await work.tenant.changes.upsert(change(3, 'services/checkout/src/cart.ts', minutes(10)))
    await followIssue(work, event('opened'))

    expect(facts().services).toEqual(['checkout'])
    expect(facts().suspects.map((suspect) => suspect.name)).toEqual(['#1'])
    expect(facts().ruledOut.map(({ reason }) => reason)).toEqual(['live-after'])
    expect(await incident()).toMatchObject({ status: 'triggered', isTrusted: true, services: ['checkout'], servicesBy: 'mention' })
    expect(github.calls.filter((call) => !call.startsWith('readFiles') && call !== 'findFiles')).toEqual([
      'permission octocat',
      'createComment 7',
    ])
  })

  it('is answered once when opened and labeled arrive together, twice or in the other order', async () => {
    for (const action of ['labeled', 'opened', 'labeled', 'opened'] as const) await followIssue(work, event(action))
    expect(github.comments.get(7)).toHaveLength(1)
    expect(github.calls.filter((call) => /Comment/.test(call))).toEqual(['createComment 7'])
  })

  it('is only reported when someone without write access opened it, until someone with it speaks', async () => {
    github.permissions.set('octocat', 'read')
    await followIssue(work, event('opened'))
    expect(await incident()).toMatchObject({ status: 'reported', isTrusted: false })
    const spoken = {
      kind: 'issue-comment' as const,
      action: 'created' as const,
      repository: shop,
      issue: issue(),
      isPullRequest: false,
      comment: { id: 1, body: 'Looking.', author: octocat, appId: null, createdAt: minutes(1), updatedAt: minutes(1), url: '' },
      bodyBefore: null,
      sender: { login: 'monalisa', isBot: false },
    }
    await followComment(work, spoken)
    expect(await incident()).toMatchObject({ status: 'reported' })
    github.permissions.set('monalisa', 'write')
    await followComment(work, spoken)
    // Whoever looks into it has acknowledged it.
    expect(await incident()).toMatchObject({ status: 'acknowledged', acknowledgedAt: minutes(1), isTrusted: true })
  })

  it('is none without the label, and becomes one by /incident from someone with write access', async () => {
    await followIssue(work, event('opened', { labels: [] }))
    expect(await incident()).toBeNull()
    expect(github.calls).not.toContain('permission octocat')
    await followComment(work, {
      kind: 'issue-comment',
      action: 'created',
      repository: shop,
      issue: issue({ labels: [] }),
      isPullRequest: false,
      comment: { id: 1, body: '/incident ledger 1', author: octocat, appId: null, createdAt: openedAt, updatedAt: openedAt, url: '' },
      bodyBefore: null,
      sender: octocat,
    })
    expect(await incident()).toMatchObject({ services: ['ledger'], servicesBy: 'command', severity: 1 })
    expect(github.labels.get(7)).toEqual(['incident', 'sev-1'])
  })

  it('leaves another bot alone, and counts one that the file names', async () => {
    const pager = { login: 'pager[bot]', isBot: true }
    await followIssue(work, { ...event('opened', { author: pager }), sender: pager })
    expect(await incident()).toMatchObject({ status: 'reported' })
    expect(github.calls.some((call) => call.startsWith('permission'))).toBe(false)
  })

  it('tells what fixed it when closed, and forgets that when reopened', async () => {
    await followIssue(work, event('opened'))
    await work.tenant.changes.upsert(change(9, 'services/checkout/src/authorize.ts', minutes(20)))
    github.closing = {
      pullRequests: [{ number: 9, title: 'Change 9', url: 'https://github.com/acme/shop/pull/9', mergeSha: null }],
      lastComment: null,
    }
    await followIssue(work, event('closed', { isOpen: false, closedAt: minutes(30), updatedAt: minutes(30) }))
    expect(await incident()).toMatchObject({ status: 'resolved', resolvedAt: minutes(30), fix: { kind: 'pull-request', number: 9 } })
    expect(comment()).toContain('#9')
    await followIssue(work, event('reopened', { updatedAt: minutes(40) }))
    expect(await incident()).toMatchObject({ status: 'triggered', resolvedAt: null, fix: null })
  })

  it('ignores a snapshot that comes late', async () => {
    await followIssue(work, event('opened', { updatedAt: minutes(5), title: 'New title' }))
    await followIssue(work, event('edited', { updatedAt: minutes(1), title: 'Old title' }))
    expect(await incident()).toMatchObject({ title: 'New title' })
  })

  it.each(['opened', 'labeled'] as const)('is answered when news of its being %s comes after it was read as past', async (action) => {
    await work.tenant.backfills.quiet(shop.id, 7)
    await followIssue(work, event('closed', { isOpen: false, closedAt: minutes(50), updatedAt: minutes(50) }))
    expect(github.comments.get(7)).toBeUndefined()
    await followIssue(work, event(action, { updatedAt: minutes(1) }))
    expect(github.comments.get(7)).toHaveLength(1)
    expect(await incident()).toMatchObject({ status: 'resolved' })
  })

  it('says that its answer is no longer kept when the label is taken away, and answers again when it is back', async () => {
    await followIssue(work, event('opened'))
    await followIssue(work, event('unlabeled', { labels: [], updatedAt: minutes(2) }))
    expect(comment()).toContain('No longer tracked as an incident')
    await followIssue(work, event('labeled', { updatedAt: minutes(3) }))
    expect(comment()).not.toContain('No longer tracked')
    expect(github.comments.get(7)).toHaveLength(1)
  })

  it('shows five suspects at most, and after the third none that is next to impossible', async () => {
    const shown = async (count: number, path: (at: number) => string) => {
      for (let at = 1; at <= count; at++) await work.tenant.changes.upsert(change(at, path(at), minutes(-30 * at)))
      await followIssue(work, event('opened'))
      return facts().suspects
    }
    const few = await shown(6, (at) => `services/checkout/src/part${at}.ts`)
    expect(few).toHaveLength(5)
    expect(few.at(-1)!.probability).toBeGreaterThan(0.01)
    const many = await shown(160, (at) => (at <= 2 ? 'services/checkout/src/authorize.ts' : `services/checkout/src/part${at}.ts`))
    expect(many.map(({ name }) => name)).toEqual(['#1', '#2', '#3'])
    expect(comment()).toMatch(/157 other changes/)
  })

  it('is retracted when its issue is deleted', async () => {
    await followIssue(work, event('opened'))
    await moveIncident(work, event('deleted'))
    expect((await incident())?.retractedAt).not.toBeNull()
    expect(github.calls.filter((call) => /Comment/.test(call))).toEqual(['createComment 7'])
  })

  it('is answered again when a merge arrives late, and not when nothing changed', async () => {
    await followIssue(work, event('opened'))
    await refreshAnswers(work, [{ repositoryId: shop.id, at: minutes(-60) }])
    expect(github.calls.filter((call) => call.startsWith('updateComment'))).toEqual([])
    await work.tenant.changes.upsert(change(4, 'services/checkout/src/authorize.ts', minutes(-60)))
    await refreshAnswers(work, [{ repositoryId: shop.id, at: minutes(-60) }])
    expect(facts().suspects.map((suspect) => suspect.name)).toEqual(['#4'])
  })

  it('has the lane of another repository look again when what it depends on changed there', async () => {
    const ledger: Repository = { ...shop, id: shop.id + 1, name: 'ledger' }
    await work.tenant.repositories.upsert(ledger)
    github.files.set('.github/causeway.yml', 'version: 1\nservices:\n  ledger: {}\n')
    await seeRepository(work, ledger)
    github.files.set('.github/causeway.yml', 'version: 1\nservices:\n  checkout: { depends_on: ["acme/ledger:ledger"] }\n')
    await followIssue(work, event('opened'))
    await refreshAnswers(work, [{ repositoryId: ledger.id, at: minutes(-5) }])
    expect(asked).toEqual([shop.id])
    await refreshAnswers(work, [{ repositoryId: shop.id, at: minutes(-5) }])
    expect(asked).toEqual([shop.id])
  })

  it('finds a past incident in any language, with what fixed it', async () => {
    const earlier = { number: 3, title: 'タイムアウト', body: '', url: 'https://github.com/acme/shop/issues/3' }
    await followIssue(work, event('opened', { ...earlier, openedAt: minutes(-9000), updatedAt: minutes(-9000) }))
    github.closing = {
      pullRequests: [],
      lastComment: { body: 'Restarted the gateway.', url: 'https://github.com/acme/shop/issues/3#issuecomment-5' },
    }
    await followIssue(
      work,
      event('closed', { ...earlier, openedAt: minutes(-9000), isOpen: false, closedAt: minutes(-8900), updatedAt: minutes(-8900) }),
    )
    await followIssue(work, event('opened', { title: '決済がタイムアウト', body: '' }))
    expect(comment()).toContain('#3')
    expect(comment()).toContain('Restarted the gateway')
  })
})
