import { beforeAll, describe, expect, it } from 'vitest'
import { type ClonePast, readClonePast, riskChangeOf } from '../../../src/history/assess-clone.ts'
import type { History, HistoryChange, HistoryDetail } from '../../../src/history/history.ts'
import type { RiskAssessment } from '../../../src/domain/risk.ts'
import { assessChange } from '../../../src/risk/assess-change.ts'
import { logit, shippedRiskModel } from '../../../src/risk/model.ts'
import { changeOf, emptyPast } from '../../support/risk-fixtures.ts'

const HOUR_MS = 3_600_000
const hours = (count: number): Date => new Date(Date.UTC(2026, 0, 1) + count * HOUR_MS)
const DAY = 24
const COUNT = 1_600
const shaOf = (place: number): string => place.toString(16).padStart(40, '0')
const fileOf = (place: number): string => (place % 20 === 0 ? 'src/pay.ts' : `src/part${place % 30}.ts`)
const isBad = (place: number): boolean => place % 20 === 0 && place % 100 !== 0

/** A change in an hour; those of payments, each twentieth, are taken back an hour later, but for one in five. */
const landed = Array.from({ length: COUNT }, (_, place): HistoryChange => {
  const isRevert = place > 0 && isBad(place - 1)
  return {
    number: place + 1,
    mergeSha: shaOf(place),
    title: isRevert ? 'Revert "Tidy parts"' : 'Tidy parts',
    author: null,
    mergedAt: hours(place),
    references: isRevert ? [{ kind: 'reverts', by: 'number', number: place }] : [],
    commitShas: [shaOf(place)],
    body: isRevert ? 'Payments answer 500 since then' : '',
    paths: [fileOf(isRevert ? place - 1 : place)],
    fileCount: 1,
    parentSha: null,
  }
})

const never = () => Promise.reject(new Error('not asked'))
const history: History = {
  head: { sha: shaOf(COUNT - 1), committedAt: hours(COUNT - 1) },
  async *changes() {
    for (const change of landed) yield await Promise.resolve(change)
  },
  details: () => {
    throw new Error('not asked')
  },
  between: () => {
    throw new Error('not asked')
  },
  ...{ resolve: never, mergeBase: never, file: never, close: () => Promise.resolve() },
}
const detail: HistoryDetail = { files: [], fileCount: 1, filesTruncated: false, added: 900, deleted: 0, identifiers: [] }

describe('the risk of changes in a clone', () => {
  let past: ClonePast
  /** One that is asked about in the middle, one before enough is settled, one at the end. */
  const [early, middle, late] = [900, 1_450, COUNT - 1].map(shaOf) as [string, string, string]
  beforeAll(async () => {
    const asked = new Map([early, middle, late].map((sha) => [sha, detail]))
    past = await readClonePast(history, hours(COUNT), { model: shippedRiskModel(), asked })
  })

  it('is judged as what had come of the clone’s own changes by then adjusts the model', () => {
    const adjustedBy = (sha: string) => past.assessed.get(sha)!.assessment.adjustedBy
    expect(adjustedBy(early)).toBeNull()
    // Settled, after 500 that only warm up, without what only took something back.
    const settled = (place: number) => {
      const known = landed.slice(500, place - 14 * DAY).filter(({ references }) => references.length === 0)
      return { changes: known.length, harms: known.filter(({ number }) => isBad(number! - 1)).length }
    }
    expect(adjustedBy(middle)).toEqual(settled(1_450))
    expect(adjustedBy(late)).toEqual(adjustedBy(middle))
    const pay = past.assess(changeOf({ title: 'Tidy parts', paths: ['src/pay.ts'], at: hours(COUNT + 10 * DAY) }))
    expect(pay.adjustedBy).toEqual(settled(COUNT + 10 * DAY))
    expect(pay.probability).toBeGreaterThan(0.5)
  })

  it('learns nothing of sizes, since of earlier changes only paths are read', () => {
    const change = (added: number) => changeOf({ title: 'Tidy parts', paths: ['src/pay.ts'], added, at: hours(COUNT + 10 * DAY) })
    const apart = (risk: (added: number) => RiskAssessment): number => logit(risk(3_000).probability) - logit(risk(3).probability)
    const asEverywhere = apart((added) => assessChange(change(added), emptyPast, shippedRiskModel()))
    expect(asEverywhere).toBeGreaterThan(0.1)
    expect(apart((added) => past.assess(change(added)))).toBeCloseTo(asEverywhere, 8)
    expect(riskChangeOf(landed[3]!, null).added).toBe(0)
  })
})
