import { describe, expect, it } from 'vitest'
import { modelInWords, oddsInWords, percentOf, timesAverage } from '../../../src/render/risk-words.ts'

describe('saying a risk', () => {
  it('gives two figures, and no false certainty at either end', () => {
    expect([0.00004, 0.0074, 0.0996, 0.126, 0.9995].map(percentOf)).toEqual(['<0.1 %', '0.7 %', '10 %', '13 %', '>99.9 %'])
  })

  it('compares with the average of the repository, which it names', () => {
    const times = [0.005, 0.012, 0.02, 0.04, 0.071, 0.31].map((probability) => timesAverage(probability, 0.02).replace(' (2.0 %)', ''))
    const average = "this repository's average"
    expect(times).toEqual([
      `far below ${average}`,
      `below ${average}`,
      `about ${average}`,
      `2 times ${average}`,
      `3.5 times ${average}`,
      `16 times ${average}`,
    ])
    expect(timesAverage(0.04, 0.02)).toBe("2 times this repository's average (2.0 %)")
  })

  it('names the model, and what adjusted it to this repository', () => {
    expect(modelInWords({ modelVersion: 'risk-1', adjustedBy: null })).toBe('risk-1')
    expect(modelInWords({ modelVersion: 'risk-1', adjustedBy: { changes: 4_120, harms: 97 } })).toBe(
      'risk-1, adjusted by what came of 4,120 changes here (97 taken back or the cause of an incident)',
    )
  })

  it('never says that the odds stay as they are of what moved them', () => {
    expect([0.05, -0.05, 0.9, -0.5, 3].map(oddsInWords)).toEqual(['×1.05', '×0.95', '×2.5', '×0.6', '×20'])
  })
})
