import { describe, expect, it } from 'vitest'
import { termsOf } from '../../../src/changes/store-change.ts'
import { similarTerms } from '../../../src/rank/similar/similar-terms.ts'
import { at, change, deployment, deploymentReview, file, incident, live, repository, sha, shared, toService, type Open } from './made-up.ts'

const index = { change: termsOf, incident: similarTerms }

export function peopleStoreContract(open: Open): void {
  describe('a person who is forgotten', () => {
    const { place, store } = shared(open)

    it('is named nowhere any more, nor when told of again', { timeout: 60_000 }, async () => {
      const { tenant, repositoryId } = place()
      await tenant.repositories.upsert(repository(repositoryId, tenant.installationId))
      const login = 'Mona-Lisa'
      const mona = { login, isBot: false }
      const words = `Thanks @mona-lisa, see https://github.com/Mona-Lisa and 7+mona-lisa@users.noreply.github.com, not @mona-lisa2 nor acme/mona-lisa`
      const facts = change(repositoryId, sha('a'), {
        number: 1,
        title: `By @${login}`,
        bodyExcerpt: words,
        author: mona,
        reviewers: [mona],
      })
      const record = async () => {
        const changeId = await tenant.changes.upsert({ ...facts, terms: termsOf, files: [file('a.ts')], updatedAt: at(50) })
        const [deploymentId] = await tenant.deployments.upsert(deployment(repositoryId, '1', { creator: mona }), [toService('shop')])
        await tenant.deployments.setLive(deploymentId!, live(at(2)))
        const incidentId = await tenant.incidents.upsert(incident(repositoryId, 1, { author: mona, body: words, updatedAt: at(50) }))
        await tenant.incidents.indexTerms(incidentId, similarTerms((await tenant.incidents.byId(incidentId))!))
        await tenant.incidents.addOutcome({ incidentId, changeId, verdict: 'caused', at: at(3), by: mona })
        await tenant.incidents.setState(incidentId, { lead: login })
        await tenant.reviews.save(deploymentReview(deploymentId!, { contacts: [{ name: login, roles: ['author'] }] }), repositoryId, null)
        return { changeId, incidentId, deploymentId: deploymentId! }
      }
      const { changeId, incidentId, deploymentId } = await record()
      const raw = { guid: `forget-${repositoryId}`, event: 'push', receivedAt: at(0), installationId: null }
      await store().deliveries.add([{ ...raw, body: new TextEncoder().encode(JSON.stringify({ sender: mona })) }])
      const { id } = (await store().deliveries.byGuid(raw.guid))!
      await store().deliveries.markDone(id, at(1))

      /** How many changes and incidents are found by this word. */
      const found = async (word: string) => {
        const { documentFrequency } = await tenant.changes.past(repositoryId, { before: at(90), terms: [word], paths: [] })
        const search = { reader: { id: repositoryId, owner: 'acme', name: 'shop' }, terms: [word], before: at(90), rarest: 9, limit: 9 }
        const { documentFrequency: ofIncidents } = await tenant.incidents.search(search)
        return [documentFrequency.get(word) ?? 0, ofIncidents.get(word) ?? 0]
      }
      await tenant.changes.setGists([{ id: changeId, gist: new Uint8Array(8) }])
      await tenant.changes.keepSpan(repositoryId, { afterAt: at(-99), lastAt: at(99) }, (rows) => Buffer.from(JSON.stringify(rows)))
      expect(await tenant.changes.spans(repositoryId, at(999), 9)).toHaveLength(1)
      expect(await found('mona-lisa')).toEqual([1, 1])

      const { pseudonym, rows, deliveries } = await store().people.forget(login, at(60), index)
      expect(pseudonym).toMatch(/^forgotten~[0-9a-f]{10}$/)
      expect([rows >= 4, deliveries]).toEqual([true, 1])
      const all = async () => {
        const said = await tenant.changes.byIds([changeId])
        return JSON.stringify([
          said,
          await tenant.deployments.latest(repositoryId, 'shop'),
          await tenant.incidents.byId(incidentId),
          await tenant.incidents.outcomes(incidentId),
          await tenant.reviews.get(deploymentId),
        ])
      }
      const left = /mona-lisa(?!2|["\\ ]*$)/i
      const check = async () => {
        const text = (await all()).replaceAll('@mona-lisa2', '').replaceAll('acme/mona-lisa', '')
        expect(text).not.toMatch(left)
        expect(text).toContain(pseudonym)
      }
      await check()
      expect(await found('mona-lisa')).toEqual([0, 0])
      expect((await tenant.changes.earlier(repositoryId, { after: null, before: at(99) }, 9)).map(({ gist }) => gist)).toEqual([null])
      expect(await tenant.changes.spans(repositoryId, at(999), 9)).toEqual([])
      expect(new TextDecoder().decode((await store().deliveries.byGuid(raw.guid))?.body)).toBe('{}')
      expect((await tenant.changes.byIds([changeId]))[0]).toMatchObject({ author: { login: pseudonym }, title: `By @${pseudonym}` })
      expect((await tenant.changes.byTitle(repositoryId, `By @${pseudonym}`, at(99), 1)).map((found) => found.id)).toEqual([changeId])
      await record()
      await check()
      expect(await found('mona-lisa')).toEqual([0, 0])
      expect(await store().people.forget(login, at(70), index)).toEqual({ pseudonym, rows: 0, deliveries: 0 })
    })
  })
}
