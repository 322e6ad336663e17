import { describe, expect, it } from 'vitest'
import { chooseIdentifiers, sumIdentifiers } from '../../../../src/changes/describe/identifiers.ts'

describe('which identifiers are kept', () => {
  it('prefers compound names and pushes noise back', () => {
    const chosen = chooseIdentifiers(
      new Map([
        ['name', 1],
        ['retryBudget', 1],
        ['a1b2c3d4e5f6', 1],
        ['cart_total_cents', 1],
      ]),
    )
    expect(chosen.slice(0, 2).sort()).toEqual(['cart_total_cents', 'retryBudget'])
    expect(chosen.at(-1)).toBe('a1b2c3d4e5f6')
  })

  it("follows the repository's own past where it is known", () => {
    const documentFrequency = new Map([
      ['cart_total_cents', 90],
      ['zap', 0],
    ])
    const chosen = chooseIdentifiers(
      new Map([
        ['cart_total_cents', 1],
        ['zap', 1],
      ]),
      { documentCount: 100, documentFrequency },
    )
    expect(chosen).toEqual(['zap', 'cart_total_cents'])
  })

  it('keeps at most 120, the same ones whatever the order', () => {
    const words = Array.from({ length: 300 }, (_, index): [string, number] => [`word_${index}`, 1])
    const chosen = chooseIdentifiers(new Map(words))
    expect(chosen).toHaveLength(120)
    expect(chooseIdentifiers(new Map(words.toReversed()))).toEqual(chosen)
  })

  it('adds up files', () => {
    expect(
      sumIdentifiers([
        new Map([['x', 1]]),
        new Map([
          ['x', 2],
          ['y', 1],
        ]),
      ]),
    ).toEqual(
      new Map([
        ['x', 3],
        ['y', 1],
      ]),
    )
  })
})
