// What the ranker computes, written down: making it faster must not change it. A change that is meant to change
// it shows which columns moved; `npx vitest run test/unit/rank/golden.test.ts --update` then writes it down anew.
import { describe, expect, it } from 'vitest'
import { featureNames, measureAll } from '../../../src/rank/features.ts'
import { seededRandom } from '../../../src/rank/metrics.ts'
import type { SuspectModel } from '../../../src/rank/model.ts'
import { noneFeatureNames } from '../../../src/rank/none-of-these.ts'
import { prepareCandidate, prepareQuery } from '../../../src/rank/prepare.ts'
import { contextOf, rank } from '../../../src/rank/rank.ts'
import { syntheticRepository } from '../../support/synthetic-pool.ts'

const { pool, queries, pastOf } = syntheticRepository(7, 240)

/** Every feature has a say, whatever the shipped weights are. */
const model: SuspectModel = {
  version: 'golden',
  trainedOn: { description: 'nothing', handSet: [], sets: [] },
  features: featureNames.map((name) => ({ name, weight: weightOf(name), mean: 0, scale: 2 })),
  none: noneFeatureNames.map((name) => ({ name, weight: weightOf(name), mean: 0.5, scale: 2 })),
  unlistedShare: 0.2,
  temperature: 1.5,
  lapse: 0,
  accuracy: null,
}

describe.each(queries.map((query, at) => ({ at, query })))('the golden ranking of report $at', ({ query }) => {
  it('has the same columns', () => {
    const context = contextOf(prepareQuery(query), pool.map(prepareCandidate), pastOf(query))
    const columns = measureAll(context).map((column, at) => [featureNames[at], ...checksums(column)].join(' '))
    expect(columns).toMatchSnapshot()
  })

  it('has the same suspects with the same reasons', () => {
    const { suspects, none } = rank(query, pool, pastOf(query), model)
    expect({
      none: digits(none),
      all: checksums(suspects.map(({ probability }) => probability)),
      first: suspects.slice(0, 12).map(({ id, probability, evidence }) => ({
        suspect: `${id} ${digits(probability)}`,
        evidence: evidence.map(({ kind, sentence, strength }) => `${kind} ${digits(strength)} ${sentence}`),
      })),
      rest: suspects
        .slice(12)
        .map(({ id }) => id)
        .join(' '),
    }).toMatchSnapshot()
  })
})

/** The sum, and one that tells places apart. */
function checksums(values: ArrayLike<number>): string[] {
  const sums = Array.from(values).reduce<[number, number]>(
    ([plain, placed], value, at) => [plain + value, placed + value * (1 + (at % 101))],
    [0, 0],
  )
  return sums.map(digits)
}

function digits(value: number): string {
  // Sums that cancel out leave dust that depends on the order of adding.
  return Math.abs(value) < 1e-9 ? '0' : String(Number(value.toPrecision(9)))
}

function weightOf(name: string): number {
  let hash = 17
  for (const character of name) hash = Math.imul(hash, 31) + character.charCodeAt(0)
  return seededRandom(hash)() * 2 - 0.8
}
