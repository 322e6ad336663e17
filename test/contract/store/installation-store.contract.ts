import { describe, expect, it } from 'vitest'
import type { Catalog } from '../../../src/domain/service.ts'
import { at, BIG, change, deployment, incident, live, repository, sha, shared, toService, type Open } from './made-up.ts'

const catalog = (name: string, repositoryId: number): Catalog => ({
  source: 'causeway.yml',
  services: [{ name, repositoryId, paths: ['**'], environments: [], owners: ['@octocat'], dependsOn: [], runbooks: [] }],
  codeowners: [],
  settings: {
    deployments: { from: { kind: 'deployments' }, mapping: [], branches: [] },
    incidents: { labels: ['incident'], lookbackMs: 1, severities: [1], bots: [] },
    pullRequests: { riskCheck: true, comments: 'confirmed' },
    shareWith: [],
  },
})

export function installationStoreContract(open: Open): void {
  describe('installations and tokens', () => {
    const { store } = shared(open)

    it('keeps an installation as last announced', async () => {
      const { installations } = store()
      await installations.upsert({
        id: BIG + 7,
        accountLogin: 'acme',
        suspendedAt: null,
        removedAt: null,
        permissions: { issues: 'write' },
      })
      await installations.upsert({
        id: BIG + 7,
        accountLogin: 'acme',
        suspendedAt: at(3),
        removedAt: null,
        permissions: { issues: 'read' },
        updatedAt: at(3),
      })
      expect(await installations.byId(BIG + 7)).toEqual({
        id: BIG + 7,
        accountLogin: 'acme',
        suspendedAt: at(3),
        removedAt: null,
        permissions: { issues: 'read' },
        updatedAt: at(3),
      })
      expect(await installations.byId(7)).toBeNull()
      expect((await installations.all()).map((one) => one.id)).toEqual([BIG + 7])
    })

    it('finds an installation by a repository name in any case', async () => {
      await store()
        .tenant(BIG)
        .repositories.upsert(repository(BIG + 1, BIG, { name: 'Shop' }))
      expect(await store().installations.byRepositoryName('ACME', 'shop')).toEqual({ installationId: BIG, repositoryId: BIG + 1 })
      expect(await store().installations.byRepositoryName('acme', 'nothing')).toBeNull()
    })

    it('keeps only the hash of a token, and knows whether any can be used', async () => {
      const { tokens } = store()
      expect(await tokens.any()).toBe(false)
      const token = { hash: 'ab12', installationId: BIG, scope: 'read' as const, label: 'CI', createdAt: at(1) }
      const id = await tokens.create(token)
      expect(await tokens.any()).toBe(true)
      expect(await tokens.byHash('ab12')).toEqual({ id, installationId: BIG, scope: 'read', label: 'CI', revokedAt: null })
      expect(await tokens.byHash('ab13')).toBeNull()
      await expect(tokens.create(token)).rejects.toThrow()
      expect(await tokens.revoke(id, at(2))).toBe(true)
      expect(await tokens.revoke(id, at(3))).toBe(false)
      expect(await tokens.list()).toEqual([{ id, installationId: BIG, scope: 'read', label: 'CI', createdAt: at(1), revokedAt: at(2) }])
      expect(await tokens.any()).toBe(false)
    })
  })

  describe('repositories, catalogs and comments', () => {
    const { place, store } = shared(open)

    it('follows a repository through renames and removal', async () => {
      const { tenant, repositoryId } = place()
      const first = repository(repositoryId, tenant.installationId, { name: 'old', isPrivate: true, updatedAt: at(0) })
      await tenant.repositories.upsert(first)
      expect(await tenant.repositories.byId(repositoryId)).toEqual(first)
      const renamed = { ...first, name: 'new', isArchived: true }
      // An installation's webhook does not say how new it is.
      await tenant.repositories.upsert({ ...renamed, updatedAt: null })
      expect(await tenant.repositories.byName('Acme', 'NEW')).toEqual(renamed)
      expect(await tenant.repositories.byName('acme', 'old')).toBeNull()
      await tenant.repositories.markRemoved(repositoryId, at(1))
      await tenant.repositories.upsert(repository(repositoryId - 1, tenant.installationId, { name: 'new' }))
      expect((await tenant.repositories.byName('acme', 'new'))?.id).toBe(repositoryId - 1)
      expect((await tenant.repositories.all()).map((one) => [one.id, one.removedAt])).toEqual([
        [repositoryId - 1, null],
        [repositoryId, at(1)],
      ])
    })

    it('takes its past along when a repository comes back under another installation', async () => {
      const { tenant, repositoryId } = place()
      const { tenant: next } = place()
      await tenant.repositories.upsert(repository(repositoryId, tenant.installationId))
      const changeId = await tenant.changes.upsert(change(repositoryId, sha('a')))
      const [deploymentId] = await tenant.deployments.upsert(deployment(repositoryId, '1'), [toService('shop')])
      await tenant.deployments.setLive(deploymentId!, live(at(5), [{ changeId, direction: 'in' }]))
      const incidentId = await tenant.incidents.upsert(incident(repositoryId, 1))
      await tenant.incidents.indexTerms(incidentId, ['checkout'])
      await tenant.comments.saved(repositoryId, 1, 9, 'hash')
      await next.repositories.upsert(repository(repositoryId, next.installationId))
      expect(await tenant.repositories.byId(repositoryId)).toBeNull()
      expect(await tenant.changes.byCommit(repositoryId, sha('a'))).toBeNull()
      expect((await next.changes.byCommit(repositoryId, sha('a')))?.id).toBe(changeId)
      expect(await next.deployments.carrying([changeId])).toHaveLength(1)
      const reader = { id: repositoryId, owner: 'acme', name: 'shop' }
      const found = await next.incidents.search({ reader, terms: ['checkout'], before: at(9), rarest: 5, limit: 5 })
      expect(found.ids).toEqual([incidentId])
      expect((await next.comments.get(repositoryId, 1))?.commentId).toBe(9)
      expect((await next.changes.past(repositoryId, { before: at(9), paths: ['src/cart.ts'], terms: ['round'] })).documentCount).toBe(1)
    })

    it('is not taken back by a late webhook of an installation that is gone, and goes to one that stands', async () => {
      const { tenant, repositoryId } = place()
      const { tenant: next } = place()
      await tenant.repositories.upsert(repository(repositoryId, tenant.installationId))
      const gone = { id: tenant.installationId, accountLogin: 'acme', suspendedAt: null, removedAt: at(3), permissions: {} }
      await store().installations.upsert(gone)
      await next.repositories.upsert(repository(repositoryId, next.installationId, { updatedAt: at(5) }))
      const changeId = await next.changes.upsert(change(repositoryId, sha('a')))
      await tenant.repositories.upsert(repository(repositoryId, tenant.installationId, { name: 'old', updatedAt: at(2) }))
      expect(await tenant.repositories.byId(repositoryId)).toBeNull()
      expect(await next.repositories.byId(repositoryId)).toMatchObject({ owner: 'acme', updatedAt: at(5) })
      expect((await next.changes.byCommit(repositoryId, sha('a')))?.id).toBe(changeId)
      const { tenant: third } = place()
      await third.repositories.upsert(repository(repositoryId, third.installationId, { updatedAt: at(4) }))
      expect((await third.changes.byCommit(repositoryId, sha('a')))?.id).toBe(changeId)
    })

    it('keeps the last good catalog when a new one has errors', async () => {
      const { tenant, repositoryId } = place()
      expect(await tenant.catalogs.get(repositoryId)).toBeNull()
      const problem = { path: '.github/causeway.yml', line: 3, column: 1, message: 'unknown key', severity: 'error' as const }
      await tenant.catalogs.save(repositoryId, null, [problem], at(0))
      await tenant.catalogs.setProblemIssue(repositoryId, 12)
      expect(await tenant.catalogs.get(repositoryId)).toEqual({
        catalog: null,
        problems: [problem],
        readAt: at(0),
        readAgainAt: null,
        problemIssueNumber: 12,
      })
      expect(await tenant.catalogs.of([repositoryId])).toEqual(new Map())
      const good = catalog('checkout', repositoryId)
      await tenant.catalogs.save(repositoryId, good, [], at(1))
      await tenant.catalogs.save(repositoryId, null, [problem], at(2))
      expect(await tenant.catalogs.get(repositoryId)).toEqual({
        catalog: good,
        problems: [problem],
        readAt: at(2),
        readAgainAt: null,
        problemIssueNumber: 12,
      })
      expect(await tenant.catalogs.of([repositoryId, -1])).toEqual(new Map([[repositoryId, good]]))
    })

    it('knows when to ask again for files that might not be read, and asks earlier once it may', async () => {
      const { tenant, repositoryId } = place()
      const { tenant: other, repositoryId: elsewhere } = place()
      const readAgainAt = async () => (await tenant.catalogs.get(repositoryId))?.readAgainAt
      await tenant.catalogs.save(repositoryId, catalog('shop', repositoryId), [], at(0), at(60))
      await other.catalogs.save(elsewhere, catalog('shop', elsewhere), [], at(0), at(60))
      expect(await readAgainAt()).toEqual(at(60))
      await tenant.catalogs.readAgain(at(5))
      await tenant.catalogs.readAgain(at(7))
      expect(await readAgainAt()).toEqual(at(5))
      expect((await other.catalogs.get(elsewhere))?.readAgainAt).toEqual(at(60))
      await tenant.catalogs.save(repositoryId, catalog('shop', repositoryId), [], at(6))
      await tenant.catalogs.readAgain(at(7))
      expect(await readAgainAt()).toBeNull()
    })

    it('knows the one comment of an issue through its life', async () => {
      const { tenant, repositoryId } = place()
      const { comments } = tenant
      const nothing = { repositoryId, issueNumber: 4, commentId: null, bodyHash: null, intendedAt: null, deletedAt: null }
      expect(await comments.get(repositoryId, 4)).toBeNull()
      await comments.intend(repositoryId, 4, at(0))
      expect(await comments.get(repositoryId, 4)).toEqual({ ...nothing, intendedAt: at(0) })
      await comments.saved(repositoryId, 4, BIG + 5, 'abc')
      expect(await comments.get(repositoryId, 4)).toEqual({ ...nothing, intendedAt: at(0), commentId: BIG + 5, bodyHash: 'abc' })
      await comments.deleted(repositoryId, 4, at(2))
      expect(await comments.get(repositoryId, 4)).toEqual({ ...nothing, intendedAt: at(0), deletedAt: at(2) })
      await comments.intend(repositoryId, 4, at(3))
      expect(await comments.get(repositoryId, 4)).toEqual({ ...nothing, intendedAt: at(3) })
    })

    it('keeps emoji and drops U+0000', async () => {
      const { tenant, repositoryId } = place()
      await tenant.repositories.upsert(repository(repositoryId, tenant.installationId, { name: 'i\0\ud83d\ude00' }))
      expect((await tenant.repositories.byName('acme', 'I😀'))?.name).toBe('i😀')
    })
  })
}
