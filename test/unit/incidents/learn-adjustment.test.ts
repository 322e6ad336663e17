// A repository's history is played until its own causes adjust the model: here what a report names tells more than elsewhere,
// since every cause had been there for days while others had just landed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerIncident } from '../../../src/incidents/answer-incident.ts'
import { measureAccuracy } from '../../../src/incidents/measure-accuracy.ts'
import { adjustableFeatures } from '../../../src/rank/adjust.ts'
import { shippedSuspectModel } from '../../../src/rank/model.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import type { Work } from '../../../src/work.ts'
import { change, file, incident, octocat, repository } from '../../contract/store/made-up.ts'
import { memoryGitHub, type MemoryGitHub } from '../../support/memory-github.ts'
import { aCatalog, aService } from '../../support/recording-work.ts'
import { silentLog } from '../../support/silent-log.ts'

const INSTALLATION = 2 ** 33
const REPOSITORY = 2 ** 34
const HOUR_MS = 3_600_000
const DAYS_A_CASE = 4
const begun = new Date('2026-01-01T00:00:00Z')
const hours = (count: number): Date => new Date(begun.getTime() + count * HOUR_MS)
const beginOf = (nth: number): number => nth * DAYS_A_CASE * 24
const [PARTS, PLACES] = [
  ['cart', 'ledger', 'search', 'login', 'mail', 'stock', 'refund', 'voucher', 'picture', 'session'],
  ['header', 'footer', 'sidebar', 'dialog', 'banner', 'wizard', 'drawer', 'toolbar'],
]
const named = (nth: number): string => `${PARTS[nth % PARTS.length]!} ${PLACES[Math.floor(nth / PARTS.length) % PLACES.length]!}`

let store: Store
let github: MemoryGitHub
let work: Work
let played = 0
let now = begun

beforeAll(async () => {
  store = await openStore(':memory:')
  github = memoryGitHub()
  const nothing = async (): Promise<void> => undefined
  const tenant = store.tenant(INSTALLATION)
  work = { tenant, github, now: () => now, log: silentLog, refreshLater: nothing, followUp: nothing }
  await tenant.repositories.upsert(repository(REPOSITORY, INSTALLATION, { owner: 'acme', name: 'shop' }))
  await tenant.catalogs.save(REPOSITORY, aCatalog([{ ...aService('shop'), repositoryId: REPOSITORY }]), [], begun)
})
afterAll(() => store.close())

async function land(number: number, title: string, hour: number): Promise<number> {
  const facts = { number, title, bodyExcerpt: '', mergedAt: hours(hour), updatedAt: hours(hour), identifiers: [] }
  const terms = title.toLowerCase().split(' ')
  return work.tenant.changes.upsert(
    change(REPOSITORY, number.toString(16).padStart(40, '0'), { ...facts, files: [file(`src/${number}.ts`)], terms }),
  )
}

/** Goes on until so many causes were found out; each breaks what its title names, three days after it landed. */
async function playUntil(causes: number, isTrusted: boolean): Promise<void> {
  for (; played < causes; played++) {
    const [first, number] = [beginOf(played), 20 * played + 1]
    const culprit = await land(number, `Rework the ${named(played)}`, first)
    for (let other = 1; other < 10; other++) await land(number + other, `Polish the ${named(played + 7 * other)}`, first + 60 + other)
    const facts = {
      title: `The ${named(played)} is broken`,
      body: `Nothing at all can be clicked in the ${named(played)}`,
      services: ['shop'],
      isTrusted,
    }
    const at = hours(first + 72)
    const id = await work.tenant.incidents.upsert(incident(REPOSITORY, 10_000 + played, { ...facts, detectedAt: at, openedAt: at }))
    await work.tenant.incidents.addOutcome({ incidentId: id, changeId: culprit, verdict: 'caused', at: hours(first + 73), by: octocat })
  }
  now = hours(beginOf(played))
  await measureAccuracy(work, REPOSITORY, true)
}

const learned = async () => (await work.tenant.accuracies.get(REPOSITORY))!

/** The comment of an incident that is reported now. */
async function answerNow(issueNumber: number): Promise<string> {
  const facts = { title: `The ${named(played - 1)} is broken`, services: ['shop'], detectedAt: now, openedAt: now, updatedAt: now }
  await answerIncident(work, await work.tenant.incidents.upsert(incident(REPOSITORY, issueNumber, { ...facts, isTrusted: true })))
  return github.comments.get(issueNumber)!.at(-1)!.body
}

describe('a repository whose causes say what counts there', () => {
  it('is taught nothing by what was said of mere reports, however many', async () => {
    await playUntil(26, false)
    expect(await learned()).toMatchObject({ cases: 0, adjustment: null })
    expect(await answerNow(20_000)).toContain(`by model \`${shippedSuspectModel().version}\``)
  })

  it('keeps the shipped model while its causes are too few to show that another one would have helped', async () => {
    await playUntil(47, true)
    expect(await learned()).toMatchObject({ cases: 21, adjustment: null })
  })

  it('is answered by a model that it adjusted, once that would have been better on its own causes', async () => {
    await playUntil(66, true)
    const { cases, first, adjustment } = await learned()
    expect(cases).toBe(40)
    expect(adjustment).toMatchObject({ cases: 40 })
    const factors = new Map(adjustableFeatures(shippedSuspectModel()).map((name, at) => [name, adjustment!.factors[at]!]))
    expect(factors.get('text.standout')).toBeGreaterThan(1)
    expect(factors.get('time.log-age')).toBeLessThan(1)
    expect(adjustment!.gain).toBeGreaterThanOrEqual(2)
    expect(first).toBeGreaterThan(0)
    expect(await answerNow(20_001)).toContain(`by model \`${shippedSuspectModel().version} adjusted by 40 cases\``)
  })
})
