import { describe, expect, it } from 'vitest'
import { at, BIG, entry, incident, shared, type Open } from './made-up.ts'

export function timelineStoreContract(open: Open): void {
  describe('the timeline', () => {
    const { place } = shared(open)
    const anIncident = async () => {
      const { tenant, repositoryId } = place()
      return { tenant, incidentId: await tenant.incidents.upsert(incident(repositoryId, 1)) }
    }

    it('gives back every entry whole, in the order in which things happened, ties by key', async () => {
      const { tenant, incidentId } = await anIncident()
      const late = entry('b', { at: at(9), by: null, url: 'https://example.test/9', text: '決済 😀' })
      const early = entry('c', { at: at(2), saidAt: at(30), fact: { kind: 'related', repositoryId: BIG + 1, issueNumber: 4, name: '#4' } })
      const tied = entry('a', { at: at(9), fact: { kind: 'outcome', verdict: 'no-change', changeId: null, name: '' } })
      await tenant.timeline.add(incidentId, [late, early])
      await tenant.timeline.add(incidentId, [tied])
      await tenant.timeline.add(incidentId, [])
      expect(await tenant.timeline.list(incidentId)).toEqual([early, tied, late])
    })

    it('keeps one entry a key: the first telling, or the one with the higher revision, in any order', async () => {
      const first = entry('a', { text: 'as told', saidAt: at(1), revision: -1 })
      const again = entry('a', { text: 'as told again', saidAt: at(5), revision: -5 })
      const edited = entry('b', { text: 'edited', revision: BIG })
      const original = entry('b', { text: 'original', revision: 3 })
      for (const order of [
        [first, again, original, edited],
        [edited, again, original, first, again],
      ]) {
        const { tenant, incidentId } = await anIncident()
        for (const one of order) await tenant.timeline.add(incidentId, [one])
        expect((await tenant.timeline.list(incidentId)).map(({ text }) => text)).toEqual(['as told', 'edited'])
      }
    })

    it('takes words back and keeps the fact; an older telling does not bring them again', async () => {
      const { tenant, incidentId } = await anIncident()
      await tenant.timeline.add(incidentId, [entry('a', { revision: 1, fact: { kind: 'comment' } })])
      await tenant.timeline.withdraw(incidentId, 'a', 7)
      await tenant.timeline.add(incidentId, [entry('a', { revision: 6 })])
      expect(await tenant.timeline.list(incidentId)).toMatchObject([{ text: '', fact: { kind: 'comment' } }])
    })

    it('keeps incidents apart, and nothing of one that it does not know', async () => {
      const { tenant, incidentId } = await anIncident()
      const other = await anIncident()
      await tenant.timeline.add(incidentId, [entry('a')])
      await other.tenant.timeline.add(other.incidentId, [entry('a', { text: 'other' })])
      await tenant.timeline.add(-9, [entry('a')])
      expect(await tenant.timeline.list(-9)).toEqual([])
      expect((await tenant.timeline.list(incidentId)).map(({ text }) => text)).toEqual(['Looking at it'])
    })
  })
}
