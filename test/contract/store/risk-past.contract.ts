import { describe, expect, it } from 'vitest'
import type { ChangeFacts } from '../../../src/domain/change.ts'
import type { RiskChange } from '../../../src/domain/risk.ts'
import { outcomeOf, type RiskOutcome } from '../../../src/risk/outcome.ts'
import { readOutcomes } from '../../../src/risk/read-outcomes.ts'
import { gatherRiskPast } from '../../../src/risk/gather-risk-past.ts'
import { allKeys, countedKeys } from '../../../src/risk/risk-keys.ts'
import { riskMemory } from '../../../src/risk/risk-memory.ts'
import { changeOf } from '../../support/risk-fixtures.ts'
import { at, change, file, incident, octocat, sha, shared, type Open } from './made-up.ts'

const DAY = 24 * 60
const titles = ['Round totals', '[cart] Count twice', 'Round prices', '[cart] Enable coupons']
const paths = [
  ['src/cart.ts', 'src/money.ts'],
  ['src/cart.ts', 'docs/cart.md'],
  ['lib/tax/rates.ts'],
  ['src/cart.ts', 'src/money.ts', 'README.md'],
]

export function riskPastContract(open: Open): void {
  describe('what the past says of the risk of a change', () => {
    const { place } = shared(open)
    /** A change a day; the fourth, tenth and sixteenth are taken back two days later, the fifth after a month. */
    const told = Array.from({ length: 60 }, (_, day) => ({
      day,
      facts: changeOf({ title: `${titles[day % 4]} ${day % 7}`, paths: paths[day % 4]!, at: at(day * DAY) }),
      reverts: [5, 11, 17].includes(day) ? day - 2 : day === 34 ? 4 : null,
    }))
    const asked = (over: Partial<RiskChange> & { paths?: readonly string[] }) =>
      changeOf({ title: '[cart] Round coupons', paths: ['src/cart.ts', 'src/new.ts', 'lib/tax/rates.ts'], at: at(50 * DAY), ...over })

    async function recorded() {
      const { tenant, repositoryId } = place()
      const memory = riskMemory()
      const ids: number[] = []
      const landed: number[] = []
      for (const { day, facts, reverts } of told) {
        const id = await tenant.changes.upsert(
          change(repositoryId, sha(`${day}x`), {
            title: facts.title,
            mergedAt: facts.at,
            files: facts.files.map(({ path }) => file(path)),
            url: `https://example.test/${day}`,
            terms: ['total', ...countedKeys(facts)],
          }),
        )
        ids.push(id)
        if (reverts !== null) await tenant.changes.linkRevert(id, ids[reverts]!)
        if (facts.at < at(50 * DAY)) {
          if (reverts !== null && day - reverts <= 14)
            memory.harmed(landed[reverts]!, {
              kind: 'reverted',
              knownAt: facts.at,
              title: told[reverts]!.facts.title,
              url: `https://example.test/${reverts}`,
              incident: null,
            })
          landed.push(memory.landed(facts))
        }
      }
      return { tenant, repositoryId, memory, ids, landed }
    }

    it('is what remembering every change would tell, and nothing that came later', async () => {
      const { tenant, repositoryId, memory } = await recorded()
      const { settled, harms, keys, lastChangedAt, landedAt } = memory.past(asked({}))
      const found = await gatherRiskPast({ tenant }, repositoryId, asked({}))
      expect(harms).toHaveLength(3)
      expect(found.harms).toEqual(harms.map((harm) => expect.objectContaining(harm) as unknown))
      expect({ settled: found.settled, lastChangedAt: found.lastChangedAt, landedAt: found.landedAt }).toEqual({
        settled,
        lastChangedAt,
        landedAt,
      })
      const harmed = (all: typeof keys) => new Map([...all].map(([key, known]) => [key, known.harms]))
      expect(harmed(found.keys)).toEqual(harmed(keys))
      // All recorded changes are counted, those that landed later too: they are few where a change is new.
      for (const [key, known] of keys)
        if (!key.startsWith('title:')) expect(found.keys.get(key)!.changes).toBeGreaterThanOrEqual(known.changes)
      const late = asked({ at: at(90 * DAY) })
      const end = await gatherRiskPast({ tenant }, repositoryId, late)
      expect(end.keys.get('file:lib/tax/rates.ts')).toEqual({ changes: 15, harms: [] })
      expect(end.changes).toBe(60)
    })

    it('learns nothing from what was said of a mere report', async () => {
      const { tenant, repositoryId, ids } = await recorded()
      const incidentId = await tenant.incidents.upsert(incident(repositoryId, 1, { isTrusted: false }))
      await tenant.incidents.addOutcome({ incidentId, changeId: ids[40]!, verdict: 'caused', at: at(49 * DAY), by: octocat })
      expect((await gatherRiskPast({ tenant }, repositoryId, asked({ at: at(50 * DAY) }))).harms).toHaveLength(3)
    })

    it('knows a confirmed cause from its verdict on, and no longer once that is taken back', async () => {
      const { tenant, repositoryId, ids } = await recorded()
      const incidentId = await tenant.incidents.upsert(incident(repositoryId, 1))
      await tenant.incidents.addOutcome({ incidentId, changeId: ids[40]!, verdict: 'caused', at: at(49 * DAY), by: octocat })
      const harms = async (day: number) => (await gatherRiskPast({ tenant }, repositoryId, asked({ at: at(day * DAY) }))).harms
      expect(await harms(48)).toHaveLength(3)
      expect((await harms(50)).at(-1)).toMatchObject({
        kind: 'incident',
        incident: { title: 'Checkout answers 500', url: 'https://example.test/issues/1' },
      })
      await tenant.incidents.addOutcome({ incidentId, changeId: ids[40]!, verdict: 'did-not-cause', at: at(51 * DAY), by: octocat })
      expect(await harms(52)).toHaveLength(3)
    })

    it('knows a revert from when it landed, also where that is told later or of the pull request that its commit became', async () => {
      const { tenant, repositoryId } = place()
      const add = (letter: string, over: Partial<ChangeFacts>) => tenant.changes.upsert(change(repositoryId, sha(letter), over))
      const knownAt = async () => {
        const { harms } = await gatherRiskPast({ tenant }, repositoryId, asked({ at: at(9 * DAY) }))
        return harms.map((harm) => harm.knownAt)
      }
      const [culprit, revert] = [await add('a', { mergedAt: at(0) }), await add('b', { mergedAt: at(DAY) })]
      await tenant.changes.linkRevert(revert, culprit)
      expect(await knownAt()).toEqual([at(DAY)])
      // What is older says nothing new.
      await add('b', { mergedAt: at(3 * DAY), updatedAt: at(-1) })
      expect(await knownAt()).toEqual([at(DAY)])
      await add('b', { mergedAt: at(2 * DAY), updatedAt: at(5) })
      expect(await knownAt()).toEqual([at(2 * DAY)])
      // Its row goes, since the pull request has one already.
      const pull = { number: 7, mergedAt: at(4 * DAY), updatedAt: at(9) }
      await add('c', pull)
      await add('c', { ...pull, commitShas: [sha('b'), sha('c')] })
      expect(await knownAt()).toEqual([at(4 * DAY)])
      await add('c', { ...pull, commitShas: [sha('b'), sha('c')] })
      expect(await knownAt()).toEqual([at(4 * DAY)])
    })

    it('tells of each settled change what was told when it landed, and what came of it', async () => {
      const { tenant, repositoryId } = place()
      const expected: RiskOutcome[] = []
      const ids: number[] = []
      for (const { day, facts, reverts } of told) {
        expected.push(outcomeOf(facts, await gatherRiskPast({ tenant }, repositoryId, facts), [3, 9, 15].includes(day)))
        const { files, title, at: mergedAt, fileCount, added, deleted } = facts
        const row = { title, mergedAt, files: [...files], fileCount, added, deleted, terms: countedKeys(facts) }
        ids.push(await tenant.changes.upsert(change(repositoryId, sha(`${day}x`), row)))
        if (reverts !== null) await tenant.changes.linkRevert(ids[day]!, ids[reverts]!)
      }
      const settled = (now: Date, newest = 99) => readOutcomes({ tenant }, repositoryId, now, { newest, page: 7, warmUp: 2 })
      const isRevert = (day: number): boolean => [5, 11, 17, 34].includes(day)
      const until = (days: number) => expected.filter((_, day) => day >= 2 && day < days && !isRevert(day))
      expect(await settled(at(64 * DAY))).toEqual(until(50))
      expect(await settled(at(18 * DAY))).toEqual(until(4))
      // Of the newest ten the first two only warm up; of what came before them nothing is known.
      expect((await settled(at(64 * DAY), 10)).map((outcome) => outcome.at)).toEqual(
        until(50)
          .slice(-8)
          .map((outcome) => outcome.at),
      )
      const [first] = await settled(at(64 * DAY), 10)
      expect(first!.base).toEqual({ changes: 0, harmed: 0 })
    })

    it('counts a confirmed cause as harm once it is confirmed', async () => {
      const { tenant, repositoryId, ids } = await recorded()
      const incidentId = await tenant.incidents.upsert(incident(repositoryId, 1))
      await tenant.incidents.addOutcome({ incidentId, changeId: ids[20]!, verdict: 'caused', at: at(49 * DAY), by: octocat })
      const bad = async (day: number) => {
        const outcomes = await readOutcomes({ tenant }, repositoryId, at(day * DAY), { newest: 99, page: 50, warmUp: 0 })
        return outcomes.filter(({ isBad }) => isBad).map((outcome) => (outcome.at.getTime() - at(0).getTime()) / (DAY * 60_000))
      }
      expect(await bad(48)).toEqual([3, 9, 15])
      expect(await bad(50)).toEqual([3, 9, 15, 20])
    })

    it('finds the same title again, and files that usually change together', async () => {
      const { tenant, repositoryId } = await recorded()
      const again = asked({ title: `Reland "${told[3]!.facts.title}"`, paths: ['src/money.ts'] })
      const found = await gatherRiskPast({ tenant }, repositoryId, again)
      expect(found.keys.get(allKeys(again).find((key) => key.startsWith('title:'))!)!.harms).toHaveLength(1)
      expect(found.missing.filter(({ path }) => path === 'src/cart.ts')).toEqual([
        { path: 'src/cart.ts', with: 'src/money.ts', together: 12, changes: 12 },
      ])
    })

    it('is empty for a repository of which nothing is known, and keeps installations apart', async () => {
      const { repositoryId } = await recorded()
      const { tenant: stranger } = place()
      expect(await gatherRiskPast({ tenant: stranger }, repositoryId, asked({}))).toEqual({
        changes: 0,
        settled: { changes: 0, harmed: 0 },
        harmShare: 1 / 50,
        harms: [],
        keys: new Map(),
        lastChangedAt: new Map(),
        landedAt: [],
        missing: [],
      })
    })
  })
}
