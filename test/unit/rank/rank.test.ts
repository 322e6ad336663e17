import { describe, expect, it } from 'vitest'
import { parseSuspectModel, shippedSuspectModel } from '../../../src/rank/model.ts'
import { featureNames } from '../../../src/rank/features.ts'
import { noneFeatureNames } from '../../../src/rank/none-of-these.ts'
import { prepareCandidate, termHash } from '../../../src/rank/prepare.ts'
import { rank } from '../../../src/rank/rank.ts'
import { candidate, changedFile, emptyPast, hoursBefore, incidentQuery } from '../../support/ranking-fixtures.ts'

const model = shippedSuspectModel()

describe('rank', () => {
  it('says "none" with certainty when nothing changed', () => {
    expect(rank(incidentQuery('it broke'), [], emptyPast(), model)).toEqual({ suspects: [], none: 1, pool: 0, modelVersion: model.version })
  })

  it('gives no probability to what is ruled out or came after the incident', () => {
    const ruledOut = candidate({ id: 'out', ruledOut: { reason: 'rolled-back', sentence: 'Rolled back before' } })
    const later = candidate({ id: 'later', mergedAt: hoursBefore(-1) })
    const ranking = rank(incidentQuery('it broke'), [ruledOut, later, candidate({ id: 'in' })], emptyPast(), model)
    expect(ranking.suspects.map(({ id }) => id)).toEqual(['in'])
    expect(ranking.pool).toBe(1)
  })

  it.each(['outcome', 'worked-since'] as const)(
    'gives the others what a person takes from one (%s), in the proportions of before',
    (reason) => {
      const pool = Array.from({ length: 8 }, (_, n) =>
        candidate({ id: `c${n}`, title: `Change of part ${n}`, paths: [`part${n}/a.ts`], mergedAt: hoursBefore(1 + n * 9) }),
      )
      const query = incidentQuery('part 3 broke')
      const before = rank(query, pool, emptyPast(), model)
      const [first, ...rest] = before.suspects
      const told = pool.map((each) => (each.id === first!.id ? { ...each, ruledOut: { reason, sentence: 'Not it' } } : each))
      const after = rank(query, told, emptyPast(), model)
      expect(after.pool).toBe(7)
      expect(after.suspects.map(({ id }) => id)).toEqual(rest.map(({ id }) => id))
      const left = 1 - first!.probability
      for (const [place, { probability, evidence }] of after.suspects.entries()) {
        expect(probability).toBeCloseTo(rest[place]!.probability / left, 12)
        expect(evidence).toEqual(rest[place]!.evidence)
      }
      expect(after.none).toBeCloseTo(before.none / left, 12)
      const all = pool.map((each) => ({ ...each, ruledOut: { reason, sentence: 'Not it' } }))
      expect(rank(query, all, emptyPast(), model)).toEqual({ suspects: [], none: 1, pool: 0, modelVersion: model.version })
    },
  )

  it('puts the planted cause first, with two to five reasons', () => {
    const cause = candidate({
      id: 'cause',
      title: 'Retry payments with a shared idempotency key',
      files: [changedFile('checkout/retry.ts', { ranges: [{ start: 80, count: 20 }], symbols: ['retryPayment'] })],
      symbols: ['retryPayment'],
      identifiers: ['retryPayment', 'idempotencyKey'],
      mergedAt: hoursBefore(5),
    })
    const others = Array.from({ length: 60 }, (_, n) =>
      candidate({ id: `c${n}`, title: `Polish page ${n}`, paths: [`web/page${n}.tsx`], mergedAt: hoursBefore(1 + n * 5) }),
    )
    const text = 'Payments are charged twice.\n    at retryPayment (checkout/retry.ts:88:3)'
    const ranking = rank(incidentQuery(text, 'Double charges'), [...others, cause], emptyPast(), model)
    const [first] = ranking.suspects
    expect(first?.id).toBe('cause')
    expect(first?.evidence.length).toBeGreaterThanOrEqual(2)
    expect(first?.evidence.length).toBeLessThanOrEqual(5)
    expect(first?.evidence.map(({ sentence }) => sentence)).toContain(
      'Changes `checkout/retry.ts`, named in the stack trace (line 88 lies in a changed range)',
    )
  })

  it('names words as the report writes them, and a part of one only where the whole is not shared', () => {
    const pool = [
      candidate({ id: 'whole', title: 'Ask ClickHouse once', paths: ['a.ts'] }),
      candidate({ id: 'part', title: 'Paint the house', paths: ['b.ts'] }),
      ...Array.from({ length: 20 }, (_, n) => candidate({ id: `c${n}`, title: `Polish page ${n}`, paths: [`web/page${n}.tsx`] })),
    ]
    const { suspects } = rank(incidentQuery('ClickHouse does not answer'), pool, emptyPast(), model)
    const words = (id: string) => suspects.find((each) => each.id === id)?.evidence.find(({ kind }) => kind === 'text')?.sentence
    expect(words('whole')).toMatch(/"ClickHouse"$/)
    expect(words('part')).toMatch(/"House"$/)
  })

  it('breaks ties by id', () => {
    const twins = ['b', 'a', 'c'].map((id) => candidate({ id, paths: ['same.ts'] }))
    expect(rank(incidentQuery('it broke'), twins, emptyPast(), model).suspects.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  it('is never surer than its lapse allows, which spreads evenly and changes no order', () => {
    const pool = Array.from({ length: 40 }, (_, n) => candidate({ id: `c${n}`, mergedAt: hoursBefore(1 + n * 30) }))
    const bold = { ...model, temperature: model.temperature / 50, lapse: 0 }
    const [certain, modest] = [bold, { ...bold, lapse: 0.1 }].map((each) => rank(incidentQuery('it broke'), pool, emptyPast(), each))
    const given = modest!.suspects.map(({ probability }) => probability / (1 - modest!.none))
    expect(certain!.suspects[0]!.probability / (1 - certain!.none)).toBeGreaterThan(0.95)
    expect(given[0]).toBeLessThanOrEqual(0.9 + 0.1 / 40)
    expect(given.at(-1)).toBeGreaterThanOrEqual(0.1 / 40 - 1e-12)
    expect(given.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
    expect(modest!.suspects.map(({ id }) => id)).toEqual(certain!.suspects.map(({ id }) => id))
  })

  it('trusts "none" more when no change stands out', () => {
    const vague = [1, 2, 3].map((n) => candidate({ id: `${n}`, mergedAt: hoursBefore(300 + n) }))
    const clear = [candidate({ id: '0', title: 'Rewrite ledger rounding', paths: ['ledger/round.ts'], mergedAt: hoursBefore(1) }), ...vague]
    const query = incidentQuery('ledger rounding is wrong in ledger/round.ts')
    expect(rank(query, clear, emptyPast(), model).none).toBeLessThan(rank(query, vague, emptyPast(), model).none)
  })
})

describe('prepareCandidate', () => {
  it('is not held up by paths two thousand folders deep', () => {
    const paths = Array.from({ length: 200 }, (_, n) => `${n}/${'a/'.repeat(2_000)}f.ts`)
    const startedAt = performance.now()
    expect(prepareCandidate(candidate({ id: 'deep', paths, files: [] })).folderHashes).toContain(termHash('7/a/a'))
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })
})

describe('the model file', () => {
  it('weighs only features that exist', () => {
    expect(model.features.map(({ name }) => name).filter((name) => !featureNames.includes(name))).toEqual([])
    expect(model.none.map(({ name }) => name).filter((name) => !(noneFeatureNames as readonly string[]).includes(name))).toEqual([])
  })

  it('never holds matching words, names and frames against a change', () => {
    const matching = model.features.filter(({ name }) => /^(?:text|identifier|named-|stack-frame|service|past-incident)/.test(name))
    expect(matching.length).toBeGreaterThan(10)
    expect(matching.filter(({ weight }) => weight < 0)).toEqual([])
  })

  it('is refused with the wrong field named', () => {
    expect(() => parseSuspectModel({ ...model, temperature: 0 }, 'my.json')).toThrow(/my\.json is not a suspects model[\s\S]*temperature/)
  })
})
