import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChangeFacts } from '../../../src/domain/change.ts'
import type { TenantStore } from '../../../src/store/store.ts'
import { at, change, deployment, file, incident, live, octocat, sha, shared, toService, type Open } from './made-up.ts'

/** What arrived, in the words of a small history: a merged, a squashed and a rebased pull request, and a lone commit. */
function reports(repositoryId: number): ((tenant: TenantStore) => Promise<unknown>)[] {
  const pushed = (letter: string, minutes: number, over: Partial<ChangeFacts> = {}) =>
    change(repositoryId, sha(letter), {
      mergedAt: at(minutes),
      updatedAt: at(minutes),
      title: `Commit ${letter}`,
      files: [file(`${letter}.ts`)],
      terms: [letter, 'commit'],
      ...over,
    })
  const commits = {
    a: pushed('a', 1),
    b: pushed('b', 2),
    c: pushed('c', 3),
    d: pushed('d', 4),
    e: pushed('e', 5),
    f: pushed('f', 6),
    9: pushed('9', 7),
  }
  const merged = change(repositoryId, sha('c'), {
    number: 1,
    commitShas: [sha('a'), sha('b'), sha('c')],
    title: 'Merged',
    mergedAt: at(3),
    updatedAt: at(3),
    files: [file('a.ts'), file('b.ts')],
    terms: ['merged'],
  })
  const squashed = change(repositoryId, sha('d'), {
    number: 2,
    title: 'Squashed',
    mergedAt: at(4),
    updatedAt: at(4),
    files: [],
    terms: ['squashed'],
  })
  const rebased = change(repositoryId, sha('f'), {
    number: 3,
    commitShas: [sha('e'), sha('f')],
    title: 'Rebased',
    mergedAt: at(6),
    updatedAt: at(6),
    files: [file('r.ts')],
    terms: ['rebased'],
  })
  const add = (facts: Parameters<TenantStore['changes']['upsert']>[0]) => (tenant: TenantStore) => tenant.changes.upsert(facts)
  /** A deployment knows its commits from a comparison, and records those that nobody reported yet. */
  const deploys = (externalId: string, minutes: number, parts: (typeof commits)[keyof typeof commits][]) => async (tenant: TenantStore) => {
    const known = await tenant.changes.idsByCommits(
      repositoryId,
      parts.map((part) => part.mergeSha),
    )
    for (const part of parts) if (!known.has(part.mergeSha)) known.set(part.mergeSha, await tenant.changes.upsert(part))
    const [id] = await tenant.deployments.upsert(deployment(repositoryId, externalId), [toService('shop')])
    const carried = [...new Set(known.values())].map((changeId) => ({ changeId, direction: 'in' as const }))
    await tenant.deployments.setLive(id!, live(at(minutes), carried))
  }
  return [
    ...Object.values(commits).map(add),
    add(merged),
    add({ ...merged, title: 'Merged, edited', files: [], labels: ['x'], updatedAt: at(30), terms: ['edited'] }),
    add(squashed),
    add({ ...squashed, title: 'Squashed, edited', updatedAt: at(31), commitShas: [sha('d'), sha('8')] }),
    add(rebased),
    add({
      ...rebased,
      title: 'Rebased, with more files',
      files: [file('r.ts'), file('s.ts')],
      updatedAt: at(32),
      terms: ['rebased', 'more'],
    }),
    deploys('1', 10, [commits.a, commits.b, commits.c]),
    deploys('2', 11, [commits.d, commits.e, commits.f]),
  ]
}

/** Everything a reader could see, with shas for ids, since ids are given in the order of arrival. */
async function content(tenant: TenantStore, repositoryId: number) {
  const changes = await tenant.changes.mergedBetween([repositoryId], at(-1), at(99), 99)
  const shaOf = new Map(changes.map((one) => [one.id, one.mergeSha]))
  const deployments = await tenant.deployments.liveBetween([{ repositoryId, service: 'shop' }], at(0), at(99), 99)
  const shas = [...'abcdef89'].map(sha)
  const owners = await tenant.changes.idsByCommits(repositoryId, shas)
  return {
    changes: changes.map(({ id: _id, ...facts }) => facts),
    carried: deployments.map(({ carried }) => carried.map((one) => shaOf.get(one.changeId)).sort()),
    owners: shas.map((one) => shaOf.get(owners.get(one) ?? -1)),
    past: await tenant.changes.past(repositoryId, {
      before: at(99),
      paths: [...[...'abcdef9'].map((letter) => `${letter}.ts`), 'r.ts', 's.ts'],
      terms: [...'abcdef9', 'commit', 'merged', 'edited', 'squashed', 'rebased', 'more'],
    }),
  }
}

export function foldingContract(open: Open): void {
  describe('folding', () => {
    const { place } = shared(open)

    it('makes the same of push, pull request and deployment in whatever order they come, and however often', async () => {
      const reference = place()
      for (const report of reports(reference.repositoryId)) await report(reference.tenant)
      const anonymous = (text: unknown, id: number) => JSON.parse(JSON.stringify(text, jsonMaps).replaceAll(String(id), '0')) as unknown
      const expected = anonymous(await content(reference.tenant, reference.repositoryId), reference.repositoryId)
      expect(expected).toMatchObject({
        changes: [
          { title: 'Merged, edited' },
          { title: 'Squashed, edited', files: [{ path: 'd.ts' }] },
          { title: 'Rebased, with more files' },
          { number: null },
        ],
        carried: [[sha('c')], [sha('d'), sha('f')]],
      })
      const count = reports(0).length
      const indexes = Array.from({ length: count }, (_, index) => index)
      const order = fc
        .tuple(fc.shuffledSubarray(indexes, { minLength: count }), fc.array(fc.nat(count - 1), { maxLength: 5 }))
        .map(([all, repeated]) => repeated.reduce((into, one) => into.toSpliced(one % into.length, 0, one), all))
      await fc.assert(
        fc.asyncProperty(order, async (indices) => {
          const { tenant, repositoryId } = place()
          const all = reports(repositoryId)
          for (const index of indices) await all[index]!(tenant)
          expect(anonymous(await content(tenant, repositoryId), repositoryId)).toEqual(expected)
        }),
        { numRuns: 60 },
      )
    }, 60_000)

    it('turns everything that pointed at a folded commit to its pull request', async () => {
      const { tenant, repositoryId } = place()
      const add = (letter: string, over: Partial<ChangeFacts> = {}) => tenant.changes.upsert(change(repositoryId, sha(letter), over))
      const [single, culprit, pick] = [await add('a'), await add('b', { mergedAt: at(-5) }), await add('c')]
      const later = await add('d', { mergedAt: at(9) })
      await tenant.changes.linkRevert(single, culprit)
      await tenant.changes.linkRevert(later, single)
      await tenant.changes.linkSame(pick, single)
      const incidentId = await tenant.incidents.upsert(incident(repositoryId, 1))
      await tenant.incidents.addOutcome({ incidentId, changeId: single, verdict: 'caused', at: at(1), by: octocat })
      const [deploymentId] = await tenant.deployments.upsert(deployment(repositoryId, '1'), [toService('shop')])
      await tenant.deployments.setLive(deploymentId!, live(at(1), [{ changeId: single, direction: 'out' }]))
      // The pull request is already known by its number, so that it is the commit's row that goes.
      const kept = await add('e', { number: 7 })
      expect(await add('e', { number: 7, commitShas: [sha('a'), sha('e')], updatedAt: at(2) })).toBe(kept)
      expect(await tenant.changes.byIds([single])).toEqual([])
      expect((await tenant.changes.byCommit(repositoryId, sha('a')))?.id).toBe(kept)
      expect((await tenant.changes.byIds([culprit]))[0]?.revertedBy).toEqual([{ changeId: kept, mergedAt: at(0) }])
      expect((await tenant.changes.byIds([kept]))[0]?.revertedBy).toEqual([{ changeId: later, mergedAt: at(9) }])
      expect((await tenant.changes.byIds([pick]))[0]?.sameAsChangeId).toBe(kept)
      expect(await tenant.incidents.outcomes(incidentId)).toMatchObject([{ changeId: kept }])
      expect(await tenant.deployments.carrying([single, kept])).toMatchObject([{ changeId: kept, direction: 'out' }])
    })

    it('never folds one pull request into another, and gives a shared commit to the one that landed as it', async () => {
      const { tenant, repositoryId } = place()
      const stacked = change(repositoryId, sha('b'), { number: 1, commitShas: [sha('a'), sha('b')] })
      const own = change(repositoryId, sha('a'), { number: 2 })
      for (const order of [
        [stacked, own],
        [own, stacked],
      ]) {
        for (const facts of order) await tenant.changes.upsert(facts)
        expect((await tenant.changes.byCommit(repositoryId, sha('a')))?.number).toBe(2)
        expect((await tenant.changes.byCommit(repositoryId, sha('b')))?.number).toBe(1)
      }
      expect(await tenant.changes.mergedBetween([repositoryId], at(-1), at(1), 9)).toHaveLength(2)
    })
  })
}

function jsonMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...(value as Map<unknown, unknown>)].sort() : value
}
