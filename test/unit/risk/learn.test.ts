import { describe, expect, it } from 'vitest'
import { evaluateRisk } from '../../../src/risk/learn/evaluate-risk.ts'
import { ablateRisk } from '../../../src/risk/learn/ablate-risk.ts'
import { rowsOf, type RiskSet, type SetChange } from '../../../src/risk/learn/risk-set.ts'
import { type LearnedSet, trainRisk } from '../../../src/risk/learn/train-risk.ts'
import { parseRiskModel } from '../../../src/risk/model.ts'

const HOUR = 3_600_000
const at = (hours: number) => new Date(Date.UTC(2024, 0, 1) + hours * HOUR)

const landed = (place: number, over: Partial<SetChange> = {}): SetChange => ({
  at: at(place),
  title: 'Tidy parts',
  files: [{ path: `src/part${place % 30}.ts`, added: 3, deleted: 1 }],
  fileCount: 1,
  added: 3,
  deleted: 1,
  priorReverts: 0,
  isRevert: false,
  isReverted: false,
  isFixed: false,
  ...over,
})

/** A made-up repository in which one file's changes are taken back two days later, as a rule. */
function setOf(name: string, seed: number): RiskSet {
  const changes = Array.from({ length: 2_600 }, (_, place) => {
    const isBad = (place * 7 + seed) % 20 === 0
    return isBad
      ? landed(place, { title: 'Enable payments', files: [{ path: 'src/pay.ts', added: 3, deleted: 1 }], isReverted: true })
      : landed(place)
  })
  return { name, hash: name, changes }
}
const learned = (set: RiskSet): LearnedSet => ({ name: set.name, hash: set.hash, rows: rowsOf(set) })
const options = { version: 'test', description: '' }

describe('learning the risk of a change', () => {
  const [a, b] = [learned(setOf('a', 1)), learned(setOf('b', 2))]

  it('leaves the first 2,000 and reverts out', () => {
    const set = setOf('a', 1)
    set.changes[2_300] = { ...set.changes[2_300]!, isRevert: true }
    expect(rowsOf(set)).toHaveLength(599)
  })

  it('gives the same model twice, which is a valid one, and finds what is plain to see in another repository', () => {
    const model = trainRisk([a], options)
    expect(trainRisk([a], options)).toEqual(model)
    expect(parseRiskModel(JSON.parse(JSON.stringify(model)), 'it')).toEqual(model)
    expect(model.trainedOn.sets).toEqual([{ name: 'a', hash: 'a', changes: 600, positives: 30 }])
    const result = evaluateRisk('b', b.rows, model)
    expect(result).toMatchObject({ name: 'b', changes: 600, positives: 30 })
    expect(result.auc).toBeGreaterThan(0.95)
    expect(result.lift10).toBeGreaterThan(9)
    expect(result.brierSkill).toBeGreaterThan(0.3)
    expect(result.baselines.loc.auc).toBeCloseTo(0.5)
    expect(result.intervals.auc.low).toBeLessThanOrEqual(result.auc)
  })

  it('tells what is lost without each group of features, learned from sets that it is not judged on', () => {
    const told: (string | null)[] = []
    const ablations = ablateRisk([a, b], 3, ({ without }) => told.push(without))
    expect(told.slice(0, 2)).toEqual([null, 'size'])
    expect(ablations.map(({ without }) => without)).toEqual(told)
    expect(ablations[0]!.auc).toBeGreaterThan(0.95)
    for (const { auc, lift10, brierSkill, slope } of ablations)
      for (const figure of [auc, lift10, brierSkill, slope]) expect(figure).toBeGreaterThan(0)
  })

  it('never lets evidence of harm lower the risk, even where it was learned from the opposite', () => {
    const opposite = { ...a, rows: a.rows.map((row) => ({ ...row, isBad: !row.isBad })) }
    for (const { name, steps } of trainRisk([opposite], options).features)
      if (name.includes('history.') && !/rare|changes/.test(name)) expect(steps.every((step) => step >= 0)).toBe(true)
  })

  it('tells a change only what was known when it landed', () => {
    const set = setOf('a', 1)
    const whole = rowsOf(set)
    // What comes later, whatever it is, changes no earlier row.
    const cut: RiskSet = { ...set, changes: set.changes.slice(0, 2_400) }
    for (const [place, row] of rowsOf(cut).entries()) expect(row.values).toEqual(whole[place]!.values)
    // The label of a change is not known before its 14 days are over, unless a revert of it landed.
    const relabelled: RiskSet = {
      ...set,
      changes: set.changes.map((change, place) => (place > 2_100 ? { ...change, isReverted: !change.isReverted } : change)),
    }
    const later = rowsOf(relabelled)
    for (let place = 0; place < 101 + 14 * 24; place++) expect(later[place]!.values).toEqual(whole[place]!.values)
    expect(later.at(-1)!.values).not.toEqual(whole.at(-1)!.values)
  })

  it('knows of a harm from the revert on that names it', () => {
    const set = setOf('a', 1)
    const bad = set.changes.findIndex(({ isReverted }, place) => place > 2_100 && isReverted)
    const named = set.changes.with(bad + 5, landed(bad + 5, { title: 'Revert "Enable payments"', isRevert: true }))
    const next = set.changes.findIndex(({ isReverted }, place) => place > bad + 5 && isReverted)
    const harms = (changes: SetChange[], place: number) => {
      const reverts = changes.slice(2_000, place).filter(({ isRevert }) => isRevert).length
      return rowsOf({ ...set, changes })[place - 2_000 - reverts]!.values
    }
    expect(harms(named, next)).not.toEqual(harms(set.changes, next))
  })
})
