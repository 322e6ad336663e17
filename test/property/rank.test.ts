import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Candidate } from '../../src/domain/ranking.ts'
import { shippedSuspectModel } from '../../src/rank/model.ts'
import { measureSet } from '../../src/rank/learn/measure-cases.ts'
import { rank } from '../../src/rank/rank.ts'
import { replayCases } from '../../src/rank/learn/replay-cases.ts'
import { rankPrepared } from '../../src/rank/rank.ts'
import { candidate, changedFile, emptyPast, hoursBefore, incidentQuery } from '../support/ranking-fixtures.ts'

const model = shippedSuspectModel()
const words = fc.constantFrom(
  'ledger',
  'checkout',
  'retryPolicy',
  'timeout',
  'build',
  'test',
  'schema',
  'round_amount',
  '決済',
  'the',
  '502',
)
const phrase = fc.array(words, { maxLength: 8 }).map((found) => found.join(' '))
const path = fc.constantFrom('checkout/retry.ts', 'ledger/round.ts', 'docs/a.md', 'CMakeLists.txt', 'db/migrations/1.sql', 'test/a.test.ts')

const someCandidate = fc
  .record({
    title: phrase,
    body: phrase,
    paths: fc.uniqueArray(path, { maxLength: 4 }),
    identifiers: fc.array(words, { maxLength: 5 }),
    hours: fc.integer({ min: 0, max: 336 }),
  })
  .map(({ hours, ...facts }) => ({ ...facts, mergedAt: hoursBefore(hours) }))
const pool = fc
  .array(someCandidate, { minLength: 1, maxLength: 25 })
  .map((list) => list.map((facts, n) => candidate({ id: `c${n}`, ...facts })))

describe('rank', () => {
  it('gives probabilities that sum to 1 with "none"', () => {
    fc.assert(
      fc.property(pool, phrase, (candidates, text) => {
        const { suspects, none } = rank(incidentQuery(text), candidates, emptyPast(), model)
        expect(suspects.reduce((sum, { probability }) => sum + probability, none)).toBeCloseTo(1, 9)
        expect([none, ...suspects.map(({ probability }) => probability)].every((p) => p >= 0 && p <= 1)).toBe(true)
      }),
    )
  })

  it('does not depend on the order of its input', () => {
    const shuffled = pool.chain((candidates) =>
      fc.tuple(fc.constant(candidates), fc.shuffledSubarray(candidates, { minLength: candidates.length })),
    )
    fc.assert(
      fc.property(shuffled, phrase, ([one, other], text) => {
        expect(rank(incidentQuery(text), other, emptyPast(), model)).toEqual(rank(incidentQuery(text), one, emptyPast(), model))
      }),
    )
  })

  const matching: Record<string, (twin: Candidate) => Candidate> = {
    'a rare word in the title': (twin) => ({ ...twin, title: `${twin.title} quagmire` }),
    'a rare word in the message': (twin) => ({ ...twin, body: `${twin.body} quagmire` }),
    'a changed identifier': (twin) => ({ ...twin, identifiers: [...twin.identifiers, 'quagmireLimit'] }),
    'a named function': (twin) => ({ ...twin, symbols: [...twin.symbols, 'quagmireLimit'] }),
    'its number named': (twin) => ({ ...twin, number: 77 }),
    'its sha named': (twin) => ({ ...twin, shas: ['0123456789abcdef'] }),
    'the affected service': (twin) => ({ ...twin, serviceDistance: 0 }),
    'the framed line in a changed range': (twin) => ({
      ...twin,
      files: twin.files.map((file) => ({ ...file, ranges: [{ start: 40, count: 5 }] })),
    }),
  }
  it.each(Object.keys(matching))('never ranks a change lower for %s', (what) => {
    fc.assert(
      fc.property(pool, phrase, someCandidate, (candidates, text, facts) => {
        // The better twin has the later id: a tie would go against it.
        const plain = candidate({ id: 'twin-1', ...facts, serviceDistance: 2, paths: undefined, files: [changedFile('quag/mire.ts')] })
        const better = { ...matching[what]!(plain), id: 'twin-2' }
        const query = incidentQuery(`${text} quagmire quagmireLimit #77 0123456789 at f (quag/mire.ts:42:1)`)
        const { suspects } = rank(query, [...candidates, plain, better], emptyPast(), model)
        const of = (id: string): number => suspects.find((suspect) => suspect.id === id)!.probability
        expect(of('twin-2')).toBeGreaterThanOrEqual(of('twin-1') * (1 - 1e-9))
      }),
    )
  })

  it('survives hostile text everywhere', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('__proto__', 'constructor', '\ud800', '\u0000', '(((((', '[a-', '../../..', 'a'.repeat(70_000)),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(hostile, hostile, hostile), { maxLength: 6 }), hostile, (triples, text) => {
        const candidates = triples.map(([title, body, name], n) =>
          candidate({
            id: `c${n}`,
            title,
            body,
            paths: [name],
            identifiers: [name],
            symbols: [title],
            bumps: [{ dependency: name, from: null, to: title }],
          }),
        )
        const { suspects, none } = rank(incidentQuery(text, text), candidates, emptyPast(), model)
        expect(suspects.reduce((sum, { probability }) => sum + probability, none)).toBeCloseTo(1, 9)
      }),
      { numRuns: 50 },
    )
  })
})

describe('replaying', () => {
  const history = fc.array(someCandidate, { minLength: 12, maxLength: 30 })
  /** What comes later: changes, what they take back, and what they are found to have caused. */
  const future = fc.array(fc.tuple(someCandidate, fc.integer({ min: 0, max: 11 }), fc.boolean()), { maxLength: 20 })

  it('measures and answers the same however the future turns out', () => {
    fc.assert(
      fc.property(history, future, phrase, phrase, (past, later, text, laterText) => {
        const ordered = past.map((facts, n) => candidate({ id: `p${n}`, ...facts, mergedAt: hoursBefore(200 - n) }))
        const now = { id: 'now', at: hoursBefore(100), text, culprits: ['p3'], poolStart: 2, poolEnd: ordered.length, ...unjudged }
        const [one, other] = [[], later].map((then) => {
          const changes = [
            ...ordered,
            ...then.map(([facts, place, takesBack], n) =>
              candidate({
                id: `f${n}`,
                ...facts,
                // The same files and words as a change of the past, taken back by name.
                paths: takesBack ? ordered[place]!.paths : facts.paths,
                title: takesBack ? `Revert "${ordered[place]!.title}"` : facts.title,
                references: takesBack ? [{ kind: 'reverts', by: 'sha', sha: `p${place}` }] : [],
                mergedAt: hoursBefore(50 - n),
              }),
            ),
          ]
          const found = then.map(([, place], n) => ({
            ...{ id: `later${n}`, at: hoursBefore(20 - n), text: laterText, culprits: [`p${place}`] },
            ...{ poolStart: 0, poolEnd: changes.length, ...unjudged },
          }))
          const [moment] = replayCases(changes, [now, ...found])
          const { cases } = measureSet({ name: 'made up', changes, cases: [now, ...found] })
          return { ranking: rankPrepared(moment!.query.query, moment!.pool, moment!.past, model), measured: cases[0]! }
        })
        expect(other!.ranking).toEqual(one!.ranking)
        expect(other!.measured).toEqual(one!.measured)
      }),
      { numRuns: 20 },
    )
  })
})

const unjudged = { titleRun: null, describesChange: null }
