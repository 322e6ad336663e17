import { describe, expect, it } from 'vitest'
import { accuracy, at, shared, type Open } from './made-up.ts'

export function accuracyStoreContract(open: Open): void {
  describe('accuracies', () => {
    const { place } = shared(open)

    it('keeps what was measured last for each repository', async () => {
      const { tenant, repositoryId } = place()
      expect(await tenant.accuracies.get(repositoryId)).toBeNull()
      await tenant.accuracies.put(accuracy(repositoryId, { cases: 0, first: 0, firstFive: 0, since: null }))
      expect(await tenant.accuracies.get(repositoryId)).toMatchObject({ cases: 0, since: null })
      const adjustment = { factors: [0.75, 1.125], cases: 40, gain: 3.5, lead: 0.25 }
      const later = accuracy(repositoryId, { measuredAt: at(60), modelVersion: 'suspects-9', adjustment })
      await tenant.accuracies.put(later)
      expect(await tenant.accuracies.get(repositoryId)).toEqual(later)
      expect(await tenant.accuracies.get(repositoryId + 1)).toBeNull()
    })
  })
}
