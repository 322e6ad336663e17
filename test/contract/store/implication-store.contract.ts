import { describe, expect, it } from 'vitest'
import type { Implication } from '../../../src/domain/implication.ts'
import { change, incident, sha, shared, type Open } from './made-up.ts'

export function implicationStoreContract(open: Open): void {
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
}
