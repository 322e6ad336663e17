import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assessWithPast } from '../../../src/risk/assess-with-past.ts'
import { learnLater, learnOutcomes } from '../../../src/risk/learn-outcomes.ts'
import { shippedRiskModel } from '../../../src/risk/model.ts'
import { countedKeys } from '../../../src/risk/risk-keys.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import type { FollowUp, Work } from '../../../src/work.ts'
import { change, file, repository } from '../../contract/store/made-up.ts'
import { memoryGitHub } from '../../support/memory-github.ts'
import { changeOf } from '../../support/risk-fixtures.ts'
import { silentLog } from '../../support/silent-log.ts'

const REPOSITORY = 2 ** 34
const HOUR_MS = 3_600_000
const begun = Date.UTC(2026, 0, 1)
const hours = (count: number): Date => new Date(begun + count * HOUR_MS)
const DAYS = 24

let store: Store
let work: Work
let now = hours(1_100 + 15 * DAYS)
const left: { what: FollowUp; once: string | undefined }[] = []

const paymentsOr = (place: number): string => (place % 20 === 0 ? 'src/pay.ts' : `src/part${place % 30}.ts`)
const factsOf = (place: number, title = 'Tidy parts') => changeOf({ title, paths: [paymentsOr(place)], at: hours(place) })

/** A change in an hour; of those of payments, each twentieth, most are taken back an hour later. */
beforeAll(async () => {
  store = await openStore(':memory:')
  work = {
    tenant: store.tenant(2 ** 33),
    github: memoryGitHub(),
    now: () => now,
    log: silentLog,
    refreshLater: async () => undefined,
    followUp: async (what, once) => void left.push({ what, once }),
  }
  await work.tenant.repositories.upsert(repository(REPOSITORY, 2 ** 33, { owner: 'acme', name: 'shop' }))
  let payments = 0
  for (let place = 0; place < 1_100; place++) {
    const facts = factsOf(place)
    const row = { title: facts.title, mergedAt: facts.at, files: [file(paymentsOr(place))], terms: countedKeys(facts) }
    const id = await work.tenant.changes.upsert(change(REPOSITORY, place.toString(16).padStart(40, '0'), row))
    if (place % 20 === 1 && place % 100 !== 1) await work.tenant.changes.linkRevert(id, payments)
    if (place % 20 === 0) payments = id
  }
}, 60_000)
afterAll(() => store.close())

const riskOf = (place: number) => assessWithPast(work, REPOSITORY, { ...factsOf(place), at: now })

describe('learning from what came of a repository’s changes', () => {
  it('judges later ones by it, and says by how many it was learned', async () => {
    const [before, plainBefore] = [await riskOf(0), await riskOf(1)]
    expect(before.adjustedBy).toBeNull()
    await learnOutcomes(work, REPOSITORY)
    const learned = await work.tenant.riskAdjustments.get(REPOSITORY)
    expect(learned).toMatchObject({ modelVersion: shippedRiskModel().version, learnedAt: now })
    const [after, plain] = [await riskOf(0), await riskOf(1)]
    // The first 500 warm up, and 44 of the others only take something back.
    expect(after.adjustedBy).toEqual({ changes: 576, harms: 24 })
    expect(after.probability).toBeGreaterThan(1.5 * before.probability)
    expect(plain.probability).toBeLessThan(plainBefore.probability)
  })

  it('learns again after a day or with another model, which alone it is used for', async () => {
    const { riskAdjustments } = work.tenant
    const first = (await riskAdjustments.get(REPOSITORY))!
    now = new Date(now.getTime() + 23 * HOUR_MS)
    await learnOutcomes(work, REPOSITORY)
    await learnLater(work, REPOSITORY)
    expect(await riskAdjustments.get(REPOSITORY)).toEqual(first)
    expect(left).toEqual([])
    await riskAdjustments.put({ ...first, modelVersion: 'risk-0' })
    expect((await riskOf(0)).adjustedBy).toBeNull()
    await learnOutcomes(work, REPOSITORY)
    const second = { ...first, learnedAt: now }
    expect(await riskAdjustments.get(REPOSITORY)).toEqual(second)
    now = new Date(now.getTime() + 25 * HOUR_MS)
    for (const _ of [1, 2]) await learnLater(work, REPOSITORY)
    const once = `outcomes:${REPOSITORY}:${second.learnedAt.getTime()}:${shippedRiskModel().version}`
    expect(left).toEqual(Array.from({ length: 2 }, () => ({ what: { kind: 'outcomes', repositoryId: REPOSITORY }, once })))
    await learnOutcomes(work, REPOSITORY)
    expect(await riskAdjustments.get(REPOSITORY)).toEqual({ ...second, learnedAt: now })
  })

  it('keeps nothing of a repository that is gone or of which little is known', async () => {
    await learnOutcomes(work, REPOSITORY + 1, true)
    expect(await work.tenant.riskAdjustments.get(REPOSITORY + 1)).toBeNull()
    await work.tenant.repositories.upsert(repository(REPOSITORY + 2, 2 ** 33, { owner: 'acme', name: 'new' }))
    await learnOutcomes(work, REPOSITORY + 2)
    expect(await work.tenant.riskAdjustments.get(REPOSITORY + 2)).toMatchObject({ adjustment: null })
  })
})
