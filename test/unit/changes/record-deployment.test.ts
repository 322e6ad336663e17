import { describe, expect, it } from 'vitest'
import { recordDeploymentStatus } from '../../../src/changes/record-deployment.ts'
import { recordMerge } from '../../../src/changes/record-merge.ts'
import { recordPush } from '../../../src/changes/record-push.ts'
import { RateLimited } from '../../../src/github/github.ts'
import type { Work } from '../../../src/work.ts'
import { commitGraph, REPOSITORY } from '../../support/commit-graph.ts'
import { merged, minute, pushed, status } from '../../support/recording-events.ts'
import { aCatalog, aService, recordingWork } from '../../support/recording-work.ts'

async function carriedOf(work: Work, id: number, service = 'shop') {
  const [deployment] = (await work.tenant.deployments.byExternal(REPOSITORY.id, 'deployment', String(2 ** 33 + id))).filter(
    (one) => one.service === service,
  )
  if (!deployment?.liveAt) return { kind: deployment?.kind, in: [], out: [], isTruncated: deployment?.isTruncated }
  const rows = await work.tenant.deployments.liveBetween(
    [{ repositoryId: REPOSITORY.id, service }],
    deployment.liveAt,
    deployment.liveAt,
    10,
  )
  const carried = rows.find((row) => row.deployment.id === deployment.id)?.carried ?? []
  const names = async (direction: 'in' | 'out') => {
    const ids = carried.filter((one) => one.direction === direction).map((one) => one.changeId)
    return (await work.tenant.changes.byIds(ids)).map((change) => change.title).sort()
  }
  return { kind: deployment.kind, in: await names('in'), out: await names('out'), isTruncated: deployment.isTruncated }
}

/** m0 ← 1 (squash) ← 2 (merge of two) ← 3 (rebase of two) ← a plain commit. */
function history() {
  const graph = commitGraph()
  const m0 = graph.commit('m0', [])
  const m1 = graph.commit('m1', [m0], { message: 'Pull request 1 (#1)' })
  const f1 = graph.commit('f1', [m0])
  const f2 = graph.commit('f2', [f1])
  const m2 = graph.commit('m2', [m1, f2], { message: 'Merge pull request #2 from acme/f' })
  const m3 = graph.commit('m3', [m2], { message: 'first' })
  const m4 = graph.commit('m4', [m3], { message: 'second' })
  const m5 = graph.commit('m5', [m4], { message: 'Fix it in place' })
  const own1 = graph.commit('o1', [m0], { message: 'one' })
  const own3 = [graph.commit('o3', [m1], { message: 'first' }), graph.commit('o4', [m1], { message: 'second' })]
  const pulls = [graph.pull(1, [m1], [own1]), graph.pull(2, [m2], [f1, f2]), graph.pull(3, [m3, m4], own3)]
  return { graph, pulls, m0, m1, m2, m3, m4, m5, f1, f2 }
}

async function told({ graph, pulls, m5 }: ReturnType<typeof history>) {
  const { work } = await recordingWork(graph)
  for (const pull of pulls) await recordMerge(work, merged(pull))
  await recordPush(work, pushed([m5]))
  graph.asked.length = 0
  return work
}

describe('what a deployment carried', () => {
  it('is nothing for the first, and the range since the version live before for the next, without any request', async () => {
    const past = history()
    const work = await told(past)
    await recordDeploymentStatus(work, status(1, past.m0, minute(1)))
    await recordDeploymentStatus(work, status(2, past.m5, minute(2)))
    expect(await carriedOf(work, 1)).toEqual({ kind: 'first', in: [], out: [], isTruncated: false })
    expect(await carriedOf(work, 2)).toEqual({
      kind: 'forward',
      in: ['Fix it in place', 'Pull request 1', 'Pull request 2', 'Pull request 3'],
      out: [],
      isTruncated: false,
    })
    expect(past.graph.asked).toEqual([])
  })

  it('is found with one compare and one GraphQL request when nothing was told before', async () => {
    const past = history()
    const { work } = await recordingWork(past.graph)
    await recordDeploymentStatus(work, status(1, past.m0, minute(1)))
    await recordDeploymentStatus(work, status(2, past.m5, minute(2)))
    expect((await carriedOf(work, 2)).in).toEqual(['Fix it in place', 'Pull request 1', 'Pull request 2', 'Pull request 3'])
    expect([past.graph.count('compare'), past.graph.count('commitsWithPullRequests')]).toEqual([1, 1])
    // What the requests told is enough to derive the next range without any.
    past.graph.asked.length = 0
    await recordDeploymentStatus(work, status(3, past.m2, minute(3)))
    expect(await carriedOf(work, 3)).toMatchObject({ kind: 'rollback', out: ['Fix it in place', 'Pull request 3'] })
    expect(past.graph.asked).toEqual([])
  })

  it('costs one compare and one GraphQL request per 100 commits, for rebases and merges of any size', async () => {
    const graph = commitGraph()
    const m0 = graph.commit('m0', [])
    const side: string[] = []
    for (let i = 0; i < 120; i += 1) side.push(graph.commit(`s${i}`, [side.at(-1) ?? m0], { paths: [] }))
    const joined = graph.commit('m1', [m0, side.at(-1) ?? ''])
    // GraphQL lists the first hundred commits of a pull request.
    graph.pull(1, [joined], side, {
      commits: side.slice(0, 100).map((sha) => ({ sha, message: 'one of many' })),
      commitCount: 120,
      paths: ['a.ts'],
    })
    const landed: string[] = []
    for (let i = 0; i < 60; i += 1) landed.push(graph.commit(`r${i}`, [landed.at(-1) ?? joined], { message: `step ${i}`, paths: [] }))
    const own = landed.map((_, i) => graph.commit(`o${i}`, [joined], { message: `step ${i}`, paths: [] }))
    graph.pull(2, landed, own, { paths: ['b.ts'] })
    const last = graph.commit('last', [landed.at(-1) ?? ''])
    const { work } = await recordingWork(graph)
    await recordDeploymentStatus(work, status(1, m0, minute(1)))
    await recordDeploymentStatus(work, status(2, last, minute(2)))
    expect((await carriedOf(work, 2)).in).toEqual(['Change last', 'Pull request 1', 'Pull request 2'])
    expect([graph.count('compare'), graph.count('commitsWithPullRequests')]).toEqual([1, 2])
    graph.asked.length = 0
    await recordDeploymentStatus(work, status(3, m0, minute(3)))
    await recordDeploymentStatus(work, status(4, joined, minute(4)))
    expect((await carriedOf(work, 3)).out).toEqual(['Change last', 'Pull request 1', 'Pull request 2'])
    expect((await carriedOf(work, 4)).in).toEqual(['Pull request 1'])
    expect(graph.asked).toEqual([])
  })

  it('goes out with a rollback and in again with the roll-forward', async () => {
    const past = history()
    const work = await told(past)
    await recordDeploymentStatus(work, status(1, past.m2, minute(1)))
    await recordDeploymentStatus(work, status(2, past.m4, minute(2)))
    await recordDeploymentStatus(work, status(3, past.m2, minute(3)))
    await recordDeploymentStatus(work, status(4, past.m5, minute(4)))
    expect(await carriedOf(work, 3)).toEqual({ kind: 'rollback', in: [], out: ['Pull request 3'], isTruncated: false })
    expect(await carriedOf(work, 4)).toMatchObject({ kind: 'forward', in: ['Fix it in place', 'Pull request 3'] })
    expect(past.graph.asked).toEqual([])
  })

  it('is nothing for the same version again, a failure, and an end; the end keeps when it went live', async () => {
    const past = history()
    const work = await told(past)
    await recordDeploymentStatus(work, status(1, past.m1, minute(1)))
    await recordDeploymentStatus(work, status(2, past.m2, minute(2), 'failure'))
    await recordDeploymentStatus(work, status(3, past.m1, minute(3)))
    await recordDeploymentStatus(work, status(1, past.m1, minute(4), 'inactive'))
    expect(await carriedOf(work, 2)).toMatchObject({ kind: 'pending' })
    expect(await carriedOf(work, 3)).toMatchObject({ kind: 'repeat', in: [], out: [] })
    const [first] = await work.tenant.deployments.byExternal(REPOSITORY.id, 'deployment', String(2 ** 33 + 1))
    expect(first).toMatchObject({ state: 'inactive', liveAt: minute(1) })
  })

  it('goes out when an old deployment is made active again, in whatever order that is told', async () => {
    const past = history()
    const reports = [
      status(1, past.m2, minute(1)),
      status(2, past.m4, minute(2)),
      status(1, past.m2, minute(3), 'success', { createdAt: minute(1) }),
      // Said twice: it still is live.
      status(1, past.m2, minute(4), 'success', { createdAt: minute(1) }),
      status(3, past.m5, minute(5)),
    ]
    for (const order of [reports, reports.toReversed()]) {
      const work = await told(past)
      for (const report of order) await recordDeploymentStatus(work, report)
      const live = await work.tenant.deployments.liveBetween([{ repositoryId: REPOSITORY.id, service: 'shop' }], minute(0), minute(9), 9)
      expect(live.map(({ deployment, carried }) => [deployment.kind, deployment.sha, deployment.liveAt, carried.length])).toEqual([
        ['first', past.m2, minute(1), 0],
        ['forward', past.m4, minute(2), 1],
        ['rollback', past.m2, minute(3), 1],
        ['forward', past.m5, minute(5), 2],
      ])
      expect(await carriedOf(work, 3)).toMatchObject({ in: ['Fix it in place', 'Pull request 3'] })
    }
  })

  it('is put right when an older success comes late', async () => {
    const past = history()
    const work = await told(past)
    await recordDeploymentStatus(work, status(1, past.m0, minute(1)))
    await recordDeploymentStatus(work, status(3, past.m4, minute(3)))
    expect((await carriedOf(work, 3)).in).toEqual(['Pull request 1', 'Pull request 2', 'Pull request 3'])
    await recordDeploymentStatus(work, status(2, past.m2, minute(2)))
    expect((await carriedOf(work, 2)).in).toEqual(['Pull request 1', 'Pull request 2'])
    expect((await carriedOf(work, 3)).in).toEqual(['Pull request 3'])
  })

  it('swaps a hotfix for what the branch had, counting a cherry-pick as the change it repeats', async () => {
    const past = history()
    const { graph, m2, m5 } = past
    const hotfix = graph.commit('h1', [m2], { message: `Fix it in place\n\n(cherry picked from commit ${m5})` })
    const extra = graph.commit('h2', [hotfix], { message: 'Only here' })
    const work = await told(past)
    await recordDeploymentStatus(work, status(1, past.m4, minute(1)))
    await recordDeploymentStatus(work, status(2, extra, minute(2), 'success', { ref: 'release' }))
    await recordDeploymentStatus(work, status(3, m5, minute(3)))
    expect(await carriedOf(work, 2)).toMatchObject({ kind: 'sideways', in: ['Fix it in place', 'Only here'], out: ['Pull request 3'] })
    expect(await carriedOf(work, 3)).toMatchObject({ kind: 'sideways', in: ['Pull request 3'], out: ['Only here'] })
  })

  it('is unknown, and said so, when GitHub lost a version', async () => {
    const past = history()
    const { work } = await recordingWork(past.graph)
    past.graph.forget(past.m1)
    await recordDeploymentStatus(work, status(1, past.m1, minute(1)))
    await recordDeploymentStatus(work, status(2, past.m5, minute(2)))
    expect(await carriedOf(work, 2)).toEqual({ kind: 'sideways', in: [], out: [], isTruncated: true })
  })

  it('leaves previews alone', async () => {
    const past = history()
    const work = await told(past)
    await recordDeploymentStatus(work, status(1, past.m1, minute(1)))
    await recordDeploymentStatus(work, status(2, past.f1, minute(2), 'success', { isTransient: true }))
    await recordDeploymentStatus(work, status(3, past.m2, minute(3)))
    expect(await carriedOf(work, 2)).toMatchObject({ kind: 'pending' })
    expect((await carriedOf(work, 3)).in).toEqual(['Pull request 2'])
  })

  it('is each pull request of a merge queue, whatever told of it first and however the queue merges', async () => {
    for (const [button, order] of [
      ['squash', 'push'],
      ['squash', 'merge'],
      ['merge', 'push'],
      ['merge', 'merge'],
    ] as const) {
      const graph = commitGraph()
      const m0 = graph.commit('m0', [])
      const landed: string[] = []
      const pulls = [7, 8, 9].map((number) => {
        // All were opened on the same base; each lands on top of the one before it in the queue.
        const own = graph.commit(`o${number}`, [m0])
        const parents = [landed.at(-1) ?? m0, ...(button === 'merge' ? [own] : [])]
        landed.push(graph.commit(`q${number}`, parents, { message: `Queue ${number} (#${number})` }))
        return graph.pull(number, landed.slice(-1), [own], { baseSha: m0 })
      })
      const { work } = await recordingWork(graph)
      const queue = `gh-readonly-queue/main/pr-9-${m0}`
      const own = button === 'merge' ? pulls.map((pull) => pull.headSha) : []
      // The queue tries its commits on a branch of its own, and may deploy that to a place for tests.
      await recordPush(work, pushed([...own, ...landed], { branch: queue }))
      await recordDeploymentStatus(
        work,
        status(1, landed[2] ?? '', minute(1), 'success', { environment: 'queue', isProduction: false, ref: queue }),
      )
      await recordDeploymentStatus(work, status(2, m0, minute(1)))
      const tell = [
        () => recordPush(work, pushed([...own, ...landed])),
        async () => {
          for (const pull of pulls) await recordMerge(work, merged(pull))
        },
      ]
      for (const one of order === 'push' ? tell : tell.reverse()) await one()
      graph.asked.length = 0
      await recordDeploymentStatus(work, status(3, landed[1] ?? '', minute(3)))
      await recordDeploymentStatus(work, status(4, landed[2] ?? '', minute(4)))
      expect((await carriedOf(work, 3)).in).toEqual(['Pull request 7', 'Pull request 8'])
      expect((await carriedOf(work, 4)).in).toEqual(['Pull request 9'])
      expect(graph.asked).toEqual([])
    }
  })

  it('is split by the paths of each service, ambiguity said', async () => {
    const graph = commitGraph()
    const m0 = graph.commit('m0', [])
    const a1 = graph.commit('a1', [m0], { paths: ['a/x.ts'] })
    const b1 = graph.commit('b1', [a1], { paths: ['b/x.ts'] })
    const both = graph.commit('ab', [b1], { paths: ['a/y.ts', 'b/y.ts'] })
    const { work } = await recordingWork(graph, aCatalog([aService('a', ['a/**']), aService('b', ['b/**']), aService('c', ['c/**'])]))
    await recordPush(work, pushed([a1, b1, both]))
    await recordDeploymentStatus(work, status(1, m0, minute(1)))
    await recordDeploymentStatus(work, status(2, a1, minute(2)))
    await recordDeploymentStatus(work, status(3, both, minute(3)))
    const rows = await work.tenant.deployments.byExternal(REPOSITORY.id, 'deployment', String(2 ** 33 + 2))
    expect(rows.map((row) => [row.service, row.serviceBy, row.isAmbiguous])).toEqual([['a', 'paths', false]])
    const last = await work.tenant.deployments.byExternal(REPOSITORY.id, 'deployment', String(2 ** 33 + 3))
    expect(last.map((row) => [row.service, row.isAmbiguous])).toEqual([
      ['a', true],
      ['b', true],
    ])
    expect((await carriedOf(work, 3, 'a')).in).toEqual(['Change ab'])
    expect((await carriedOf(work, 3, 'b')).in).toEqual(['Change ab', 'Change b1'])
  })

  it('is split in the same way when the deployment failed before it succeeded', async () => {
    for (const states of [
      ['success', 'inactive'],
      ['failure', 'success', 'inactive'],
      ['success', 'failure', 'success', 'inactive'],
    ] as const) {
      const graph = commitGraph()
      const m0 = graph.commit('m0', [])
      const a1 = graph.commit('a1', [m0], { paths: ['a/x.ts'] })
      const { work } = await recordingWork(graph, aCatalog([aService('a', ['a/**']), aService('b', ['b/**'])]))
      await recordPush(work, pushed([a1]))
      await recordDeploymentStatus(work, status(1, m0, minute(1)))
      for (const [i, state] of states.entries())
        await recordDeploymentStatus(work, status(2, a1, minute(2 + i), state, { createdAt: minute(2) }))
      const rows = await work.tenant.deployments.byExternal(REPOSITORY.id, 'deployment', String(2 ** 33 + 2))
      expect(rows.filter((row) => row.liveAt !== null).map((row) => [row.service, row.state, row.isAmbiguous])).toEqual([
        ['a', 'inactive', false],
      ])
    }
  })

  it('keeps every state while it is open which service it is of, and no trace of the others once it is told', async () => {
    const graph = commitGraph()
    const m0 = graph.commit('m0', [])
    const a1 = graph.commit('a1', [m0], { paths: ['a/x.ts'] })
    const { work } = await recordingWork(graph, aCatalog([aService('a', ['a/**']), aService('b', ['b/**'])]))
    await recordPush(work, pushed([a1]))
    await recordDeploymentStatus(work, status(1, m0, minute(1)))
    const rows = () => work.tenant.deployments.byExternal(REPOSITORY.id, 'deployment', String(2 ** 33 + 2))
    for (const [i, state] of (['queued', 'in_progress'] as const).entries())
      await recordDeploymentStatus(work, status(2, a1, minute(2 + i), state, { createdAt: minute(2) }))
    expect((await rows()).map((row) => [row.service, row.state, row.isAmbiguous])).toEqual([
      ['a', 'in_progress', true],
      ['b', 'in_progress', true],
    ])
    await recordDeploymentStatus(work, status(2, a1, minute(4), 'success', { createdAt: minute(2) }))
    const kept = await rows()
    expect(kept.map((row) => [row.service, row.isAmbiguous, row.states.map(({ state }) => state)])).toEqual([
      ['a', false, ['queued', 'in_progress', 'success']],
    ])
  })

  it('survives unreadable files but not a rate limit', async () => {
    const past = history()
    const { work } = await recordingWork(past.graph)
    past.graph.failFilesWith(new Error('502'))
    await expect(recordPush(work, pushed([past.m5]))).rejects.toThrow('files not read: 502')
    expect(await work.tenant.changes.byCommit(REPOSITORY.id, past.m5)).toMatchObject({ filesTruncated: true, files: [] })
    past.graph.failFilesWith(null)
    await recordPush(work, pushed([past.m5]))
    expect(await work.tenant.changes.byCommit(REPOSITORY.id, past.m5)).toMatchObject({ filesTruncated: false, fileCount: 1 })
    past.graph.failFilesWith(new RateLimited('wait', minute(5)))
    await expect(recordPush(work, pushed([past.m1]))).rejects.toThrow(RateLimited)
  })
})
