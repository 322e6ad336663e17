import { describe, expect, it } from 'vitest'
import { clears, isPlanned, isStopgap, reasonOf } from '../../../src/history/revert-reason.ts'

const culprit = { title: 'Add retry budget to card charges', number: 123 }
const SHA = 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3'
const of = (title: string, body: string) => reasonOf({ title, body }, [culprit])

describe("a revert's own words", () => {
  it.each([
    ['Revert "Add retry budget to card charges"', `This reverts commit ${SHA}.\n\nCheckout timed out under load in Frankfurt.`],
    ['Revert "Add retry budget to card charges (#123)" (#130)', 'Reverts acme/shop#123\n\nCheckout timed out under load in Frankfurt.'],
    [
      'Revert "Add retry budget to card charges"',
      `Reason for revert: Checkout timed out under load in Frankfurt.\n\nOriginal change's description:\n> Add retry budget to card charges\n> so that it never fails\n\nBug: 12`,
    ],
    ['Revert "Add retry budget to card charges"', `This reverts commits ${SHA} and ${SHA}. Checkout timed out under load in Frankfurt.`],
    ['Revert r123456: Checkout timed out under load in Frankfurt.', ''],
  ])('are what is left of %j', (title, body) => {
    expect(of(title, body)).toBe('Checkout timed out under load in Frankfurt.')
  })

  it('never hold the title, numbers or shas of what is reverted', () => {
    const body = `This reverts commit ${SHA}. The retry budget to card charges from #123 (${SHA.slice(0, 9)}, PR 123, D4567, r99887) made checkout hang for minutes in Frankfurt.`
    const reason = of('Revert "Add retry budget to card charges"', body) ?? ''
    expect(reason).toContain('made checkout hang for minutes')
    expect(reason).not.toMatch(/123|a94a8fe|4567|99887|budget to card/)
  })

  it('are missing when there is only boilerplate', () => {
    expect(of('Revert "Add retry budget to card charges"', `This reverts commit ${SHA}.`)).toBeNull()
    expect(of('Revert "Add retry budget to card charges"', 'Reverts acme/shop#123\n\nBroke it.')).toBeNull()
    expect(
      of(
        'Revert "Add retry budget to card charges"',
        `This reverts commit ${SHA}.\n\nSigned-off-by: Octo Cat <o@example.test>\nChange-Id: I0123456789abcdef`,
      ),
    ).toBeNull()
    expect(of('Revert "Add retry budget to card charges" [ci skip]', '[ci skip-rust]')).toBeNull()
  })

  it.each([
    'revert '.repeat(100_000),
    `This reverts commit ${`${SHA}, `.repeat(5000)}`,
    'Revert "'.repeat(50_000),
    `${' '.repeat(200_000)}x`,
  ])('cost little time on hostile text', (text) => {
    const startedAt = performance.now()
    reasonOf({ title: text.slice(0, 500), body: text.slice(0, 8000) }, [culprit])
    expect(performance.now() - startedAt).toBeLessThan(500)
  })
})

describe('reverts that were no incident', () => {
  it('planned ones are told from broken ones', () => {
    expect(isPlanned('This landed prematurely, the API review is not done.')).toBe(true)
    expect(isPlanned('No longer needed now that the queue is gone.')).toBe(true)
    expect(isPlanned('Landed prematurely: checkout fails on every card.')).toBe(false)
    expect(isPlanned('Checkout times out in Frankfurt.')).toBe(false)
  })

  it('stopgaps and later clearings are known', () => {
    expect(isStopgap('Temporarily disable the card queue')).toBe(true)
    expect(isStopgap('[ci] Skip flaky checkout test')).toBe(true)
    expect(isStopgap('Add retry budget')).toBe(false)
    expect(clears('The failure was unrelated, landing again.')).toBe(true)
    expect(clears('With the missing header added.')).toBe(false)
  })
})
