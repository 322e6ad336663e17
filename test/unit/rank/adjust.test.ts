import { describe, expect, it } from 'vitest'
import {
  adjustedScores,
  adjustmentFrom,
  adjustModel,
  type AnsweredCase,
  answeredCase,
  adjustableFeatures,
  playInTime,
  scoreParts,
} from '../../../src/rank/adjust.ts'
import { measureAll } from '../../../src/rank/features.ts'
import { seededRandom } from '../../../src/rank/metrics.ts'
import { shippedSuspectModel, type SuspectModel } from '../../../src/rank/model.ts'
import { prepareCandidate, prepareQuery } from '../../../src/rank/prepare.ts'
import { contextOf, rank } from '../../../src/rank/rank.ts'
import { rankOf, scoresOf, weigh } from '../../../src/rank/score.ts'
import { syntheticRepository } from '../../support/synthetic-pool.ts'

const POOL = 12

/** Two features of which the model thinks the same. */
const two: Pick<SuspectModel, 'features' | 'temperature'> = {
  features: ['text.all', 'time.log-age'].map((name) => ({ name, weight: 0.3, mean: 0, scale: 0.3 })),
  temperature: 1,
}

/** Made-up cases in which words and age each tell the culprit as strongly as given; the model takes both for 1. */
function history(count: number, strengths: { words: number; rest: number }, seed = 3): AnsweredCase[] {
  const random = seededRandom(seed)
  const noise = (): number => random() + random() + random() - 1.5
  return Array.from({ length: count }, () => {
    const parts = two.features.map(() => Float32Array.from({ length: POOL }, () => 2 * noise()))
    const truth = Float64Array.from({ length: POOL }, (_, at) =>
      Math.exp(strengths.words * parts[0]![at]! + strengths.rest * parts[1]![at]!),
    )
    let left = random() * truth.reduce((sum, each) => sum + each, 0)
    const culprit = truth.findIndex((each) => (left -= each) <= 0)
    return { parts, culprits: [Math.max(0, culprit)] }
  })
}

describe('adjustmentFrom', () => {
  it('leaves the model alone before there are enough cases', () => {
    expect(adjustmentFrom([], two)).toBeNull()
    expect(adjustmentFrom(history(19, { words: 0, rest: 3 }), two)).toBeNull()
  })

  it('learns that words say little in this repository', () => {
    const { factors, cases, gain, lead } = adjustmentFrom(history(200, { words: 0.1, rest: 1.5 }), two)!
    expect(cases).toBe(200)
    expect(gain).toBeGreaterThan(2)
    expect(lead).toBeGreaterThanOrEqual(0)
    expect(factors[0]).toBeLessThan(0.6)
    expect(factors[1]).toBeGreaterThan(1.1)
  })

  it('never turns evidence round, even where it has always misled', () => {
    const { factors } = adjustmentFrom(history(200, { words: -1, rest: 1 }), two)!
    expect(factors.every((factor) => factor >= 0)).toBe(true)
  })

  it('hardly ever adjusts a model that is right already', () => {
    const adjusted = Array.from({ length: 40 }, (_, seed) => adjustmentFrom(history(60, { words: 1, rest: 1 }, seed), two)).filter(
      (each) => each !== null,
    )
    expect(adjusted.length).toBeLessThanOrEqual(4)
  })

  it('counts no case whose cause is not known', () => {
    const known = history(60, { words: 0.1, rest: 1.5 })
    const silent = known.map(({ parts }) => ({ parts, culprits: [] }))
    expect(adjustmentFrom(silent, two)).toBeNull()
    expect(adjustmentFrom([...known, ...silent], two)).toEqual(adjustmentFrom(known, two))
  })
})

describe('playInTime', () => {
  it('answers each case by what was known before it', () => {
    const cases = history(60, { words: 0.1, rest: 1.5 })
    const whole = playInTime(cases, two)
    for (const until of [21, 40]) expect(playInTime(cases.slice(0, until), two)).toEqual(whole.slice(0, until))
    expect(whole.slice(0, 20).every(({ factors }) => factors === null)).toBe(true)
    expect(whole.at(-1)!.factors).toHaveLength(2)
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
    const parts = scoreParts(columns, model)
    expect(parts).toHaveLength(adjustableFeatures(model).length)
    const together = adjustedScores({ parts, culprits: [] }, null)
    for (const [at, score] of scoresOf(weigh(columns, model), count).entries()) expect(together[at]).toBeCloseTo(score, 4)
  })

  it('scores with an adjusted model as with the parts, and says that it is adjusted', () => {
    const factors = adjustableFeatures(model).map((_, at) => 0.5 + (at % 5) / 4)
    const adjusted = adjustModel(model, { factors, cases: 31, gain: 3, lead: 0 })
    expect(adjusted.version).toBe(`${model.version} adjusted by 31 cases`)
    expect(adjusted.features.map(({ name }) => name)).toEqual(model.features.map(({ name }) => name))
    const apart = adjustedScores({ parts: scoreParts(columns, model), culprits: [] }, factors)
    for (const [at, score] of scoresOf(weigh(columns, adjusted), count).entries()) expect(score).toBeCloseTo(apart[at]!, 4)
  })

  it('leaves a model alone that weighs other features than those that were adjusted', () => {
    expect(adjustModel(model, { factors: [0.5, 1.25], cases: 31, gain: 3, lead: 0 })).toBe(model)
  })
})

describe('answeredCase', () => {
  const { pool, queries, pastOf } = syntheticRepository(5, 700)
  const query = queries[3]!

  it('keeps the 500 that the model puts first, and the cause wherever that is', () => {
    const model = shippedSuspectModel()
    const { suspects } = rank(query, pool, pastOf(query), model)
    expect(suspects.length).toBeGreaterThan(600)
    for (const place of [0, 550]) {
      const { parts, culprits } = answeredCase(query, pool, pastOf(query), model, suspects[place]!.id)
      expect(parts[0]).toHaveLength(place < 500 ? 500 : 501)
      expect(rankOf(adjustedScores({ parts, culprits }, null), culprits)).toBe(Math.min(place + 1, 501))
    }
  })
})
