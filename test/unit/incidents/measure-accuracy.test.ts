import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerIncident } from '../../../src/incidents/answer-incident.ts'
import { measureAccuracy } from '../../../src/incidents/measure-accuracy.ts'
import { adjustableFeatures } from '../../../src/rank/adjust.ts'
import { shippedSuspectModel } from '../../../src/rank/model.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import type { FollowUp, Work } from '../../../src/work.ts'
import { change, file, incident, octocat, repository } from '../../contract/store/made-up.ts'
import { memoryGitHub, type MemoryGitHub } from '../../support/memory-github.ts'
import { aCatalog, aService } from '../../support/recording-work.ts'
import { silentLog } from '../../support/silent-log.ts'

const INSTALLATION = 2 ** 33
const REPOSITORY = 2 ** 34
const HOUR_MS = 3_600_000
const begun = new Date('2026-03-01T00:00:00Z')
const hours = (count: number): Date => new Date(begun.getTime() + count * HOUR_MS)
const PARTS = ['cart', 'ledger', 'search', 'login', 'mail', 'stock', 'refund', 'voucher', 'picture', 'session', 'invoice', 'basket']
const TROUBLES = [
  ...['totals come out doubled again', 'rounding loses whole cents', 'results stay blank forever', 'passwords bounce without warning'],
  ...['messages vanish between queues', 'counts turn negative overnight', 'money returns twice over', 'codes expire too early'],
  ...['thumbnails arrive upside down', 'cookies outlive their owner', 'numbers repeat across months', 'items double when clicked'],
]

let store: Store
let github: MemoryGitHub
let work: Work
let left: FollowUp[]
let now: Date

beforeEach(async () => {
  store = await openStore(':memory:')
  github = memoryGitHub()
  left = []
  now = hours(24 * 30)
  work = {
    tenant: store.tenant(INSTALLATION),
    github,
    now: () => now,
    log: silentLog,
    refreshLater: async () => undefined,
    followUp: async (what) => void left.push(what),
  }
  await work.tenant.repositories.upsert(repository(REPOSITORY, INSTALLATION, { owner: 'acme', name: 'shop' }))
  await work.tenant.catalogs.save(REPOSITORY, aCatalog([{ ...aService('shop'), repositoryId: REPOSITORY }]), [], begun)
})
afterEach(() => store.close())

const shaOf = (number: number): string => number.toString(16).padStart(40, '0')

async function land(number: number, title: string, body: string, hour: number, path = `src/${number}.ts`): Promise<number> {
  return work.tenant.changes.upsert(
    change(REPOSITORY, shaOf(number), {
      ...{ number, title, bodyExcerpt: body, mergedAt: hours(hour), updatedAt: hours(hour), files: [file(path)], identifiers: [] },
      terms: title.toLowerCase().split(' '),
    }),
  )
}

/** Changes of every part, then each is taken back for a reason that names its file. */
async function takeBack(count: number, reason = (n: number) => `In src/${PARTS[n]!}.ts ${TROUBLES[n]!}`): Promise<void> {
  const ids: number[] = []
  for (let n = 0; n < 12; n++) ids.push(await land(n + 1, `Rework the ${PARTS[n]!} page`, '', n, `src/${PARTS[n]!}.ts`))
  for (let n = 0; n < count; n++) {
    const back = await land(100 + n, `Revert "Rework the ${PARTS[n]!} page"`, `This reverts #${n + 1}.\n\n${reason(n)}`, 20 + n)
    await work.tenant.changes.linkRevert(back, ids[n]!)
  }
}

describe('measureAccuracy', () => {
  it('asks again about each cause that was found out, with only what was known before', async () => {
    await takeBack(11)
    await measureAccuracy(work, REPOSITORY)
    const measured = await work.tenant.accuracies.get(REPOSITORY)
    expect(measured).toMatchObject({ modelVersion: shippedSuspectModel().version, measuredAt: now, since: hours(20) })
    expect(measured!.cases).toBe(11)
    expect(measured!.first).toBeGreaterThanOrEqual(8)
    expect(measured!.firstFive).toBe(11)
    // Too few to adjust anything.
    expect(measured!.adjustment).toBeNull()
  })

  it('counts nothing that says no reason or was planned', async () => {
    await takeBack(4, () => '')
    await measureAccuracy(work, REPOSITORY)
    expect(await work.tenant.accuracies.get(REPOSITORY)).toMatchObject({ cases: 0, since: null })
  })

  it('counts what people have said caused an incident', async () => {
    await takeBack(0)
    const incidentId = await work.tenant.incidents.upsert(
      incident(REPOSITORY, 50, {
        title: 'Login fails for everybody',
        body: 'The login page shows nothing at all since noon',
        detectedAt: hours(30),
      }),
    )
    const culprit = await work.tenant.changes.byNumber(REPOSITORY, 4)
    await work.tenant.incidents.addOutcome({ incidentId, changeId: culprit!.id, verdict: 'caused', at: hours(31), by: octocat })
    await measureAccuracy(work, REPOSITORY)
    expect(await work.tenant.accuracies.get(REPOSITORY)).toMatchObject({ cases: 1, first: 1, since: hours(30) })
  })

  it('learns nothing from what was said of a mere report', async () => {
    await takeBack(0)
    const facts = { title: 'Login fails for everybody', detectedAt: hours(30), isTrusted: false }
    const incidentId = await work.tenant.incidents.upsert(incident(REPOSITORY, 51, facts))
    const culprit = await work.tenant.changes.byNumber(REPOSITORY, 4)
    await work.tenant.incidents.addOutcome({ incidentId, changeId: culprit!.id, verdict: 'caused', at: hours(31), by: octocat })
    await measureAccuracy(work, REPOSITORY)
    expect(await work.tenant.accuracies.get(REPOSITORY)).toMatchObject({ cases: 0, since: null, adjustment: null })
  })

  it('measures once a day', async () => {
    await measureAccuracy(work, REPOSITORY)
    await takeBack(8)
    now = new Date(now.getTime() + 23 * HOUR_MS)
    await measureAccuracy(work, REPOSITORY)
    expect(await work.tenant.accuracies.get(REPOSITORY)).toMatchObject({ cases: 0 })
    now = new Date(now.getTime() + HOUR_MS)
    await measureAccuracy(work, REPOSITORY)
    expect((await work.tenant.accuracies.get(REPOSITORY))!.cases).toBeGreaterThan(0)
  })
})

const bodies = (): string[] => [...github.comments.values()].flat().map(({ body }) => body)

describe('the comment', () => {
  it('is written first, then measured for, and says it once enough is known', async () => {
    await takeBack(2)
    const facts = { title: 'Mail is not sent', services: ['shop'], detectedAt: hours(40), openedAt: hours(40), updatedAt: hours(40) }
    const incidentId = await work.tenant.incidents.upsert(incident(REPOSITORY, 60, { ...facts, isTrusted: true }))
    await answerIncident(work, incidentId)
    expect(bodies()).toEqual([expect.stringContaining('not measured yet')])
    expect(left).toContainEqual({ kind: 'accuracy', repositoryId: REPOSITORY })

    await work.tenant.accuracies.put({
      ...{ repositoryId: REPOSITORY, modelVersion: shippedSuspectModel().version, measuredAt: now },
      ...{ cases: 40, first: 20, firstFive: 32, since: hours(20), adjustment: null },
    })
    left.length = 0
    await answerIncident(work, incidentId)
    expect(bodies()).toEqual([expect.stringContaining('among the first five in 80 % of 40 past cases')])
    expect(bodies()[0]).toContain('95 % interval 65 % to 90 %')
    expect(left).not.toContainEqual({ kind: 'accuracy', repositoryId: REPOSITORY })
  })

  it('says by which model it was ranked: one adjusted by the repository, where that was measured to help with this model', async () => {
    await takeBack(2)
    const facts = { title: 'Mail is not sent', services: ['shop'], detectedAt: hours(40), openedAt: hours(40), updatedAt: hours(40) }
    const incidentId = await work.tenant.incidents.upsert(incident(REPOSITORY, 61, { ...facts, isTrusted: true }))
    const { version } = shippedSuspectModel()
    const factors = adjustableFeatures(shippedSuspectModel()).map(() => 0.5)
    const adjustment = { factors, cases: 40, gain: 3, lead: 0.5 }
    const measured = { repositoryId: REPOSITORY, measuredAt: now, cases: 40, first: 20, firstFive: 32, since: hours(20), adjustment }
    for (const [modelVersion, said] of [
      [version, `by model \`${version} adjusted by 40 cases\``],
      ['suspects-of-old', `by model \`${version}\``],
    ] as const) {
      await work.tenant.accuracies.put({ ...measured, modelVersion })
      await answerIncident(work, incidentId)
      expect(bodies()).toEqual([expect.stringContaining(said)])
    }
  })
})
