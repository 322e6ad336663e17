import { describe, expect, it } from 'vitest'
import type { Implication } from '../../../src/domain/implication.ts'
import { at, change, deploymentReview, file, incident, octocat, pullRequest, sha, shared, type Open } from './made-up.ts'

export function reviewStoreContract(open: Open): void {
  describe('implications', () => {
    const { place } = shared(open)

    it('keeps one a change and incident, and says whether there is something to tell', async () => {
      const { tenant, repositoryId } = place()
      const changeId = await tenant.changes.upsert(change(repositoryId, sha('a'), { number: 1 }))
      const incidentId = await tenant.incidents.upsert(incident(repositoryId, 2))
      const evidence = [{ kind: 'time' as const, sentence: 'Live 4 minutes before.', strength: 1.5, url: null }]
      const weighed: Implication['weighed'] = { standing: 'suspected', probability: 0.62, evidence, reason: null, isShown: true }
      const implication = { changeId, repositoryId, incidentId, weighed }
      expect(await tenant.implications.save(implication)).toBe(true)
      // Not told yet: a crash may have come between.
      expect(await tenant.implications.save(implication)).toBe(true)
      await tenant.implications.told(changeId, incidentId)
      expect(await tenant.implications.save(implication)).toBe(false)
      const cleared = { ...implication, weighed: { ...weighed, standing: 'cleared' as const, probability: null } }
      expect(await tenant.implications.save(cleared)).toBe(true)
      expect(await tenant.implications.ofChange(changeId)).toEqual([cleared])
      expect(await tenant.implications.ofIncident(incidentId)).toEqual([cleared])
      expect(await tenant.implications.ofIncident(incidentId + 1)).toEqual([])
    })
  })

  describe('checks', () => {
    const { place } = shared(open)

    it('remember the intent, then what was made, once a subject and commit', async () => {
      const { tenant, repositoryId } = place()
      const subject = { repositoryId, externalId: 'risk:4', headSha: sha('c') }
      expect(await tenant.checks.get(subject)).toBeNull()
      await tenant.checks.intend(subject, at(1))
      await tenant.checks.intend(subject, at(2))
      expect(await tenant.checks.get(subject)).toEqual({ ...subject, checkRunId: null, bodyHash: null, annotated: [], intendedAt: at(1) })
      await tenant.checks.saved(subject, { checkRunId: 2 ** 40, bodyHash: 'h', annotated: ['a:1:x'] })
      expect(await tenant.checks.get(subject)).toMatchObject({ checkRunId: 2 ** 40, bodyHash: 'h', annotated: ['a:1:x'] })
      expect(await tenant.checks.get({ ...subject, headSha: sha('d') })).toBeNull()
      expect(await tenant.checks.ofCommit(subject.repositoryId, subject.headSha)).toEqual([subject.externalId])
      expect(await tenant.checks.ofCommit(subject.repositoryId, sha('d'))).toEqual([])
      expect(await tenant.checks.commitsOf(subject.repositoryId, subject.externalId)).toEqual([subject.headSha])
      expect(await tenant.checks.commitsOf(subject.repositoryId, 'risk:5')).toEqual([])
    })
  })

  describe('open pull requests', () => {
    const { place } = shared(open)

    it('keep the newest facts, and what was read of their files', async () => {
      const { tenant, repositoryId } = place()
      const facts = pullRequest(repositoryId, 4, { updatedAt: at(5) })
      expect(await tenant.pullRequests.upsert(facts)).toEqual({ ...facts, read: null })
      const read = { headSha: sha('c'), baseRef: 'main', files: [file('src/cart.ts')], isTruncated: false }
      await tenant.pullRequests.setFiles(repositoryId, 4, read)
      const late = pullRequest(repositoryId, 4, { headSha: sha('b'), updatedAt: at(4) })
      expect(await tenant.pullRequests.upsert(late)).toEqual({ ...facts, read })
      const pushed = pullRequest(repositoryId, 4, { headSha: sha('d'), updatedAt: at(6) })
      expect(await tenant.pullRequests.upsert(pushed)).toEqual({ ...pushed, read })
      await tenant.pullRequests.upsert(pullRequest(repositoryId, 5, { updatedAt: at(9) }))
      await tenant.pullRequests.upsert(pullRequest(repositoryId, 6, { updatedAt: at(7), isOpen: false }))
      expect((await tenant.pullRequests.open(repositoryId, 9)).map((one) => one.number)).toEqual([5, 4])
      await tenant.pullRequests.close(repositoryId, 5, at(9))
      expect((await tenant.pullRequests.open(repositoryId, 9)).map((one) => one.number)).toEqual([4])
    })

    it('know the incidents that changes of a file caused, as long as the verdict stands', async () => {
      const { tenant, repositoryId } = place()
      const changeId = await tenant.changes.upsert(
        change(repositoryId, sha('a'), { number: 1, files: [file('src/cart.ts'), file('src/b.ts')] }),
      )
      const ids: number[] = []
      for (const number of [2, 3]) {
        const incidentId = await tenant.incidents.upsert(incident(repositoryId, number, { detectedAt: at(number) }))
        await tenant.incidents.addOutcome({ incidentId, changeId, verdict: 'caused', at: at(5), by: octocat })
        ids.push(incidentId)
      }
      const found = async (path: string) =>
        (await tenant.pullRequests.incidentsOfFiles(repositoryId, [path, 'src/b.ts'], 9)).map((one) => one.issueNumber)
      expect(await found('src/cart.ts')).toEqual([3, 2])
      expect(await tenant.pullRequests.incidentsOfFiles(repositoryId, ['src/else.ts'], 9)).toEqual([])
      await tenant.incidents.addOutcome({ incidentId: ids[0]!, changeId, verdict: 'did-not-cause', at: at(6), by: octocat })
      expect(await found('src/cart.ts')).toEqual([3])
      await tenant.incidents.retract(ids[1]!, at(7))
      expect(await found('src/cart.ts')).toEqual([])
    })
  })

  describe('the gate', () => {
    const { store, place } = shared(open)

    it('keeps a request once, and its first decision', async () => {
      const { tenant, repositoryId } = place()
      const facts = {
        repositoryId,
        runId: 2 ** 40,
        environment: 'production',
        deploymentId: '9',
        sha: sha('c'),
        ref: 'main',
        requestedAt: at(0),
      }
      const request = await tenant.gate.upsert(facts, at(1))
      expect(request).toEqual({ ...facts, id: request.id, state: 'pending', reason: '', nextLookAt: at(1) })
      expect(await tenant.gate.upsert({ ...facts, ref: 'other' }, at(2))).toEqual(request)
      const due = async (now: Date) => (await store().reviewQueue.dueGateRequests(now, 1000)).filter((one) => one.id === request.id)
      expect(await due(at(0))).toEqual([])
      expect(await due(at(1))).toEqual([{ installationId: tenant.installationId, repositoryId, id: request.id }])
      await tenant.gate.hold(request.id, 'An incident.', at(7))
      expect(await due(at(6))).toEqual([])
      expect(await tenant.gate.held()).toMatchObject([{ id: request.id, reason: 'An incident.', nextLookAt: at(7) }])
      await tenant.gate.decide(request.id, 'overridden', 'Said so.')
      await tenant.gate.decide(request.id, 'rejected', 'Too late.')
      await tenant.gate.hold(request.id, 'Too late.', at(9))
      expect(await tenant.gate.byId(request.id)).toMatchObject({ state: 'overridden', reason: 'Said so.', nextLookAt: null })
      expect(await tenant.gate.held()).toEqual([])
    })
  })

  describe('reviews of deployments', () => {
    const { store, place } = shared(open)

    it('are kept as they were said last, and due when their watch is over', async () => {
      const { tenant, repositoryId } = place()
      const review = deploymentReview(2 ** 41, { externalId: 'run-1', contacts: [{ name: 'octocat', roles: ['author'] }] })
      await tenant.reviews.save(review, repositoryId, at(5))
      expect(await tenant.reviews.get(review.deploymentId)).toEqual(review)
      const due = async (now: Date) => (await store().reviewQueue.dueReviews(now, 1000)).filter((one) => one.repositoryId === repositoryId)
      expect(await due(at(4))).toEqual([])
      expect(await due(at(5))).toEqual([{ installationId: tenant.installationId, repositoryId, deploymentId: review.deploymentId }])
      const healthy = { ...review, verdict: { state: 'healthy' as const, reasons: ['Nothing began.'], until: null } }
      await tenant.reviews.save(healthy, repositoryId, null)
      expect(await tenant.reviews.byExternal('run-1')).toEqual([healthy])
      expect(await due(at(9))).toEqual([])
    })
  })
}
