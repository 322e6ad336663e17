import type { RefreshSubject } from '../../../src/work.ts'
import { describe, expect, it } from 'vitest'
import { recordApiChange, recordApiDeployment } from '../../../src/changes/record-api.ts'
import { recordDeploymentStatus } from '../../../src/changes/record-deployment.ts'
import { isActive, recordInstallation, recordInstallationRepositories } from '../../../src/changes/record-installation.ts'
import { recordRelease } from '../../../src/changes/record-release.ts'
import { recordRepository } from '../../../src/changes/record-repository.ts'
import { seeRepository } from '../../../src/changes/see-repository.ts'
import { recordWorkflowRun } from '../../../src/changes/record-workflow-run.ts'
import type { WorkflowRunEvent } from '../../../src/domain/event.ts'
import { commitGraph, REPOSITORY } from '../../support/commit-graph.ts'
import { minute, status } from '../../support/recording-events.ts'
import { aCatalog, aService, recordingWork } from '../../support/recording-work.ts'

const hubot = { login: 'hubot', isBot: false }

describe('another source of deployments', () => {
  it('is the named workflow: each attempt once, never for a pull request', async () => {
    const graph = commitGraph()
    const sha = graph.commit('m0', [])
    const { work } = await recordingWork(graph, aCatalog([aService('shop')], { from: { kind: 'workflow_run', workflow: 'deploy.yml' } }))
    const run: WorkflowRunEvent = {
      kind: 'workflow-run',
      repository: REPOSITORY,
      id: 2 ** 35,
      attempt: 1,
      name: 'Deploy',
      path: '.github/workflows/deploy.yml',
      trigger: 'push',
      headSha: sha,
      headBranch: 'main',
      isSuccess: true,
      actor: hubot,
      startedAt: minute(0),
      completedAt: minute(1),
      url: 'https://github.com/acme/shop/actions/runs/1',
    }
    await recordWorkflowRun(work, { ...run, trigger: 'pull_request' })
    await recordWorkflowRun(work, { ...run, path: '.github/workflows/test.yml', name: 'Test' })
    await recordDeploymentStatus(work, status(1, sha, minute(1)))
    expect(await work.tenant.deployments.latest(REPOSITORY.id, 'shop')).toBeNull()
    await recordWorkflowRun(work, run)
    await recordWorkflowRun(work, { ...run, attempt: 2, startedAt: minute(2), completedAt: minute(3) })
    expect(await work.tenant.deployments.latest(REPOSITORY.id, 'shop')).toMatchObject({
      environment: 'production',
      isProduction: true,
      kind: 'repeat',
      liveAt: minute(3),
    })
  })

  it('is a release, whose tag leads to its commit', async () => {
    const graph = commitGraph()
    const sha = graph.commit('m0', [])
    const { work } = await recordingWork(graph, aCatalog([aService('shop')], { from: { kind: 'releases' } }))
    const release = {
      kind: 'release',
      repository: REPOSITORY,
      id: 9,
      isPrerelease: false,
      author: hubot,
      publishedAt: minute(1),
      url: 'https://github.com/acme/shop/releases/9',
    } as const
    await recordRelease(work, { ...release, tag: 'gone' })
    expect(await work.tenant.deployments.latest(REPOSITORY.id, 'shop')).toBeNull()
    await recordRelease(work, { ...release, tag: sha })
    expect(await work.tenant.deployments.latest(REPOSITORY.id, 'shop')).toMatchObject({
      source: 'release',
      sha,
      kind: 'first',
      liveAt: minute(1),
    })
  })

  it('is the API: states of one id are one deployment; a change need not be a commit', async () => {
    const graph = commitGraph()
    const sha = graph.commit('m0', [])
    const { work } = await recordingWork(graph)
    const call = {
      repository: REPOSITORY,
      externalId: 'run-1',
      service: 'shop',
      environment: 'production',
      sha,
      ref: null,
      creator: 'hubot',
      url: null,
      task: null,
      isProduction: null,
    }
    await recordApiDeployment(work, { ...call, state: 'pending', at: minute(1) })
    await recordApiDeployment(work, { ...call, state: 'success', at: minute(2) })
    const rows = await work.tenant.deployments.byExternal(REPOSITORY.id, 'api', 'run-1')
    expect(rows.map((row) => [row.states.map((one) => one.state), row.liveAt])).toEqual([[['pending', 'success'], minute(2)]])
    const change = {
      repository: REPOSITORY,
      externalId: 'flag-1',
      sha: null,
      number: null,
      title: 'Turn on the new price',
      body: '',
      author: 'monalisa',
      branch: null,
      mergedAt: minute(3),
      labels: ['flag'],
      files: null,
      url: null,
    }
    for (const _ of [1, 2]) await recordApiChange(work, change)
    expect(await work.tenant.changes.mergedBetween([REPOSITORY.id], minute(0), minute(9), 10)).toMatchObject([
      { title: 'Turn on the new price', filesTruncated: true, branch: 'main' },
    ])
  })
})

describe('the installation', () => {
  it('comes, is suspended, loses and regains repositories, and goes', async () => {
    const { work, store } = await recordingWork(commitGraph())
    const id = REPOSITORY.installationId
    const base = {
      kind: 'installation',
      installationId: id,
      accountLogin: 'acme',
      suspendedAt: null,
      permissions: { issues: 'write' },
      repositories: [],
    } as const
    const granted = { id: 2 ** 41, owner: 'acme', name: 'ledger', isPrivate: true }
    const event = (action: 'created' | 'deleted' | 'suspend' | 'unsuspend') =>
      recordInstallation(work, store.installations, { ...base, action, repositories: action === 'created' ? [granted] : [] })
    await event('created')
    await event('suspend')
    expect(await isActive(store.installations, id)).toBe(false)
    expect(await store.installations.byId(id)).toMatchObject({ suspendedAt: work.now(), permissions: { issues: 'write' } })
    await event('unsuspend')
    expect(await store.installations.byId(id)).toMatchObject({ suspendedAt: null })
    const changed = (added: (typeof granted)[], removed: (typeof granted)[]) =>
      recordInstallationRepositories(work, store.installations, { ...base, kind: 'installation-repositories', added, removed })
    await changed([], [granted])
    expect((await work.tenant.repositories.byId(granted.id))?.removedAt).not.toBeNull()
    await changed([granted], [])
    expect((await work.tenant.repositories.byId(granted.id))?.removedAt).toBeNull()
    await recordRepository(work, {
      kind: 'repository',
      action: 'renamed',
      repository: { ...REPOSITORY, name: 'store', defaultBranch: 'trunk' },
    })
    expect(await work.tenant.repositories.byName('acme', 'store')).toMatchObject({ id: REPOSITORY.id, defaultBranch: 'trunk' })
    await recordInstallation(work, store.installations, {
      ...base,
      action: 'new_permissions_accepted',
      permissions: { issues: 'write', deployments: 'read' },
      repositories: [],
    })
    expect((await store.installations.byId(id))?.permissions).toEqual({ issues: 'write', deployments: 'read' })
    expect(await isActive(store.installations, id)).toBe(true)
    const late = { ...base, updatedAt: minute(1), repositories: [] }
    await recordInstallation(work, store.installations, { ...late, action: 'unsuspend', updatedAt: minute(2) })
    await recordInstallation(work, store.installations, { ...late, action: 'suspend' })
    expect(await isActive(store.installations, id)).toBe(true)
    await event('deleted')
    await event('created')
    await changed([granted], [])
    expect(await isActive(store.installations, id)).toBe(false)
    expect((await work.tenant.repositories.all()).every((one) => one.removedAt !== null)).toBe(true)
    expect((await store.installations.byId(id))?.removedAt).not.toBeNull()
  })
})

describe('what may be quoted, and its name', () => {
  const at = minute(5)

  async function withOpenIncident() {
    const { work, store } = await recordingWork(commitGraph())
    const ledger = { ...REPOSITORY, id: REPOSITORY.id + 1, name: 'ledger' }
    await work.tenant.repositories.upsert(ledger)
    for (const [number, closedAt] of [
      [1, null],
      [2, minute(9)],
    ] as const) {
      const id = await work.tenant.incidents.upsert({
        repositoryId: ledger.id,
        issueNumber: number,
        title: 'Payments fail',
        body: '',
        labels: ['incident'],
        author: hubot,
        isTrusted: true,
        services: ['ledger'],
        servicesBy: 'repository',
        severity: null,
        detectedAt: at,
        detectedBy: 'created',
        openedAt: at,
        closedAt,
        url: `https://github.com/acme/ledger/issues/${number}`,
        updatedAt: at,
        reportKey: null,
      })
      if (closedAt) await work.tenant.incidents.setState(id, { status: 'resolved', resolvedAt: closedAt })
    }
    const asked: [number, RefreshSubject][] = []
    const refreshLater = async (repositoryId: number, what: RefreshSubject) => void asked.push([repositoryId, what])
    return { work: { ...work, refreshLater }, store, asked, ledger }
  }

  it.each(['privatized', 'publicized', 'renamed', 'transferred', 'unarchived', 'deleted'] as const)(
    'lets open answers everywhere be looked at again when a repository is %s, each once in its own lane',
    async (action) => {
      const { work, asked, ledger } = await withOpenIncident()
      for (const _ of ['told', 'told again']) {
        asked.length = 0
        await recordRepository(work, { kind: 'repository', action, repository: { ...REPOSITORY, isPrivate: action === 'privatized' } })
        expect(asked.filter(([, what]) => what instanceof Date)).toEqual([[ledger.id, at]])
        expect(asked).toContainEqual([REPOSITORY.id, 'quotes'])
      }
    },
  )

  it('is not what a late webhook says; what is private now is quoted no longer, whatever told of it', async () => {
    const { work, asked, ledger } = await withOpenIncident()
    const told = (repository: Partial<typeof REPOSITORY>, n: number) =>
      seeRepository(work, { ...REPOSITORY, ...repository, updatedAt: minute(n) })
    const shown = async () => {
      const known = await work.tenant.repositories.byId(REPOSITORY.id)
      return [known?.name, known?.isPrivate, known?.removedAt === null]
    }
    await told({ isPrivate: false }, 1)
    asked.length = 0
    await told({ isPrivate: true, name: 'store' }, 3)
    expect(asked).toEqual([
      [REPOSITORY.id, 'quotes'],
      [ledger.id, at],
    ])
    await told({ isPrivate: false }, 2)
    await recordRepository(work, {
      kind: 'repository',
      action: 'publicized',
      repository: { ...REPOSITORY, isPrivate: false, updatedAt: minute(2) },
    })
    expect(await shown()).toEqual(['store', true, true])
    await recordRepository(work, { kind: 'repository', action: 'deleted', repository: { ...REPOSITORY, updatedAt: minute(4) } })
    await told({ isPrivate: true, name: 'shop' }, 5)
    expect(await shown()).toEqual(['shop', true, false])
    await recordRepository(work, { kind: 'repository', action: 'created', repository: { ...REPOSITORY, updatedAt: minute(6) } })
    expect(await shown()).toEqual(['shop', true, true])
  })

  it('does so when a repository is taken away from the App, and when the App is no longer suspended', async () => {
    const { work, store, asked, ledger } = await withOpenIncident()
    const base = { installationId: REPOSITORY.installationId, accountLogin: 'acme', suspendedAt: null, permissions: {} }
    const removed = [{ id: REPOSITORY.id, owner: 'acme', name: 'shop', isPrivate: true }]
    await recordInstallationRepositories(work, store.installations, { ...base, kind: 'installation-repositories', added: [], removed })
    expect(asked).toEqual([
      [REPOSITORY.id, 'quotes'],
      [ledger.id, at],
    ])
    for (const action of ['suspend', 'unsuspend'] as const)
      await recordInstallation(work, store.installations, { ...base, kind: 'installation', action, repositories: [] })
    expect(asked).toEqual([
      [REPOSITORY.id, 'quotes'],
      [ledger.id, at],
      [ledger.id, at],
    ])
  })
})
