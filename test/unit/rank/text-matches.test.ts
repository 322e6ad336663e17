import { describe, expect, it } from 'vitest'
import { prepareCandidate, prepareQuery } from '../../../src/rank/prepare.ts'
import { contextOf } from '../../../src/rank/rank.ts'
import { text } from '../../../src/rank/evidence/text.ts'
import { candidate, emptyPast, hoursBefore, incidentQuery } from '../../support/ranking-fixtures.ts'

const pool = [
  candidate({ id: 'a-first', title: 'Dig a quagmire', mergedAt: hoursBefore(30) }),
  candidate({ id: 'b-later', title: 'Drain the quagmire', mergedAt: hoursBefore(20) }),
  candidate({ id: 'c-other', title: 'Mow the lawn', mergedAt: hoursBefore(10) }),
]

function introduced(documentCount: number, known: number): number[] {
  const past = emptyPast({ documentCount, documentFrequency: new Map([['quagmir', known]]) })
  const context = contextOf(prepareQuery(incidentQuery('the quagmire is back')), pool.map(prepareCandidate), past)
  return [...text.measure(context)[text.features.indexOf('text.introduced')]!]
}

describe('text.introduced', () => {
  it('is of whichever change brought a word into the repository', () => {
    expect(introduced(1_000, 2)).toEqual([1, 0, 0])
  })

  it('is of none when an earlier change held the word already', () => {
    expect(introduced(1_000, 3)).toEqual([0, 0, 0])
  })

  it('is trusted less where little is known of what came before: there every word is new', () => {
    expect(introduced(23, 2)).toEqual([20 / 200, 0, 0])
    expect(introduced(0, 0)).toEqual([0, 0, 0])
  })
})
