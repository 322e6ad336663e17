import { describe, expect, it } from 'vitest'
import { at, incident, shared, type Open } from './made-up.ts'

const DAY = 24 * 60

export function followUpStoreContract(open: Open): void {
  describe('follow-ups', () => {
    const { place, store } = shared(open)
    const anIncident = async (issueNumber = 1) => {
      const { tenant, repositoryId } = place()
      return { tenant, repositoryId, incidentId: await tenant.incidents.upsert(incident(repositoryId, issueNumber)) }
    }
    const line = (key: string, dueDays: number) => ({ key, text: `To do: ${key}`, dueOn: at(dueDays * DAY), intendedAt: at(1) })

    it('are intended once, opened, and given back by due date', async () => {
      const { tenant, repositoryId, incidentId } = await anIncident()
      await tenant.followUps.intend(incidentId, line('late', 9))
      await tenant.followUps.intend(incidentId, line('soon', 2))
      await tenant.followUps.intend(incidentId, { ...line('soon', 5), text: 'told again' })
      await tenant.followUps.opened(incidentId, 'soon', 12, 'https://example.test/12')
      await tenant.followUps.intend(-9, line('nowhere', 1))
      const soon = { ...line('soon', 2), incidentId, repositoryId, issueNumber: 12, url: 'https://example.test/12' }
      const fresh = { closedAt: null, isDropped: false, assignees: [], overdueAt: null }
      const both = [
        { ...soon, ...fresh },
        { ...line('late', 9), ...fresh, incidentId, repositoryId, issueNumber: null, url: null },
      ]
      expect(await tenant.followUps.ofIncidents([incidentId])).toEqual(both)
      expect(await tenant.followUps.ofRepositories([repositoryId], 1)).toEqual(both.slice(0, 1))
      expect(await tenant.followUps.byIssue(repositoryId, 12)).toEqual(both[0])
      expect(await tenant.followUps.byIssue(repositoryId, 13)).toBeNull()
    })

    it('are closed and opened again with their issue; older news change nothing', async () => {
      const { tenant, repositoryId, incidentId } = await anIncident()
      await tenant.followUps.intend(incidentId, line('a', 2))
      await tenant.followUps.opened(incidentId, 'a', 12, 'https://example.test/12')
      const closedAt = async () => (await tenant.followUps.byIssue(repositoryId, 12))?.closedAt
      await tenant.followUps.follow(repositoryId, 12, { closedAt: at(5), isDropped: false, assignees: [], updatedAt: at(5) })
      await tenant.followUps.follow(repositoryId, 12, { closedAt: null, isDropped: false, assignees: [], updatedAt: at(4) })
      expect(await closedAt()).toEqual(at(5))
      await tenant.followUps.follow(repositoryId, 12, { closedAt: null, isDropped: false, assignees: [], updatedAt: at(6) })
      expect(await closedAt()).toBeNull()
    })

    it('keep whom their issue is assigned to, and that they were dropped', async () => {
      const { tenant, repositoryId, incidentId } = await anIncident()
      await tenant.followUps.intend(incidentId, line('a', 2))
      await tenant.followUps.opened(incidentId, 'a', 12, 'https://example.test/12')
      const state = { closedAt: at(5), isDropped: true, assignees: [{ login: 'octocat', isBot: false }] }
      await tenant.followUps.follow(repositoryId, 12, { ...state, updatedAt: at(5) })
      await tenant.followUps.follow(repositoryId, 12, { closedAt: null, isDropped: false, assignees: [], updatedAt: at(4) })
      expect(await tenant.followUps.byIssue(repositoryId, 12)).toMatchObject(state)
    })

    it('are overdue once their whole day is over, until they are done or due later', async () => {
      const { tenant, repositoryId, incidentId } = await anIncident(7)
      const place = { installationId: tenant.installationId, repositoryId, issueNumber: 7 }
      for (const key of ['a', 'b']) await tenant.followUps.intend(incidentId, line(key, 2))
      await tenant.followUps.opened(incidentId, 'b', 13, 'https://example.test/13')
      const waiting = async (minutes: number) =>
        (await store().followUpQueue.overdue(at(minutes), 999)).filter((each) => each.installationId === tenant.installationId)
      const overdue = async () => (await tenant.followUps.ofIncidents([incidentId])).map((each) => each.overdueAt)
      expect(await waiting(3 * DAY - 1)).toEqual([])
      await tenant.followUps.noteOverdue(incidentId, at(3 * DAY - 1))
      expect(await overdue()).toEqual([null, null])
      expect(await waiting(3 * DAY)).toEqual([place])
      await tenant.followUps.follow(repositoryId, 13, { closedAt: at(5), isDropped: false, assignees: [], updatedAt: at(5) })
      await tenant.followUps.noteOverdue(incidentId, at(3 * DAY))
      await tenant.followUps.noteOverdue(incidentId, at(4 * DAY))
      expect(await overdue()).toEqual([at(3 * DAY), null])
      expect(await waiting(9 * DAY)).toEqual([])
      await tenant.followUps.edit(incidentId, 'a', { text: 'Said better', dueOn: at(2 * DAY) })
      expect(await overdue()).toEqual([at(3 * DAY), null])
      await tenant.followUps.edit(incidentId, 'a', { text: 'Said better', dueOn: at(5 * DAY) })
      expect(await overdue()).toEqual([null, null])
      expect(await waiting(6 * DAY)).toEqual([place])
    })
  })

  describe('where a postmortem is', () => {
    const { place } = shared(open)

    it('is found by its issue and among the documents of its repository', async () => {
      const { tenant, repositoryId } = place()
      const [first, second] = [
        await tenant.incidents.upsert(incident(repositoryId, 1)),
        await tenant.incidents.upsert(incident(repositoryId, 2)),
      ]
      for (const id of [first, second]) await tenant.postmortems.intend(id, at(1), null)
      await tenant.postmortems.intend(first, at(9), 'docs/b.md')
      await tenant.postmortems.saved(first, { issueNumber: 8, url: 'https://example.test/8', path: null })
      await tenant.postmortems.saved(second, { issueNumber: 9, url: 'https://example.test/9', path: 'docs/a.md' })
      await tenant.postmortems.read(first, at(5))
      const kept = {
        incidentId: first,
        issueNumber: 8,
        url: 'https://example.test/8',
        path: null,
        intendedAt: at(1),
        readAt: at(5),
        lostAt: null,
      }
      expect(await tenant.postmortems.byIssue(repositoryId, 8)).toEqual(kept)
      expect(await tenant.postmortems.byIssue(repositoryId + 1, 8)).toBeNull()
      expect(await tenant.postmortems.documents(repositoryId)).toMatchObject([{ incidentId: second, path: 'docs/a.md' }])
      await tenant.postmortems.place(second, { path: 'docs/c.md', lostAt: at(7) })
      expect(await tenant.postmortems.byIssue(repositoryId, 9)).toMatchObject({ path: 'docs/c.md', lostAt: at(7) })
    })

    it('is kept beside the pull requests that undo changes', async () => {
      const { tenant, repositoryId } = place()
      const id = await tenant.incidents.upsert(incident(repositoryId, 1))
      await tenant.reverts.save(id, 5, { number: null, url: null, problem: 'forbidden' })
      await tenant.reverts.save(id, 4, { number: null, url: null, problem: 'conflict' })
      await tenant.reverts.save(id, 5, { number: 8, url: 'https://example.test/8', problem: null })
      await tenant.reverts.save(-9, 5, { number: 8, url: 'https://example.test/8', problem: null })
      expect(await tenant.reverts.ofIncident(-9)).toEqual([])
      expect(await tenant.reverts.ofIncident(id)).toEqual([
        { changeId: 4, number: null, url: null, problem: 'conflict' },
        { changeId: 5, number: 8, url: 'https://example.test/8', problem: null },
      ])
    })
  })
}
