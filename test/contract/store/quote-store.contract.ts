import { describe, expect, it } from 'vitest'
import { at, change, incident, octocat, repository, sha, shared, type Open } from './made-up.ts'

export function quoteStoreContract(open: Open): void {
  describe('what comments tell of other repositories', () => {
    const { place } = shared(open)

    it('is kept once each, found from both ends, and gone with the comment', async () => {
      const { tenant, repositoryId } = place()
      const other = repositoryId + 1000
      await tenant.quotes.add(repositoryId, 1, [other, other], false)
      await tenant.quotes.add(repositoryId, 1, [other], true)
      await tenant.quotes.add(repositoryId, 1, [], true)
      await tenant.quotes.add(repositoryId, 1, [other], false)
      expect(await tenant.quotes.of(repositoryId, 1)).toEqual([{ quotedId: other, wasPrivate: true }])
      expect(await tenant.quotes.touching(other)).toEqual([{ repositoryId, issueNumber: 1 }])
      expect(await tenant.quotes.touching(repositoryId)).toEqual([{ repositoryId, issueNumber: 1 }])
      await tenant.quotes.clear(repositoryId, 1)
      expect(await tenant.quotes.of(repositoryId, 1)).toEqual([])
    })

    it('does not reach the past of a repository whose readers may not see the incident', async () => {
      const { tenant, repositoryId } = place()
      const other = repositoryId + 1000
      const changeId = await tenant.changes.upsert(change(repositoryId, sha('a')))
      const incidentId = await tenant.incidents.upsert(incident(other, 5, { title: 'Elsewhere' }))
      await tenant.incidents.addOutcome({ incidentId, changeId, verdict: 'caused', at: at(3), by: octocat })
      const asked = { before: at(9), paths: ['src/cart.ts'], terms: [] }
      await tenant.repositories.upsert(repository(other, tenant.installationId))
      const blind = await tenant.changes.past(repositoryId, asked)
      expect([blind.culprits, blind.files.get('src/cart.ts')?.culprits]).toEqual([[], 0])
      const seen = await tenant.changes.past(repositoryId, { ...asked, reader: { id: repositoryId, owner: 'acme', name: 'shop' } })
      expect(seen.culprits.map((culprit) => [culprit.changeId, culprit.incidentRepositoryId])).toEqual([[changeId, other]])
    })
  })
}
