import { describe, expect, it } from 'vitest'
import { editChange } from '../../../src/changes/edit-change.ts'
import { recordMerge } from '../../../src/changes/record-merge.ts'
import { recordPush } from '../../../src/changes/record-push.ts'
import type { GitHub } from '../../../src/github/github.ts'
import type { Work } from '../../../src/work.ts'
import { commitGraph, REPOSITORY, shaOf } from '../../support/commit-graph.ts'
import { merged, minute, pushed } from '../../support/recording-events.ts'
import { aCatalog, aService, recordingWork } from '../../support/recording-work.ts'

const all = (work: Work) => work.tenant.changes.mergedBetween([REPOSITORY.id], new Date(0), new Date('2027-01-01'), 1000)

describe('a merged pull request', () => {
  it('keeps who, what and where, and takes two requests', async () => {
    const graph = commitGraph()
    const [m0, f1, f2] = [graph.commit('m0', []), graph.commit('f1', [shaOf('m0')]), graph.commit('f2', [shaOf('f1')])]
    const m1 = graph.commit('m1', [m0, f2])
    const pull = graph.pull(7, [m1], [f1, f2], {
      title: 'Price\u0000 it',
      body: 'x'.repeat(1999) + '😀',
      labels: ['money'],
      paths: ['src/price.ts'],
    })
    const { work } = await recordingWork(graph)
    await recordMerge(work, merged(pull))
    expect(await work.tenant.changes.byNumber(REPOSITORY.id, 7)).toMatchObject({
      title: 'Price it',
      bodyExcerpt: 'x'.repeat(1999),
      mergeSha: m1,
      baseSha: m0,
      headSha: f2,
      commitShas: [f1, f2, m1].sort(),
      author: { login: 'octocat' },
      merger: { login: 'hubot' },
      reviewers: [{ login: 'monalisa' }],
      labels: ['money'],
      filesTruncated: false,
      files: [{ path: 'src/price.ts', ranges: [{ start: 2, count: 1 }], symbols: ['price'] }],
      identifiers: ['pull7Value'],
    })
    expect(graph.asked).toHaveLength(2)
    await recordMerge(work, merged(pull))
    expect(graph.asked).toHaveLength(2)
  })

  it('is one change whether its push or its own webhook comes first', async () => {
    for (const order of ['push', 'merge'] as const) {
      const graph = commitGraph()
      const m0 = graph.commit('m0', [])
      const own = [graph.commit('o1', [m0], { message: 'one' }), graph.commit('o2', [shaOf('o1')], { message: 'two' })]
      const landed = [graph.commit('m1', [m0], { message: 'one' }), graph.commit('m2', [shaOf('m1')], { message: 'two' })]
      const pull = graph.pull(3, landed, own)
      const { work } = await recordingWork(graph)
      const tell = [() => recordPush(work, pushed(landed)), () => recordMerge(work, merged(pull))]
      for (const one of order === 'push' ? tell : tell.reverse()) await one()
      expect((await all(work)).map((change) => [change.number, change.commitShas, change.baseSha])).toEqual([[3, [...landed].sort(), m0]])
    }
  })

  it('takes over commits that GitHub had not yet told to be its own', async () => {
    const graph = commitGraph()
    const m0 = graph.commit('m0', [])
    const m1 = graph.commit('m1', [m0], { message: 'Fix (#5)' })
    const { work } = await recordingWork(graph)
    await recordPush(work, pushed([m1]))
    expect((await all(work)).map((change) => change.number)).toEqual([null])
    await recordMerge(work, merged(graph.pull(5, [m1], [graph.commit('o', [m0])])))
    expect((await all(work)).map((change) => change.number)).toEqual([5])
  })

  it('counts only on a branch that is deployed', async () => {
    const graph = commitGraph()
    const m1 = graph.commit('m1', [graph.commit('m0', [])])
    const { work } = await recordingWork(graph, aCatalog([aService('shop')], { branches: ['release/*'] }))
    await recordMerge(work, merged(graph.pull(1, [m1], [m1], { baseRef: 'feature' })))
    await recordPush(work, pushed([m1], { branch: 'feature' }))
    expect(await all(work)).toEqual([])
    await recordMerge(work, merged(graph.pull(1, [m1], [m1], { baseRef: 'release/1' })))
    expect(await all(work)).toHaveLength(1)
  })

  it('is edited afterwards, unless the edit is older; an unknown one is recorded', async () => {
    const graph = commitGraph()
    const m1 = graph.commit('m1', [graph.commit('m0', [])])
    const pull = graph.pull(1, [m1])
    const { work } = await recordingWork(graph)
    const edit = (title: string, at: Date) =>
      editChange(work, { ...merged(pull, { title, updatedAt: at, labels: ['risky'] }), kind: 'change-edit' })
    await edit('First', minute(1))
    await edit('Third', minute(3))
    await edit('Second', minute(2))
    expect(await work.tenant.changes.byNumber(REPOSITORY.id, 1)).toMatchObject({ title: 'Third', labels: ['risky'] })
  })

  it('refers to others by the words it has now', async () => {
    const graph = commitGraph()
    const [m1, m2] = [graph.commit('m1', [graph.commit('m0', [])]), graph.commit('m2', [shaOf('m1')])]
    const m3 = graph.commit('m3', [m2], { message: 'Take one back (#3)' })
    const pulls = [graph.pull(1, [m1], [shaOf('o1')], { title: 'Sell more' }), graph.pull(2, [m2], [shaOf('o2')], { title: 'Sell less' })]
    const revert = graph.pull(3, [m3], [shaOf('o3')], { title: 'Take one back' })
    const { work } = await recordingWork(graph)
    for (const pull of [...pulls, revert]) await recordMerge(work, merged(pull))
    const revertedBy = async (number: number) =>
      (await work.tenant.changes.byNumber(REPOSITORY.id, number))?.revertedBy.map((each) => each.changeId)
    const id = (await work.tenant.changes.byNumber(REPOSITORY.id, 3))?.id
    const edit = (title: string, body: string, n: number) =>
      editChange(work, { ...merged(revert, { title, body, updatedAt: minute(n) }), kind: 'change-edit' })
    await edit('Revert "Sell more"', '', 1)
    expect([await revertedBy(1), await revertedBy(2)]).toEqual([[id], []])
    await edit('Revert "Sell less"', 'Reverts #2', 2)
    expect([await revertedBy(1), await revertedBy(2)]).toEqual([[], [id]])
    await edit('Something else', '', 3)
    expect([await revertedBy(1), await revertedBy(2)]).toEqual([[], []])
    // Told again with what it said before: the newer words stay.
    await recordMerge(work, merged(revert))
    expect([await revertedBy(1), await revertedBy(2)]).toEqual([[], []])
  })

  it('keeps what only its commits say when its own words are edited', async () => {
    const graph = commitGraph()
    const m1 = graph.commit('m1', [graph.commit('m0', [])])
    const m2 = graph.commit('m2', [m1])
    const own = graph.commit('o2', [m1], { message: `Undo\n\nThis reverts commit ${m1}.` })
    const { work } = await recordingWork(graph)
    await recordMerge(work, merged(graph.pull(1, [m1])))
    const revert = graph.pull(2, [m2], [own], { title: 'Undo' })
    await recordMerge(work, merged(revert))
    await editChange(work, { ...merged(revert, { title: 'Undo the sale', updatedAt: minute(5) }), kind: 'change-edit' })
    expect((await work.tenant.changes.byNumber(REPOSITORY.id, 1))?.revertedBy).toHaveLength(1)
  })

  it('is linked when it is told again after a crash between storing and linking', async () => {
    for (const again of ['merge', 'push'] as const) {
      const graph = commitGraph()
      const [m1, m2] = [graph.commit('m1', [graph.commit('m0', [])]), graph.commit('m2', [shaOf('m1')])]
      const { work } = await recordingWork(graph)
      await recordMerge(work, merged(graph.pull(1, [m1])))
      const revert = graph.pull(2, [m2], [shaOf('o2')], { title: 'Undo', body: 'Reverts #1' })
      const crashing: Work = {
        ...work,
        tenant: { ...work.tenant, changes: { ...work.tenant.changes, linkRevert: () => Promise.reject(new Error('power cut')) } },
      }
      await expect(recordMerge(crashing, merged(revert))).rejects.toThrow('power cut')
      if (again === 'merge') await recordMerge(work, merged(revert))
      else await recordPush(work, pushed([m2]))
      expect((await work.tenant.changes.byNumber(REPOSITORY.id, 1))?.revertedBy).toHaveLength(1)
    }
  })

  it('knows its head branch whichever webhook comes first', async () => {
    for (const tell of [recordMerge, null]) {
      const graph = commitGraph()
      const m1 = graph.commit('m1', [graph.commit('m0', [])])
      const { work } = await recordingWork(graph)
      const pull = graph.pull(9, [m1], [shaOf('o9')], { headRef: 'backport-4-to-main' })
      await (tell ? tell(work, merged(pull)) : recordPush(work, pushed([m1])))
      expect((await all(work))[0]?.references).toEqual([{ kind: 'cherry-picks', by: 'number', number: 4 }])
    }
  })

  it('by a bot tells what it bumps', async () => {
    const graph = commitGraph()
    const m1 = graph.commit('m1', [graph.commit('m0', [])])
    const { work } = await recordingWork(graph)
    const author = { login: 'dependabot[bot]', isBot: true }
    await recordMerge(work, merged(graph.pull(1, [m1], [m1], { author, title: 'Bump left-pad from 1.0.0 to 1.1.0' })))
    expect((await all(work))[0]).toMatchObject({
      bumps: [{ dependency: 'left-pad', from: '1.0.0', to: '1.1.0' }],
      merger: { login: 'hubot' },
    })
  })
})

describe('what a change refers to', () => {
  it('is tied to it in either order: revert, and revert of the revert', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const graph = commitGraph()
      const m0 = graph.commit('m0', [])
      const [m1, m2, m3] = [graph.commit('m1', [m0]), graph.commit('m2', [shaOf('m1')]), graph.commit('m3', [shaOf('m2')])]
      const pulls = [
        graph.pull(1, [m1], [shaOf('o1')], { title: 'Sell more' }),
        graph.pull(2, [m2], [shaOf('o2')], { title: 'Revert "Sell more"', body: 'Reverts acme/shop#1' }),
        graph.pull(3, [m3], [shaOf('o3')], { title: 'Revert "Revert "Sell more""', body: 'Reverts acme/shop#2' }),
      ]
      const { work } = await recordingWork(graph)
      for (const index of order) await recordMerge(work, merged(pulls[index]!))
      const [one, two, three] = await Promise.all([1, 2, 3].map((number) => work.tenant.changes.byNumber(REPOSITORY.id, number)))
      expect(one?.revertedBy.map((each) => each.changeId)).toEqual([two?.id])
      expect(two?.revertedBy.map((each) => each.changeId)).toEqual([three?.id])
    }
  })

  it('is found by the first digits of its sha, in either order', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const graph = commitGraph()
      const m0 = graph.commit('m0', [])
      const culprit = graph.commit('m1', [m0])
      const revert = graph.commit('m2', [culprit], { message: `Undo it\n\nThis reverts commit ${culprit.slice(0, 9)}.` })
      const { work } = await recordingWork(graph)
      const tell = [culprit, revert].map((sha, i) => () => recordPush(work, pushed([sha], { pushedAt: minute(i) })))
      for (const index of order) await tell[index]?.()
      const taken = await work.tenant.changes.byCommit(REPOSITORY.id, culprit)
      const taking = await work.tenant.changes.byCommit(REPOSITORY.id, revert)
      expect(taken?.revertedBy.map((each) => each.changeId)).toEqual([taking?.id])
    }
  })

  it('is the same change on another branch, by sha or by its patch alone', async () => {
    const graph = commitGraph()
    const m0 = graph.commit('m0', [])
    const original = graph.commit('m1', [m0], { paths: ['a.ts'] })
    const picked = graph.commit('r1', [m0], { message: `Picked\n\n(cherry picked from commit ${original})` })
    const twin = graph.commit('r2', [picked], { message: 'Same patch' })
    graph.commits.get(twin)!.files = graph.commits.get(original)!.files
    const { work } = await recordingWork(graph, aCatalog([aService('shop')], { branches: ['release'] }))
    await recordPush(work, pushed([original], { pushedAt: minute(1) }))
    await recordPush(work, pushed([picked, twin], { branch: 'release', pushedAt: minute(2) }))
    const first = await work.tenant.changes.byCommit(REPOSITORY.id, original)
    expect(first?.sameAsChangeId).toBeNull()
    for (const sha of [picked, twin]) expect((await work.tenant.changes.byCommit(REPOSITORY.id, sha))?.sameAsChangeId).toBe(first?.id)
  })
})

describe('a push', () => {
  it('does not count merges of what is known', async () => {
    const graph = commitGraph()
    const m0 = graph.commit('m0', [])
    const [a, b] = [graph.commit('a', [m0]), graph.commit('b', [m0])]
    const join = graph.commit('join', [a, b], { message: "Merge branch 'b'" })
    const { work } = await recordingWork(graph)
    await recordPush(work, pushed([a, b, join]))
    expect((await all(work)).map((change) => change.mergeSha).sort()).toEqual([a, b].sort())
  })

  it('asks once per 100 commits, and not again', async () => {
    const graph = commitGraph()
    const shas = [graph.commit('m0', [])]
    for (let i = 1; i < 150; i += 1) shas.push(graph.commit(`m${i}`, [shas.at(-1)!]))
    const { work } = await recordingWork(graph)
    await recordPush(work, pushed(shas))
    expect(graph.count('commitsWithPullRequests')).toBe(2)
    expect(await all(work)).toHaveLength(150)
    graph.asked.length = 0
    await recordPush(work, pushed(shas))
    expect(graph.asked).toEqual([])
  })

  it('to the default branch that touches the file reads the catalog again', async () => {
    const graph = commitGraph()
    const m0 = graph.commit('m0', [])
    const { work } = await recordingWork(graph)
    const text = 'version: 1\nservices:\n  checkout:\n    paths: ["checkout/**"]\n'
    const files: Partial<GitHub> = {
      readFiles: async () => new Map([['.github/causeway.yml', text]]),
      readFile: async () => null,
      findFiles: async () => [],
    }
    await recordPush({ ...work, github: { ...graph.github, ...files } }, pushed([m0], { paths: ['.github/causeway.yml'] }))
    expect((await work.tenant.catalogs.get(REPOSITORY.id))?.catalog?.services.map((service) => service.name)).toEqual(['checkout'])
  })
})
