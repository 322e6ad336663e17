import { describe, expect, it } from 'vitest'
import { at, learnedRisk, shared, type Open } from './made-up.ts'

export function riskAdjustmentStoreContract(open: Open): void {
  describe('what outcomes have taught about risk', () => {
    const { place } = shared(open)

    it('keeps what was learned last for each repository, also that it was nothing', async () => {
      const { tenant, repositoryId } = place()
      const { riskAdjustments } = tenant
      expect(await riskAdjustments.get(repositoryId)).toBeNull()
      const nothing = learnedRisk(repositoryId)
      await riskAdjustments.put(nothing)
      expect(await riskAdjustments.get(repositoryId)).toEqual(nothing)
      const adjustment = {
        factors: { size: 0.25, words: 1.5 },
        slopes: { 'size.lines': { rise: 0.5, mean: 3 } },
        shift: -0.125,
        changes: 1_200,
        harms: 41,
      }
      const later = learnedRisk(repositoryId, { learnedAt: at(60), modelVersion: 'risk-9', adjustment })
      await riskAdjustments.put(later)
      expect(await riskAdjustments.get(repositoryId)).toEqual(later)
      expect(await riskAdjustments.get(repositoryId + 1)).toBeNull()
    })
  })
}
