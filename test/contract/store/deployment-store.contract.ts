import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeploymentStateChange } from '../../../src/domain/deployment.ts'
import { at, change, deployment, live, sha, shared, toService, type Open } from './made-up.ts'

export function deploymentStoreContract(open: Open): void {
  describe('deployments', () => {
    const { place } = shared(open)

    it('makes one of each service a report became, once', async () => {
      const { tenant, repositoryId } = place()
      const facts = deployment(repositoryId, '77', { environment: 'prod-eu' })
      const ids = await tenant.deployments.upsert(facts, [toService('cart'), toService('ledger')])
      expect(ids).toHaveLength(2)
      const clearer = { ...toService('cart'), serviceBy: 'payload' as const, isAmbiguous: true }
      expect(await tenant.deployments.upsert(facts, [clearer])).toEqual([ids[0]])
      const found = await tenant.deployments.byExternal(repositoryId, 'deployment', '77')
      expect(found.map((one) => [one.id, one.service, one.serviceBy, one.isAmbiguous])).toEqual([
        [ids[0], 'cart', 'payload', true],
        [ids[1], 'ledger', 'only', false],
      ])
      expect(await tenant.deployments.byId(ids[1]!)).toEqual({
        ...facts,
        id: ids[1],
        service: 'ledger',
        environment: 'production',
        serviceBy: 'only',
        isAmbiguous: false,
        states: [],
        state: 'pending',
        liveAt: null,
        kind: 'pending',
        previousDeploymentId: null,
        previousSha: null,
        isTruncated: false,
      })
      expect(await tenant.deployments.byExternal(repositoryId, 'release', '77')).toEqual([])
      expect(await tenant.deployments.upsert(facts, [])).toEqual([])
    })

    it('tells what went live in production in a period, its end left out, the newest of too many', async () => {
      const { tenant, repositoryId } = place()
      const changeId = await tenant.changes.upsert(change(repositoryId, sha('a')))
      const goesLive = async (externalId: string, minutes: number, isProduction = true) => {
        const [id] = await tenant.deployments.upsert(deployment(repositoryId, externalId, { isProduction }), [toService('shop')])
        await tenant.deployments.setLive(id!, live(at(minutes), [{ changeId, direction: 'in' }]))
      }
      for (const minutes of [1, 2, 3, 4]) await goesLive(`${minutes}`, minutes)
      await goesLive('staging', 2, false)
      await tenant.deployments.upsert(deployment(repositoryId, 'waiting'), [toService('shop')])
      const found = await tenant.deployments.liveInProduction([repositoryId], at(1), at(4), 2)
      expect(found.map(({ deployment: { externalId }, carried }) => [externalId, carried])).toEqual([
        ['2', [{ changeId, direction: 'in' }]],
        ['3', [{ changeId, direction: 'in' }]],
      ])
      expect(await tenant.deployments.liveInProduction([], at(1), at(4), 2)).toEqual([])
    })

    it('ends in the same state whatever the order of its states', async () => {
      const { tenant, repositoryId } = place()
      const states: DeploymentStateChange[] = [
        { state: 'queued', at: at(1), url: null },
        { state: 'in_progress', at: at(2), url: 'https://example.test/run' },
        { state: 'success', at: at(3), url: null },
        { state: 'inactive', at: at(3), url: null },
      ]
      let made = 0
      await fc.assert(
        fc.asyncProperty(fc.shuffledSubarray(states, { minLength: 4 }), async (order) => {
          const [id] = await tenant.deployments.upsert(deployment(repositoryId, `${++made}`), [toService('shop')])
          for (const state of order) expect(await tenant.deployments.addState(id!, state)).toBe(true)
          for (const state of order) expect(await tenant.deployments.addState(id!, state)).toBe(false)
          expect(await tenant.deployments.byId(id!)).toMatchObject({ state: 'inactive', states })
        }),
        { numRuns: 12 },
      )
      expect(await tenant.deployments.addState(-1, states[0]!)).toBe(false)
    })

    it('adds states from many sides at once without losing one', async () => {
      const { tenant, repositoryId } = place()
      const [id] = await tenant.deployments.upsert(deployment(repositoryId, '1'), [toService('shop')])
      await Promise.all(
        Array.from({ length: 8 }, (_, index) => tenant.deployments.addState(id!, { state: 'queued', at: at(index), url: null })),
      )
      expect((await tenant.deployments.byId(id!))?.states).toHaveLength(8)
    })

    it('knows what was live before and after, and whether a version ever was', async () => {
      const { tenant, repositoryId } = place()
      const { deployments } = tenant
      const add = async (externalId: string, liveAt: Date | null, environment = 'production') => {
        const [id] = await deployments.upsert(
          deployment(repositoryId, externalId, {
            sha: sha(externalId),
            createdAt: at(Number(externalId)),
            isProduction: environment === 'production',
          }),
          [toService('shop', environment)],
        )
        if (liveAt) await deployments.setLive(id!, live(liveAt))
        return id!
      }
      const [one, two, three] = [await add('1', at(1)), await add('2', at(2)), await add('3', at(3))]
      const waiting = await add('4', null)
      await add('5', at(2), 'staging')
      const before = async (moment: Date, exclude = -1) =>
        (await deployments.liveBefore(repositoryId, 'shop', 'production', moment, exclude))?.id
      expect(await before(at(3))).toBe(two)
      expect(await before(at(9), three)).toBe(two)
      expect(await before(at(1))).toBeUndefined()
      const after = async (moment: Date) => (await deployments.liveAfter(repositoryId, 'shop', 'production', moment))?.id
      expect([await after(at(0)), await after(at(1)), await after(at(3))]).toEqual([one, two, undefined])
      const was = (version: string, moment: Date) => deployments.wasLive(repositoryId, 'shop', 'production', sha(version), moment)
      expect([await was('1', at(2)), await was('1', at(1)), await was('4', at(9)), await was('5', at(9))]).toEqual([
        true,
        false,
        false,
        false,
      ])
      expect((await deployments.latest(repositoryId, 'shop'))?.externalId).toBe('4')
      expect(await deployments.latest(repositoryId, 'cart')).toBeNull()
      expect(waiting).toBeGreaterThan(three)
    })

    it('puts those live in the same second in the order in which they were made, however they were told', async () => {
      const { tenant, repositoryId } = place()
      const { deployments } = tenant
      const ids = new Map<string, number>()
      for (const externalId of ['10', '9', '11', '8']) {
        const [id] = await deployments.upsert(deployment(repositoryId, externalId, { createdAt: at(externalId === '8' ? 2 : 1) }), [
          toService('shop'),
        ])
        await deployments.setLive(id!, live(at(3)))
        ids.set(externalId, id!)
      }
      const neighbours = async (externalId: string) => {
        const id = ids.get(externalId)!
        const before = await deployments.liveBefore(repositoryId, 'shop', 'production', at(3), id)
        const after = await deployments.liveAfter(repositoryId, 'shop', 'production', at(3), id)
        return [before?.externalId, after?.externalId]
      }
      expect(await neighbours('9')).toEqual([undefined, '10'])
      expect(await neighbours('10')).toEqual(['9', '11'])
      expect(await neighbours('8')).toEqual(['11', undefined])
      const shown = await deployments.liveBetween([{ repositoryId, service: 'shop' }], at(3), at(3), 9)
      expect(shown.map((one) => one.deployment.externalId)).toEqual(['9', '10', '11', '8'])
    })

    it('makes a deployment of its own of each further time that one goes live, and moves it when it was earlier', async () => {
      const { tenant, repositoryId } = place()
      const { deployments } = tenant
      const [id] = await deployments.upsert(deployment(repositoryId, '7'), [toService('shop')])
      await deployments.setLive(id!, live(at(1)))
      const again = await deployments.goLiveAgain(id!, 2, at(5))
      expect(again?.isMoved).toBe(true)
      expect(await deployments.byId(again!.id)).toMatchObject({ externalId: '7~2', state: 'success', liveAt: null, kind: 'pending' })
      // Until it is set live there, whoever was cut off in between begins again.
      expect(await deployments.goLiveAgain(id!, 2, at(5))).toEqual(again)
      await deployments.setLive(again!.id, live(at(5)))
      expect(await deployments.goLiveAgain(id!, 2, at(5))).toEqual({ id: again!.id, isMoved: false })
      expect(await deployments.goLiveAgain(id!, 2, at(3))).toEqual({ id: again!.id, isMoved: true })
      expect(await deployments.byId(again!.id)).toMatchObject({ createdAt: at(3), states: [{ state: 'success', at: at(3) }] })
      expect((await deployments.byExternal(repositoryId, 'deployment', '7')).map((one) => [one.id, one.liveAt])).toEqual([[id, at(1)]])
      expect(await deployments.goLiveAgain(-1, 2, at(3))).toBeNull()
    })

    it('withdraws what never was live, and nothing else', async () => {
      const { tenant, repositoryId } = place()
      const ids = await tenant.deployments.upsert(deployment(repositoryId, '8'), [
        toService('cart'),
        toService('ledger'),
        toService('shop'),
      ])
      await tenant.deployments.setLive(ids[1]!, live(at(1)))
      await tenant.deployments.withdraw(ids.slice(0, 2))
      await tenant.deployments.withdraw([])
      const left = await tenant.deployments.byExternal(repositoryId, 'deployment', '8')
      expect(left.map((one) => one.service)).toEqual(['ledger', 'shop'])
    })

    it('replaces what a deployment carried, and finds it from both ends', async () => {
      const { tenant, repositoryId } = place()
      const add = (letter: string) => tenant.changes.upsert(change(repositoryId, sha(letter)))
      const [a, b, c] = [await add('a'), await add('b'), await add('c')]
      const [first] = await tenant.deployments.upsert(deployment(repositoryId, '1'), [toService('shop')])
      const [second] = await tenant.deployments.upsert(deployment(repositoryId, '2'), [toService('shop')])
      await tenant.deployments.setLive(first!, live(at(1), [{ changeId: a, direction: 'in' }]))
      const inAndOut = [
        { changeId: b, direction: 'in' as const },
        { changeId: c, direction: 'out' as const },
      ]
      for (let twice = 0; twice < 2; twice++)
        await tenant.deployments.setLive(first!, live(at(2), [...inAndOut, { changeId: -5, direction: 'in' }]))
      await tenant.deployments.setLive(second!, live(at(3), [{ changeId: b, direction: 'out' }]))
      const shown = await tenant.deployments.liveBetween([{ repositoryId, service: 'shop' }], at(0), at(9), 9)
      expect(shown.map(({ deployment: one, carried }) => [one.id, carried])).toEqual([
        [first, inAndOut],
        [second, [{ changeId: b, direction: 'out' }]],
      ])
      expect((await tenant.deployments.carrying([a, b, c])).map((one) => [one.deployment.id, one.changeId, one.direction])).toEqual([
        [second, b, 'out'],
        [first, b, 'in'],
        [first, c, 'out'],
      ])
      expect(await tenant.deployments.carrying([])).toEqual([])
    })

    it('lists a window of several services, oldest first, the newest when there are too many', async () => {
      const { tenant, repositoryId } = place()
      for (const [index, service] of ['cart', 'ledger', 'cart', 'login'].entries()) {
        const [id] = await tenant.deployments.upsert(deployment(repositoryId, `${index}`), [toService(service)])
        await tenant.deployments.setLive(id!, live(at(index)))
      }
      const window = async (services: string[], from: number, to: number, limit = 9) =>
        (
          await tenant.deployments.liveBetween(
            services.map((service) => ({ repositoryId, service })),
            at(from),
            at(to),
            limit,
          )
        ).map(({ deployment: one }) => one.externalId)
      expect(await window(['cart', 'login'], 0, 9)).toEqual(['0', '2', '3'])
      expect(await window(['cart', 'ledger'], 1, 2)).toEqual(['1', '2'])
      expect(await window(['cart', 'ledger', 'login'], 0, 9, 2)).toEqual(['2', '3'])
      expect(await window([], 0, 9)).toEqual([])
    })
  })
}
