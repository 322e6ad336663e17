import { describe, expect, it } from 'vitest'
import { minimise } from '../../../src/rank/learn/minimise.ts'
import { seededRandom } from '../../../src/rank/metrics.ts'
import { splitByTime, type SimilarSet } from '../../../src/rank/learn/similar-cases.ts'
import { aucOf, brierSkillOf, evaluateSimilar } from '../../../src/rank/learn/similar-evaluation.ts'
import { parseSimilarModel, shippedSimilarModel } from '../../../src/rank/similar/similar-model.ts'
import { trainSimilar } from '../../../src/rank/learn/train-similar.ts'

const SUBJECTS = ['checkout', 'ledger', 'search', 'login', 'invoice', 'picture', 'voucher', 'mail', 'basket', 'refund']
const TROUBLES = ['hangs', 'crashes', 'times out', 'is slow', 'loses data', 'shows nothing', 'returns 502', 'is rounded']

/** Made-up reports of which every fourth says again, in other words, what an earlier one said. */
function madeUp(count: number): SimilarSet {
  const random = seededRandom(7)
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)]!
  const incidents: SimilarSet['incidents'][number][] = []
  const pairs = new Map<number, Set<number>>()
  for (let id = 0; id < count; id++) {
    const openedAt = new Date(Date.UTC(2026, 0, 1) + id * 3_600_000)
    const common = { id, openedAt, labels: [], services: [] }
    if (id > 20 && id % 4 === 0) {
      const earlier = id - 1 - Math.floor(random() * 20)
      incidents.push({ ...common, title: `${incidents[earlier]!.title} again`, body: `${pick(SUBJECTS)} and ${pick(SUBJECTS)}` })
      pairs.set(id, new Set([earlier]))
    } else {
      const title = `The ${pick(SUBJECTS)} of ${pick(SUBJECTS)} ${pick(TROUBLES)}`
      incidents.push({ ...common, title, body: `It ${pick(TROUBLES)} since ${pick(SUBJECTS)} changed` })
    }
  }
  return {
    name: 'made-up',
    incidents,
    pairs,
    hashes: new Map([...pairs.keys()].map((place) => [place, place.toString(16).padStart(16, '0')])),
  }
}

const set = madeUp(160)
const model = trainSimilar([set], 0.6, () => {})
const clock = { wallMs: () => 0, cpuMs: () => 0 }

describe('trainSimilar', () => {
  it('gives the same model for the same sets, and one that its own reader accepts', () => {
    expect(trainSimilar([set], 0.6, () => {})).toEqual(model)
    expect(parseSimilarModel(JSON.parse(JSON.stringify(model)), 'model.json')).toEqual(model)
  })

  it('learns from the first queries only, and names them', () => {
    const { first, rest } = splitByTime(set, 0.6)
    expect(model.trainedOn.cases).toEqual(first.map((place) => set.hashes.get(place)!).sort())
    expect(model.accuracy?.queries).toBe(rest.length)
    const withoutRest = { ...set, pairs: new Map([...set.pairs].filter(([place]) => first.includes(place))) }
    expect(trainSimilar([withoutRest], 1, () => {}).order).toEqual(model.order)
  })

  it('beats latest first on what it has not seen', () => {
    const { rest } = splitByTime(set, 0.6)
    const result = evaluateSimilar(set, new Set(rest), model, clock)
    expect(result).toMatchObject({ queries: rest.length, msP50: 0 })
    expect(result.recall1).toBeGreaterThan(result.baselines.latest.recall1)
    expect(result.recall5).toBeGreaterThanOrEqual(result.intervals.recall5.low)
    expect(result).toMatchObject({ recall1: model.accuracy?.recall1, auc: model.accuracy?.auc })
    expect(evaluateSimilar(set, new Set(rest), model, clock)).toEqual(result)
  })

  it('says what is missing when there is nothing to learn from', () => {
    expect(() => trainSimilar([{ ...set, pairs: new Map() }], 0.6, () => {})).toThrow('Nothing to learn from')
  })
})

describe('evaluateSimilar', () => {
  it('gives the same answers whatever happens later', () => {
    const half = new Set(splitByTime(set, 0.5).first)
    const last = Math.max(...half)
    const future = { ...set, incidents: set.incidents.map((each) => (each.id > last ? { ...each, title: 'other', body: '' } : each)) }
    expect(evaluateSimilar(future, half, model, clock)).toEqual(evaluateSimilar(set, half, model, clock))
  })
})

describe('parseSimilarModel', () => {
  it('names every wrong field', () => {
    expect(() => parseSimilarModel({ ...model, threshold: 3, extra: 1 }, 'model.json')).toThrow(/model\.json.*[\s\S]*extra[\s\S]*threshold/)
  })

  it('accepts the shipped model, which says what it was measured on', () => {
    expect(shippedSimilarModel.accuracy?.queries).toBeGreaterThan(0)
    expect(shippedSimilarModel.trainedOn.cases.length).toBeGreaterThan(0)
  })
})

describe('aucOf', () => {
  it('is the share of pairs in the right order, ties half', () => {
    const first = (probability: number, isRight: boolean) => ({ probability, isRight })
    expect(aucOf([first(0.9, true), first(0.1, false)])).toBe(1)
    expect(aucOf([first(0.1, true), first(0.9, false)])).toBe(0)
    expect(aucOf([first(0.5, true), first(0.5, false), first(0.6, true)])).toBe(0.75)
    expect(aucOf([first(0.5, true)])).toBe(0.5)
  })
})

describe('brierSkillOf', () => {
  it('is 1 for the truth, 0 for the base rate', () => {
    expect(brierSkillOf([0, 1].map((right) => ({ probability: right, isRight: right === 1 })))).toBe(1)
    expect(brierSkillOf([false, true].map((isRight) => ({ probability: 0.5, isRight })))).toBe(0)
  })
})

describe('minimise', () => {
  it('finds the bottom of a bent bowl', () => {
    const found = minimise(
      ([x = 0, y = 0]) => ({ value: (x - 3) ** 2 + 50 * (y + 1) ** 2, gradient: Float64Array.of(2 * (x - 3), 100 * (y + 1)) }),
      new Float64Array(2),
    )
    expect(found[0]).toBeCloseTo(3, 4)
    expect(found[1]).toBeCloseTo(-1, 4)
  })
})
