import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPreparedSet } from '../../../src/history/prepared-set.ts'
import { answerSet, reportOf } from '../../../src/rank/learn/evaluate.ts'
import { featureNames } from '../../../src/rank/features.ts'
import { measureSet } from '../../../src/rank/learn/measure-cases.ts'
import { countLearned, parseSuspectModel } from '../../../src/rank/model.ts'
import { trainSuspects, type TrainingSet } from '../../../src/rank/learn/train-suspects.ts'
import { madeUpSet, writeSet } from '../../support/prepared-set-files.ts'

const quietly = (): void => {}
let folder: string
let sets: TrainingSet[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'train-suspects-'))
  sets = await Promise.all([1, 2, 3].map((seed) => measured(seed, 30)))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function measured(seed: number, cases: number): Promise<TrainingSet> {
  const set = await readPreparedSet(writeSet(folder, `set-${seed}`, madeUpSet(seed, cases)))
  return { ...measureSet(set), hashes: set.cases.map(({ hash }) => hash) }
}

describe('trainSuspects', () => {
  it('learns from some repositories that words and age both tell, which holds on another', () => {
    const [held, ...others] = sets
    const { macro, baselines } = reportOf([answerSet(held!, trainSuspects(others, quietly))], 'held out')
    expect(macro.mrr).toBeGreaterThan(baselines.recency.mrr + 0.1)
    expect(macro.mrr).toBeGreaterThan(baselines.random.mrr + 0.3)
  })

  it('gives the same model for the same sets, byte for byte', async () => {
    const again = await Promise.all([1, 2, 3].map((seed) => measured(seed, 30)))
    expect(JSON.stringify(trainSuspects(again, quietly))).toBe(JSON.stringify(trainSuspects(sets, quietly)))
  })

  it('writes a model that the ranker reads, with a weight for every feature and what it was trained on', () => {
    const model = trainSuspects(sets, quietly)
    expect(parseSuspectModel(JSON.parse(JSON.stringify(model)), 'model.json')).toEqual(model)
    expect(model.features.map(({ name }) => name)).toEqual(featureNames)
    expect(countLearned(model, sets[1]!.hashes)).toBe(30)
    expect(countLearned(model, ['000000000000'])).toBe(0)
    expect(model.trainedOn.handSet).toContain('stack-frame.line')
    expect(model.accuracy).toMatchObject({ cases: 90 })
  })

  it('never lets matching evidence speak against a change', () => {
    const matching = trainSuspects(sets, quietly).features.filter(({ name }) => /^(text|identifier|named-|stack-frame|service)/.test(name))
    expect(matching.length).toBeGreaterThan(10)
    expect(matching.filter(({ weight }) => weight < 0)).toEqual([])
  })

  it('learns from one set alone, by stretches of time', () => {
    expect(trainSuspects([sets[0]!], quietly).accuracy?.how).toContain('stretches of time')
  })

  it('refuses to learn from next to nothing', async () => {
    const few = await measured(9, 10)
    expect(() => trainSuspects([few], quietly)).toThrow(/Only 10 cases have their culprit in the pool: at least 20/)
  })
})
