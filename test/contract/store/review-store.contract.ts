import { describe, expect, it } from 'vitest'
import type { Implication } from '../../../src/domain/implication.ts'
import { at, change, file, incident, octocat, pullRequest, sha, shared, type Open } from './made-up.ts'

export function reviewStoreContract(open: Open): void {
  describe('implications', () => {
    const { place } = shared(open)

    it('keeps one a change and incident, and says whether there is something to tell', async () => {
      const { tenant, repositoryId } = place()
      const changeId = await tenant.changes.upsert(change(repositoryId, sha('a'), { number: 1 }))
      const incidentId = await tenant.incidents.upsert(incident(repositoryId, 2))
      const evidence = [{ kind: 'time' as const, sentence: 'Live 4 minutes before.', strength: 1.5, url: null }]
      const weighed: Implication['weighed'] = { standing: 'suspected', probability: 0.62, evidence, reason: null }
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
}
