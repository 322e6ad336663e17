import { describe, expect, it } from 'vitest'
import {
  adjustedScores,
  adjustmentFrom,
  adjustModel,
  type AnsweredCase,
  evidenceGroups,
  groupScores,
  playInTime,
} from '../../../src/rank/adjust.ts'
import { featureNames, measureAll } from '../../../src/rank/features.ts'
import { seededRandom } from '../../../src/rank/metrics.ts'
import { shippedSuspectModel } from '../../../src/rank/model.ts'
import { prepareCandidate, prepareQuery } from '../../../src/rank/prepare.ts'
import { contextOf } from '../../../src/rank/rank.ts'
import { scoresOf, weigh } from '../../../src/rank/score.ts'
import { syntheticRepository } from '../../support/synthetic-pool.ts'

const POOL = 12

/** Made-up cases in which words and the rest each tell the culprit as strongly as given; the model takes both for 1. */
function history(count: number, strengths: { words: number; rest: number }, seed = 3): AnsweredCase[] {
  const random = seededRandom(seed)
  const noise = (): number => random() + random() + random() - 1.5
  return Array.from({ length: count }, () => {
    const groups = evidenceGroups.map(() => Float64Array.from({ length: POOL }, () => 2 * noise()))
    const truth = Float64Array.from({ length: POOL }, (_, at) =>
      Math.exp(strengths.words * groups[0]![at]! + strengths.rest * groups[1]![at]!),
    )
    let left = random() * truth.reduce((sum, each) => sum + each, 0)
    const culprit = truth.findIndex((each) => (left -= each) <= 0)
    return { groups, culprits: [Math.max(0, culprit)] }
  })
}

describe('adjustmentFrom', () => {
  it('leaves the model alone before there are enough cases', () => {
    expect(adjustmentFrom([])).toBeNull()
    expect(adjustmentFrom(history(19, { words: 0, rest: 3 }))).toBeNull()
  })

  it('learns that words say little in this repository', () => {
    const { factors, cases, gain, lead } = adjustmentFrom(history(200, { words: 0.1, rest: 1.5 }))!
    expect(cases).toBe(200)
    expect(gain).toBeGreaterThan(2)
    expect(lead).toBeGreaterThanOrEqual(0)
    expect(factors[0]).toBeLessThan(0.6)
    expect(factors[1]).toBeGreaterThan(1.1)
  })

  it('never turns evidence round, even where it has always misled', () => {
    const { factors } = adjustmentFrom(history(200, { words: -1, rest: 1 }))!
    expect(factors.every((factor) => factor >= 0)).toBe(true)
  })

  it('hardly ever adjusts a model that is right already', () => {
    const adjusted = Array.from({ length: 40 }, (_, seed) => adjustmentFrom(history(60, { words: 1, rest: 1 }, seed))).filter(
      (each) => each !== null,
    )
    expect(adjusted.length).toBeLessThanOrEqual(4)
  })

  it('counts no case whose cause is not known', () => {
    const known = history(60, { words: 0.1, rest: 1.5 })
    const silent = known.map(({ groups }) => ({ groups, culprits: [] }))
    expect(adjustmentFrom(silent)).toBeNull()
    expect(adjustmentFrom([...known, ...silent])).toEqual(adjustmentFrom(known))
  })
})

describe('playInTime', () => {
  it('answers each case by what was known before it', () => {
    const cases = history(60, { words: 0.1, rest: 1.5 })
    const whole = playInTime(cases)
    for (const until of [21, 40]) expect(playInTime(cases.slice(0, until))).toEqual(whole.slice(0, until))
    expect(whole.slice(0, 20).every(({ factors }) => factors.every((factor) => factor === 1))).toBe(true)
    expect(whole.at(-1)!.factors).not.toEqual([1, 1])
  })
})

describe('adjustModel', () => {
  const { pool, queries, pastOf } = syntheticRepository(5, 60)
  const query = queries[3]!
  const context = contextOf(prepareQuery(query), pool.map(prepareCandidate), pastOf(query))
  const columns = measureAll(context)
  const model = shippedSuspectModel()
  const count = context.candidates.length

  it('takes the scores apart without a rest', () => {
    const groups = groupScores(columns, count, model)
    const together = adjustedScores({ groups, culprits: [] }, [1, 1])
    for (const [at, score] of scoresOf(weigh(columns, model), count).entries()) expect(together[at]).toBeCloseTo(score, 9)
  })

  it('scores with an adjusted model as with the parts, and says that it is adjusted', () => {
    const adjusted = adjustModel(model, { factors: [0.5, 1.25], cases: 31, gain: 3, lead: 0 })
    expect(adjusted.version).toBe(`${model.version} adjusted by 31 cases`)
    expect(adjusted.features.map(({ name }) => name)).toEqual(model.features.map(({ name }) => name))
    expect(featureNames.some((name) => name.startsWith('text.'))).toBe(true)
    const apart = adjustedScores({ groups: groupScores(columns, count, model), culprits: [] }, [0.5, 1.25])
    for (const [at, score] of scoresOf(weigh(columns, adjusted), count).entries()) expect(score).toBeCloseTo(apart[at]!, 9)
  })
})
