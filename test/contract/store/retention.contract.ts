import { quotesNumberOf } from '../../../src/domain/check-quotes.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanUp } from '../../../src/inbox/clean-up.ts'
import type { Store } from '../../../src/store/store.ts'
import { silentLog } from '../../support/silent-log.ts'
import {
  at,
  BIG,
  change,
  deployment,
  deploymentReview,
  incident,
  live,
  octocat,
  pullRequest,
  repository,
  sha,
  toService,
  type Open,
} from './made-up.ts'

const OLD = at(-99 * 1440)
const NEW = at(0)

export function retentionContract(open: Open): void {
  describe('letting go', () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store.close())

    const keep = { payloadDays: 7, deadDays: 30, changeDays: 30, incidentDays: 30 }
    const clean = (retention = keep) => cleanUp({ store, retention, now: () => NEW, log: silentLog, pauseMs: 0 })

    async function install(id: number, accountLogin = 'acme', removedAt: Date | null = null): Promise<void> {
      await store.installations.upsert({ id, accountLogin, suspendedAt: null, removedAt, permissions: { issues: 'write' } })
    }

    /** Two changes, deployments and incidents of one repository, one old and one new of each. */
    async function fill(installationId: number, repositoryId: number) {
      const tenant = store.tenant(installationId)
      await tenant.repositories.upsert(repository(repositoryId, installationId))
      const old = await tenant.changes.upsert(change(repositoryId, sha('a'), { number: 1, mergedAt: OLD, patchId: sha('f') }))
      const young = await tenant.changes.upsert(change(repositoryId, sha('b'), { number: 2, mergedAt: NEW }))
      await tenant.changes.linkRevert(young, old)
      for (const [afterAt, lastAt] of [
        [at(-99 * 1440 - 1), OLD],
        [OLD, NEW],
      ] as const)
        await tenant.changes.keepSpan(repositoryId, { afterAt, lastAt }, (rows) => Uint8Array.of(rows.length))
      const deploy = async (name: string, liveAt: Date, changeId: number) => {
        const [id] = await tenant.deployments.upsert(deployment(repositoryId, name, { createdAt: liveAt }), [toService('shop')])
        await tenant.deployments.addState(id!, { state: 'success', at: liveAt, url: null })
        await tenant.deployments.setLive(id!, live(liveAt, [{ changeId, direction: 'in' }]))
      }
      await deploy('1', OLD, old)
      await deploy('2', NEW, young)
      for (const [number, openedAt] of [
        [1, OLD],
        [2, NEW],
      ] as const) {
        const id = await tenant.incidents.upsert(incident(repositoryId, number, { openedAt, detectedAt: openedAt }))
        await tenant.incidents.indexTerms(id, ['checkout'])
        await tenant.incidents.setState(id, { status: 'resolved', resolvedAt: openedAt })
        await tenant.comments.saved(repositoryId, number, number, 'hash')
      }
      return { tenant, old, young }
    }

    it('drops old changes, deployments and incidents with all that hangs on them, and leaves the rest as it was', async () => {
      await install(BIG)
      const { tenant, old, young } = await fill(BIG, 7)
      await clean()
      expect((await tenant.changes.mergedBetween([7], OLD, NEW, 9)).map((one) => one.id)).toEqual([young])
      expect(await tenant.changes.byCommit(7, sha('a'))).toBeNull()
      expect((await tenant.changes.spans(7, at(9), 9)).map(({ afterAt, lastAt }) => [afterAt, lastAt])).toEqual([[OLD, NEW]])
      expect(await tenant.changes.byPatchId(7, sha('f'))).toEqual([])
      expect((await tenant.deployments.carrying([old, young])).map((one) => one.deployment.externalId)).toEqual(['2'])
      const past = await tenant.changes.past(7, { before: at(9), paths: ['src/cart.ts'], terms: ['round'] })
      expect(past.documentCount).toBe(1)
      expect(past.documentFrequency.get('round')).toBe(1)
      expect(await tenant.incidents.byIssue(7, 1)).toBeNull()
      expect(await tenant.incidents.byIssue(7, 2)).not.toBeNull()
      expect(await tenant.comments.get(7, 1)).toBeNull()
      expect(await tenant.comments.get(7, 2)).not.toBeNull()
      const search = { reader: { id: 7, owner: 'acme', name: 'shop' }, terms: ['checkout'], rarest: 5, before: at(9), limit: 9 }
      expect((await tenant.incidents.search(search)).ids).toHaveLength(1)
      await clean()
      expect(await tenant.changes.mergedBetween([7], OLD, NEW, 9)).toHaveLength(1)
    })

    it('keeps for ever where it is told to', async () => {
      await install(BIG)
      const { tenant } = await fill(BIG, 7)
      await clean({ ...keep, changeDays: 0, incidentDays: 0 })
      expect(await tenant.changes.mergedBetween([7], OLD, NEW, 9)).toHaveLength(2)
      expect(await tenant.incidents.byIssue(7, 1)).not.toBeNull()
    })

    it('keeps a change that a verdict names, an incident that goes on, and the version that stands in an environment', async () => {
      await install(BIG)
      const { tenant, old } = await fill(BIG, 7)
      const open = await tenant.incidents.upsert(incident(7, 3, { openedAt: OLD, detectedAt: OLD }))
      const on = (await tenant.incidents.byIssue(7, 2))!.id
      await tenant.incidents.addOutcome({ incidentId: on, changeId: old, verdict: 'caused', at: NEW, by: octocat })
      const [only] = await tenant.deployments.upsert(deployment(7, '9', { createdAt: OLD }), [toService('docs')])
      await tenant.deployments.addState(only!, { state: 'success', at: OLD, url: null })
      await tenant.deployments.setLive(only!, live(OLD))
      await clean()
      expect(await tenant.changes.byNumber(7, 1)).not.toBeNull()
      expect(await tenant.incidents.byId(open)).not.toBeNull()
      expect(await tenant.deployments.byId(only!)).not.toBeNull()
    })

    it('drops what was said on pull requests and at deployments, but nothing that is open, held or stands', async () => {
      await install(BIG)
      const { tenant } = await fill(BIG, 7)
      const check = (externalId: string, head: string) => ({ repositoryId: 7, externalId, headSha: sha(head) })
      const [standing] = await tenant.deployments.upsert(deployment(7, '9', { createdAt: OLD, sha: sha('e') }), [toService('docs')])
      await tenant.deployments.addState(standing!, { state: 'success', at: OLD, url: null })
      await tenant.deployments.setLive(standing!, live(OLD))
      const gone = [check('risk:11', 'a'), check('ships:1', 'b')]
      const kept = [check('risk:12', 'c'), check('ships:9', 'e'), check('risk:13', 'd')]
      for (const subject of [...gone, ...kept.slice(0, 2)]) await tenant.checks.intend(subject, OLD)
      await tenant.checks.intend(kept[2]!, NEW)
      for (const [number, over] of [
        [11, { headSha: sha('a'), isOpen: false, updatedAt: OLD }],
        [12, { headSha: sha('c'), isOpen: true, updatedAt: OLD }],
        [13, { headSha: sha('d'), isOpen: false, updatedAt: NEW }],
      ] as const)
        await tenant.pullRequests.upsert(pullRequest(7, number, over))
      const request = { repositoryId: 7, environment: 'production', deploymentId: '9', sha: sha('c'), ref: 'main', requestedAt: OLD }
      const decided = await tenant.gate.upsert({ ...request, runId: 1 }, OLD)
      await tenant.gate.decide(decided.id, 'approved', '')
      const held = await tenant.gate.upsert({ ...request, runId: 2 }, OLD)
      await tenant.gate.hold(held.id, 'An incident.', NEW)
      await tenant.reviews.save(deploymentReview(standing!), 7, null)
      await tenant.reviews.save(deploymentReview(2 ** 41), 7, at(9))
      const quoting = [{ pullRequest: 11 }, { pullRequest: 12 }, { deployment: standing! }, { deployment: standing! + 99 }].map(
        quotesNumberOf,
      )
      for (const number of [...quoting, 14]) await tenant.quotes.add(7, number, [8], true)
      await clean()
      const told = (await tenant.quotes.touching(8)).map(({ issueNumber }) => issueNumber)
      expect(told).toEqual([quoting[2], quoting[1], 14])
      for (const subject of gone) expect(await tenant.checks.get(subject)).toBeNull()
      for (const subject of kept) expect(await tenant.checks.get(subject)).not.toBeNull()
      const pulls = await Promise.all([11, 12, 13].map((number) => tenant.pullRequests.get(7, number)))
      expect(pulls.map((pull) => pull?.number)).toEqual([undefined, 12, 13])
      expect(await tenant.gate.byId(decided.id)).toBeNull()
      expect(await tenant.gate.byId(held.id)).toMatchObject({ state: 'held' })
      expect(await tenant.reviews.get(standing!)).not.toBeNull()
      expect(await tenant.reviews.get(2 ** 41)).toBeNull()
    })

    it('deletes all of an installation that removed the App, in steps, and nothing of others', async () => {
      await install(BIG, 'acme', NEW)
      await install(BIG + 1, 'octo')
      const gone = await fill(BIG, 7)
      const other = await fill(BIG + 1, 8)
      await gone.tenant.catalogs.save(7, null, [], NEW)
      await store.tokens.create({ hash: 'h', installationId: BIG, scope: 'read', label: 'ci', createdAt: NEW })
      await store.rateLimits.hold(BIG, at(99), 'limit')
      const body = new TextEncoder().encode('{}')
      const add = (guid: string, installationId: number) =>
        store.deliveries.add([{ guid, event: 'push', body, receivedAt: NEW, installationId }])
      await add('theirs', BIG)
      await add('others', BIG + 1)
      let steps = 0
      for (let rows = 1; rows > 0; steps++) rows = await store.retention.purge(BIG, 1)
      expect(steps).toBeGreaterThan(2)
      await clean({ ...keep, changeDays: 0, incidentDays: 0 })
      await clean({ ...keep, changeDays: 0, incidentDays: 0 })
      expect(await gone.tenant.repositories.all()).toEqual([])
      expect(await gone.tenant.changes.byNumber(7, 1)).toBeNull()
      expect(await gone.tenant.deployments.latest(7, 'shop')).toBeNull()
      expect(await gone.tenant.incidents.byIssue(7, 2)).toBeNull()
      expect(await gone.tenant.comments.get(7, 2)).toBeNull()
      expect(await gone.tenant.catalogs.get(7)).toBeNull()
      expect(await store.tokens.list()).toEqual([])
      expect(await store.deliveries.byGuid('theirs')).toBeNull()
      expect(await store.installations.byId(BIG)).toMatchObject({ accountLogin: '', permissions: {}, removedAt: NEW })
      expect(await store.retention.leftBehind()).toEqual([])
      expect(await other.tenant.changes.byNumber(8, 1)).not.toBeNull()
      expect(await other.tenant.incidents.byIssue(8, 1)).not.toBeNull()
      expect(await store.deliveries.byGuid('others')).not.toBeNull()
    })
  })
}
