import { describe, expect, it } from 'vitest'
import type { ChangeReference } from '../../../src/domain/change.ts'
import type { CarriedChange } from '../../../src/domain/deployment.ts'
import { at, BIG, change, deployment, file, incident, live, octocat, sha, shared, toService, type Open } from './made-up.ts'

export function changeStoreContract(open: Open): void {
  describe('changes', () => {
    const { place } = shared(open)

    it('gives back every fact', async () => {
      const { tenant, repositoryId } = place()
      const { terms: _terms, ...facts } = change(repositoryId, sha('a'), {
        number: 12,
        commitShas: [sha('a'), sha('b')],
        baseSha: sha('c'),
        headSha: sha('e'),
        title: 'Ünïcode 決済 😀',
        bodyExcerpt: 'Fixes "it"',
        merger: { login: 'hubot', isBot: true },
        reviewers: [{ login: 'monalisa', isBot: false }],
        labels: ['bug'],
        files: [file('a b/ü.ts'), { ...file('gone.ts'), status: 'renamed', previousPath: 'was.ts' }],
        filesTruncated: true,
        fileCount: 400,
        references: [{ kind: 'reverts', by: 'number', number: 4 }],
        patchId: sha('f'),
        bumps: [{ dependency: 'left-pad', from: '1', to: '2' }],
      })
      const id = await tenant.changes.upsert({ ...facts, terms: ['a'] })
      const stored = { ...facts, id, revertedBy: [], sameAsChangeId: null }
      expect(await tenant.changes.byNumber(repositoryId, 12)).toEqual(stored)
      expect(await tenant.changes.byCommit(repositoryId, sha('b'))).toEqual(stored)
      expect(await tenant.changes.byIds([id, id + 1])).toEqual([stored])
      expect(await tenant.changes.byPatchId(repositoryId, sha('f'))).toEqual([stored])
      expect(await tenant.changes.byTitle(repositoryId, facts.title, at(1), 5)).toEqual([stored])
      expect(await tenant.changes.idsByCommits(repositoryId, [sha('a'), sha('b'), sha('9')])).toEqual(
        new Map([
          [sha('a'), id],
          [sha('b'), id],
        ]),
      )
      expect(await tenant.changes.byCommitPrefix(repositoryId, sha('b').slice(0, 7))).toEqual(stored)
      expect(await tenant.changes.byCommitPrefix(repositoryId, sha('9').slice(0, 7))).toBeNull()
      expect(await tenant.changes.byNumber(repositoryId, 13)).toBeNull()
      expect(await tenant.changes.byCommit(repositoryId, sha('9'))).toBeNull()
    })

    it('finds no commit by digits that fit several changes', async () => {
      const { tenant, repositoryId } = place()
      const [one, two] = [`abcdef0${'1'.repeat(33)}`, `abcdef0${'2'.repeat(33)}`]
      const id = await tenant.changes.upsert(change(repositoryId, one, { commitShas: [one, `abcdef0${'3'.repeat(33)}`] }))
      expect((await tenant.changes.byCommitPrefix(repositoryId, 'abcdef0'))?.id).toBe(id)
      await tenant.changes.upsert(change(repositoryId, two))
      expect(await tenant.changes.byCommitPrefix(repositoryId, 'abcdef0')).toBeNull()
      expect((await tenant.changes.byCommitPrefix(repositoryId, 'abcdef01'))?.id).toBe(id)
    })

    it('takes text no engine can hold, and paths longer than an index row', async () => {
      const { tenant, repositoryId } = place()
      const path = `${'ü'.repeat(5000)}.ts`
      const id = await tenant.changes.upsert(
        change(repositoryId, sha('a'), {
          title: 'a\0b \ud800',
          bodyExcerpt: 'x'.repeat(100_000),
          files: [file(`${path}\0`)],
          terms: ['\0', 'y'.repeat(9000)],
        }),
      )
      const [stored] = await tenant.changes.byIds([id])
      expect(stored).toMatchObject({ title: 'ab \ufffd', files: [{ path }] })
      expect((await tenant.changes.byTitle(repositoryId, 'a\0b \ud800', at(1), 1))[0]?.id).toBe(id)
      const past = await tenant.changes.past(repositoryId, { before: at(1), paths: [path], terms: ['y'.repeat(9000)] })
      expect(past.files.get(path)?.changes).toBe(1)
      expect(past.documentFrequency.get('y'.repeat(9000))).toBe(1)
    })

    it('lets older facts change nothing but what is missing', async () => {
      const { tenant, repositoryId } = place()
      const newer = change(repositoryId, sha('a'), {
        number: 3,
        title: 'Newer',
        updatedAt: at(9),
        files: [],
        fileCount: 1,
        filesTruncated: true,
      })
      const id = await tenant.changes.upsert(newer)
      const older = change(repositoryId, sha('a'), {
        number: 3,
        title: 'Older',
        labels: ['old'],
        commitShas: [sha('a'), sha('b')],
        updatedAt: at(1),
      })
      expect(await tenant.changes.upsert(older)).toBe(id)
      const [stored] = await tenant.changes.byIds([id])
      expect(stored).toMatchObject({
        title: 'Newer',
        labels: [],
        updatedAt: at(9),
        commitShas: [sha('a'), sha('b')],
        filesTruncated: false,
      })
      expect(stored?.files).toEqual(older.files)
    })

    it('never loses files to a later report without any', async () => {
      const { tenant, repositoryId } = place()
      const id = await tenant.changes.upsert(change(repositoryId, sha('a'), { number: 3, patchId: sha('f') }))
      await tenant.changes.upsert(change(repositoryId, sha('a'), { number: 3, title: 'Edited', files: [], updatedAt: at(5) }))
      expect((await tenant.changes.byIds([id]))[0]).toMatchObject({
        title: 'Edited',
        files: [{ path: 'src/cart.ts' }],
        fileCount: 1,
        added: 2,
        identifiers: ['roundTotal'],
        patchId: sha('f'),
      })
    })

    it('edits title, body and labels unless it knows something newer', async () => {
      const { tenant, repositoryId } = place()
      const id = await tenant.changes.upsert(change(repositoryId, sha('a'), { number: 3, updatedAt: at(5), terms: ['old', 'both'] }))
      const edit = { title: 'New', bodyExcerpt: 'b', labels: ['l'], updatedAt: at(6), terms: ['both', 'new'] }
      expect(await tenant.changes.edit(repositoryId, 4, edit)).toBe(false)
      expect(await tenant.changes.edit(repositoryId, 3, { ...edit, updatedAt: at(4) })).toBe(false)
      expect(await tenant.changes.edit(repositoryId, 3, edit)).toBe(true)
      expect(await tenant.changes.edit(repositoryId, 3, edit)).toBe(true)
      expect((await tenant.changes.byIds([id]))[0]).toMatchObject({ title: 'New', bodyExcerpt: 'b', labels: ['l'], updatedAt: at(6) })
      expect(await tenant.changes.byTitle(repositoryId, 'New', at(1), 1)).toHaveLength(1)
      const { documentFrequency } = await tenant.changes.past(repositoryId, { before: at(9), paths: [], terms: ['old', 'both', 'new'] })
      expect(documentFrequency).toEqual(
        new Map([
          ['both', 1],
          ['new', 1],
        ]),
      )
    })

    it('finds those whose words name a change, whenever they were told, by the words that they have now', async () => {
      const { tenant, repositoryId } = place()
      const refer = (letter: string, reference: ChangeReference) =>
        tenant.changes.upsert(change(repositoryId, sha(letter), { references: [reference] }))
      const byNumber = await refer('1', { kind: 'reverts', by: 'number', number: 7 })
      const byTitle = await refer('2', { kind: 'relands', by: 'title', title: 'Round totals' })
      const bySha = await refer('3', { kind: 'cherry-picks', by: 'sha', sha: sha('a') })
      const byDigits = await refer('4', { kind: 'reverts', by: 'sha', sha: sha('b').slice(0, 7) })
      await refer('5', { kind: 'reverts', by: 'number', number: 70 })
      const named = { repositoryId, number: 7, title: 'Round totals', commitShas: [sha('a'), sha('b')] }
      const found = async () => (await tenant.changes.referring(named)).map((one) => one.id)
      expect(await found()).toEqual([byNumber, byTitle, bySha, byDigits])
      await tenant.changes.upsert(change(repositoryId, sha('2'), { title: 'Says no more', updatedAt: at(5) }))
      expect(await tenant.changes.referring({ ...named, number: null, title: 'Another' })).toHaveLength(2)
      const facts = change(repositoryId, sha('6'), { number: 60, references: [{ kind: 'reverts', by: 'number', number: 7 }] })
      const edited = await tenant.changes.upsert(facts)
      expect(await found()).toContain(edited)
      const edit = { title: 'Reverts nothing', bodyExcerpt: '', labels: [], updatedAt: at(50), references: [] }
      await tenant.changes.edit(repositoryId, 60, edit)
      expect(await found()).not.toContain(edited)
      // Folded into its pull request, the commit's row is gone; its words count on.
      const pull = await tenant.changes.upsert(change(repositoryId, sha('1'), { number: 61, updatedAt: at(9) }))
      expect(await found()).toEqual([pull, byTitle, bySha, byDigits].sort((a, b) => a - b))
    })

    it('forgets what was linked by references that are no longer stated', async () => {
      const { tenant, repositoryId } = place()
      const [one, other] = [
        await tenant.changes.upsert(change(repositoryId, sha('a'))),
        await tenant.changes.upsert(change(repositoryId, sha('b'))),
      ]
      const references = [{ kind: 'reverts', by: 'sha', sha: sha('a') } as const]
      const facts = change(repositoryId, sha('c'), { number: 3, references, updatedAt: at(1) })
      const id = await tenant.changes.upsert(facts)
      const linked = async () => {
        const [taken, repeated] = await tenant.changes.byIds([one, id])
        return [taken?.revertedBy.length, repeated?.sameAsChangeId]
      }
      const link = async () => {
        await tenant.changes.linkRevert(id, one)
        await tenant.changes.linkSame(id, other)
      }
      await link()
      await tenant.changes.upsert(facts)
      const edit = { title: 'Edited', bodyExcerpt: '', labels: [], updatedAt: at(2) }
      await tenant.changes.edit(repositoryId, 3, edit)
      await tenant.changes.edit(repositoryId, 3, { ...edit, references })
      expect(await linked()).toEqual([1, other])
      await tenant.changes.edit(repositoryId, 3, { ...edit, references: [] })
      expect((await tenant.changes.byIds([id]))[0]?.references).toEqual([])
      expect(await linked()).toEqual([0, null])
      await link()
      await tenant.changes.upsert({ ...facts, updatedAt: at(3) })
      expect(await linked()).toEqual([0, null])
    })

    it('names what took a change back, oldest first, and what it repeats', async () => {
      const { tenant, repositoryId } = place()
      const add = (letter: string, minutes: number) => tenant.changes.upsert(change(repositoryId, sha(letter), { mergedAt: at(minutes) }))
      const [culprit, second, first, pick, pick2] = [
        await add('a', 0),
        await add('b', 8),
        await add('c', 4),
        await add('d', 5),
        await add('e', 6),
      ]
      for (let twice = 0; twice < 2; twice++) {
        await tenant.changes.linkRevert(second, culprit)
        await tenant.changes.linkRevert(first, culprit)
        await tenant.changes.linkRevert(culprit, culprit)
      }
      await tenant.changes.linkSame(pick, culprit)
      await tenant.changes.linkSame(pick2, pick)
      await tenant.changes.linkSame(culprit, pick)
      const [stored, ...rest] = await tenant.changes.byIds([culprit, pick, pick2])
      expect(stored?.revertedBy).toEqual([
        { changeId: first, mergedAt: at(4) },
        { changeId: second, mergedAt: at(8) },
      ])
      expect([stored, ...rest].map((one) => one?.sameAsChangeId)).toEqual([null, culprit, culprit])
    })

    it('lets deployments carry a repeated change as the one it repeats, also when that shows later', async () => {
      const { tenant, repositoryId } = place()
      const [first, pick, third] = [
        await tenant.changes.upsert(change(repositoryId, sha('a'))),
        await tenant.changes.upsert(change(repositoryId, sha('b'))),
        await tenant.changes.upsert(change(repositoryId, sha('c'))),
      ]
      const deploy = async (externalId: string, carried: CarriedChange[]) => {
        const [id] = await tenant.deployments.upsert(deployment(repositoryId, externalId), [toService('shop')])
        await tenant.deployments.setLive(id!, live(at(1), carried))
        return id
      }
      const swap = await deploy('1', [
        { changeId: pick, direction: 'in' },
        { changeId: first, direction: 'out' },
        { changeId: third, direction: 'in' },
      ])
      const twice = await deploy('2', [
        { changeId: pick, direction: 'in' },
        { changeId: first, direction: 'in' },
      ])
      const alone = await deploy('3', [{ changeId: pick, direction: 'out' }])
      await tenant.changes.linkSame(third, pick)
      await tenant.changes.linkSame(pick, first)
      expect((await tenant.changes.byIds([pick, third])).map((one) => one.sameAsChangeId)).toEqual([first, first])
      const carried = await tenant.deployments.carrying([first, pick, third])
      expect(carried.map((row) => [row.deployment.id, row.changeId, row.direction]).sort()).toEqual([
        [twice, first, 'in'],
        [alone, first, 'out'],
      ])
      expect(carried.some((row) => row.deployment.id === swap)).toBe(false)
    })

    it('lists what merged in a window, oldest first, the newest when there are too many', async () => {
      const { tenant, repositoryId } = place()
      const other = repositoryId + BIG
      for (const [index, letter] of [...'abcd'].entries())
        await tenant.changes.upsert(change(repositoryId, sha(letter), { mergedAt: at(index) }))
      await tenant.changes.upsert(change(other, sha('e'), { mergedAt: at(1) }))
      const window = async (ids: number[], from: number, to: number, limit = 99) =>
        (await tenant.changes.mergedBetween(ids, at(from), at(to), limit)).map((one) => one.mergeSha[0]).join('')
      expect(await window([repositoryId], 1, 2)).toBe('bc')
      expect(await window([repositoryId, other], 0, 9)).toBe('abecd')
      expect(await window([repositoryId], 0, 9, 2)).toBe('cd')
      expect(await window([], 0, 9)).toBe('')
    })

    it('knows the past of paths and words, each change counted once', async () => {
      const { tenant, repositoryId } = place()
      const facts = [
        change(repositoryId, sha('a'), { mergedAt: at(0), files: [file('x.ts'), file('y.ts')], terms: ['cart', 'round', 'cart'] }),
        change(repositoryId, sha('b'), { mergedAt: at(5), files: [file('x.ts')], terms: ['cart'] }),
        change(repositoryId, sha('c'), { mergedAt: at(10), files: [file('x.ts')], terms: ['later'] }),
      ]
      for (const one of [...facts, ...facts.toReversed()]) await tenant.changes.upsert(one)
      const past = await tenant.changes.past(repositoryId, {
        before: at(10),
        paths: ['x.ts', 'y.ts', 'z.ts'],
        terms: ['cart', 'round', 'later', 'none'],
      })
      expect(past).toEqual({
        // The change that landed at the moment itself is not part of its past.
        documentCount: 2,
        documentFrequency: new Map([
          ['cart', 2],
          ['round', 1],
        ]),
        files: new Map([
          ['x.ts', { changes: 2, culprits: 0 }],
          ['y.ts', { changes: 1, culprits: 0 }],
        ]),
        landedAt: [at(0), at(5)],
        culprits: [],
      })
    })

    it('tells the latest earlier changes, oldest first, with what was worked out of each until it is written again', async () => {
      const { tenant, repositoryId } = place()
      for (const [n, letter] of ['a', 'b', 'c', 'd'].entries()) {
        await tenant.changes.upsert(
          change(repositoryId, sha(letter), {
            mergedAt: at(n),
            title: `Say ${letter}`,
            identifiers: ['cart'],
            files: [file(`${letter}.ts`)],
          }),
        )
      }
      const earlier = await tenant.changes.earlier(repositoryId, { after: null, before: at(3) }, 2)
      const [b, c] = earlier
      expect(earlier).toEqual([
        { id: b!.id, mergedAt: at(1), mergeSha: sha('b'), title: 'Say b', gist: null },
        { id: c!.id, mergedAt: at(2), mergeSha: sha('c'), title: 'Say c', gist: null },
      ])
      await tenant.changes.setGists([
        { id: b!.id, gist: Uint8Array.of(1, 0, 255) },
        { id: c!.id, gist: new Uint8Array() },
      ])
      await tenant.changes.upsert(change(repositoryId, sha('c'), { mergedAt: at(2), title: 'Say more' }))
      expect([...(await tenant.changes.gists([c!.id, b!.id, -1]))].map(([id, gist]) => [id, ...gist])).toEqual([[b!.id, 1, 0, 255]])
      const again = await tenant.changes.earlier(repositoryId, { after: null, before: at(3) }, 2)
      expect(again.map(({ gist }) => gist && [...gist])).toEqual([[1, 0, 255], null])
      expect(await tenant.changes.earlier(repositoryId + 1, { after: null, before: at(3) }, 2)).toEqual([])
    })

    it('follows files and words as a change becomes better known', async () => {
      const { tenant, repositoryId } = place()
      const base = change(repositoryId, sha('a'), { number: 1 })
      await tenant.changes.upsert({ ...base, files: [], terms: ['poor'] })
      await tenant.changes.upsert({ ...base, files: [file('x.ts')], terms: ['rich'] })
      await tenant.changes.upsert({ ...base, files: [file('y.ts')], terms: ['richer'], mergedAt: at(3), updatedAt: at(3) })
      const past = await tenant.changes.past(repositoryId, { before: at(9), paths: ['x.ts', 'y.ts'], terms: ['poor', 'rich', 'richer'] })
      expect(past.files).toEqual(new Map([['y.ts', { changes: 1, culprits: 0 }]]))
      expect(past.documentFrequency).toEqual(new Map([['richer', 1]]))
      expect(past.documentCount).toBe(1)
    })

    it('remembers culprits: reverted changes and confirmed causes, only as known before the moment, and none of a mere report', async () => {
      const { tenant, repositoryId } = place()
      const culprit = await tenant.changes.upsert(change(repositoryId, sha('a'), { title: 'Cache totals', files: [file('x.ts')] }))
      const revert = await tenant.changes.upsert(
        change(repositoryId, sha('b'), {
          title: 'Revert "Cache totals"',
          bodyExcerpt: 'It answers 500',
          mergedAt: at(10),
          files: [file('z.ts')],
        }),
      )
      const blamed = await tenant.changes.upsert(change(repositoryId, sha('c'), { mergedAt: at(20), files: [file('x.ts'), file('y.ts')] }))
      await tenant.changes.linkRevert(revert, culprit)
      const [deploymentId] = await tenant.deployments.upsert(deployment(repositoryId, '1'), [toService('shop')])
      await tenant.deployments.setLive(deploymentId!, live(at(4), [{ changeId: culprit, direction: 'in' }]))
      const incidentId = await tenant.incidents.upsert(incident(repositoryId, 1, { detectedAt: at(25), title: 'Down', body: 'hard' }))
      await tenant.incidents.addOutcome({ incidentId, changeId: blamed, verdict: 'caused', at: at(30), by: octocat })
      const reported = await tenant.incidents.upsert(incident(repositoryId, 2, { detectedAt: at(26), isTrusted: false }))
      await tenant.incidents.addOutcome({ incidentId: reported, changeId: revert, verdict: 'caused', at: at(29), by: octocat })
      const pastAt = (minutes: number) =>
        tenant.changes.past(repositoryId, { before: at(minutes), paths: ['x.ts', 'y.ts', 'z.ts'], terms: [] })
      expect((await pastAt(10)).culprits).toEqual([])
      const first = {
        changeId: culprit,
        paths: ['x.ts'],
        title: 'Cache totals',
        text: 'Revert "Cache totals"\nIt answers 500',
        ageMs: 6 * 60_000,
        incidentAt: at(10),
        incidentRepositoryId: repositoryId,
      }
      expect((await pastAt(30)).culprits).toEqual([first])
      const later = await pastAt(31)
      expect(later.culprits).toEqual([
        first,
        {
          changeId: blamed,
          paths: ['x.ts', 'y.ts'],
          title: 'Round totals',
          text: 'Down\nhard',
          ageMs: 5 * 60_000,
          incidentAt: at(25),
          incidentRepositoryId: repositoryId,
        },
      ])
      expect(later.files).toEqual(
        new Map([
          ['x.ts', { changes: 2, culprits: 2 }],
          ['y.ts', { changes: 1, culprits: 1 }],
          ['z.ts', { changes: 1, culprits: 0 }],
        ]),
      )
      await tenant.incidents.addOutcome({ incidentId, changeId: blamed, verdict: 'did-not-cause', at: at(40), by: octocat })
      expect((await pastAt(40)).culprits).toHaveLength(2)
      expect((await pastAt(41)).culprits).toEqual([first])
    })

    it('writes the same change from many sides at once into one row', async () => {
      const { tenant, repositoryId } = place()
      const base = change(repositoryId, sha('a'), { terms: ['cart'] })
      const ids = await Promise.all(
        Array.from({ length: 8 }, (_, index) => tenant.changes.upsert(index % 2 ? base : { ...base, number: 5 })),
      )
      expect(new Set(ids).size).toBe(1)
      const past = await tenant.changes.past(repositoryId, { before: at(9), paths: [], terms: ['cart'] })
      expect([past.documentCount, past.documentFrequency.get('cart')]).toEqual([1, 1])
    })
  })
}
