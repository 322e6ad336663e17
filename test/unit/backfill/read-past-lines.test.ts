// Only REST tells the changed lines of a past change; where it fails for a while, they are asked for again.
import { describe, expect, it } from 'vitest'
import type { PastReading } from '../../../src/backfill/phase.ts'
import { readPastLines } from '../../../src/backfill/read-past-lines.ts'
import type { Backfill } from '../../../src/domain/backfill.ts'
import { Incomplete } from '../../../src/github/github.ts'
import { change, file } from '../../contract/store/made-up.ts'
import { commitGraph, REPOSITORY, shaOf } from '../../support/commit-graph.ts'
import { aCatalog, aService, recordingWork } from '../../support/recording-work.ts'

async function setUp() {
  const graph = commitGraph()
  const catalog = aCatalog([aService('shop')])
  const { work, store } = await recordingWork(graph, catalog)
  const requestedAt = new Date(work.now().getTime() - 3_600_000)
  for (const number of [1, 2]) {
    graph.pull(number, [graph.commit(number, [])])
    const mergedAt = new Date(requestedAt.getTime() - number * 3_600_000)
    // As GraphQL tells of it: which files, and not which lines.
    const files = [{ ...file(`src/${number}.ts`), ranges: [], symbols: [] }]
    await work.tenant.changes.upsert(change(REPOSITORY.id, shaOf(number), { number, mergedAt, updatedAt: mergedAt, files }))
  }
  const backfill: Backfill = {
    repositoryId: REPOSITORY.id,
    run: 1,
    since: new Date(0),
    incidentsSince: new Date(0),
    phase: 'lines',
    cursor: null,
    step: 5,
    requestedAt,
    updatedAt: requestedAt,
    finishedAt: null,
    pullRequests: 2,
    deployments: 0,
    incidents: 0,
    problems: [],
  }
  const read = (failures: number) => {
    const reading: PastReading = { work, repository: REPOSITORY, catalog, backfill, failures }
    return readPastLines(reading)
  }
  const lines = async (number: number) => (await work.tenant.changes.byNumber(REPOSITORY.id, number))?.files[0]?.ranges.length
  return { graph, store, read, lines }
}

describe('the changed lines of the past', () => {
  it('are asked for again when GitHub failed on some, without those it gave', async () => {
    const { graph, store, read, lines } = await setUp()
    graph.failFilesWith(Object.assign(new Error('HTTP 502'), { status: 502 }), 2)
    await expect(read(0)).rejects.toBeInstanceOf(Incomplete)
    expect([await lines(1), await lines(2)]).toEqual([1, 0])
    graph.failFilesWith(null)
    graph.asked.length = 0
    expect(await read(1)).toEqual({ cursor: null })
    expect([await lines(1), await lines(2)]).toEqual([1, 1])
    expect(graph.asked).toEqual([{ verb: 'pullRequestFiles', detail: '2' }])
    await store.close()
  })

  it('are done without where GitHub always fails, and where it refuses', async () => {
    const { graph, store, read, lines } = await setUp()
    graph.failFilesWith(Object.assign(new Error('HTTP 502'), { status: 502 }), 2)
    expect(await read(9)).toEqual({ cursor: null })
    graph.failFilesWith(Object.assign(new Error('HTTP 422'), { status: 422 }), 2)
    expect(await read(0)).toEqual({ cursor: null })
    expect([await lines(1), await lines(2)]).toEqual([1, 0])
    await store.close()
  })
})
