import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClone } from '../../../src/history/git-clone.ts'
import { rankClone, type WorkedAt } from '../../../src/history/rank-clone.ts'
import { replayHistory } from '../../../src/history/replay-history.ts'
import { shippedSuspectModel } from '../../../src/rank/model.ts'
import { makeGitRepository } from '../../support/git-repository.ts'

const LOOKBACK = 14 * 86_400_000
const repository = makeGitRepository()
const day = (number: number, hour = 12) => new Date(Date.UTC(2026, 0, number, hour)).toISOString()
let budget = ''

beforeAll(() => {
  repository.commit('Start', { 'src/cart.ts': 'start\n' }, { at: day(1) })
  for (let number = 2; number <= 8; number += 1)
    repository.commit(`Tidy corner ${number} (#${number})`, { [`src/corner${number}.ts`]: `corner${number}\n` }, { at: day(number) })
  budget = repository.commit(
    'Add card charges (#20)',
    { 'src/payments/charge.ts': 'export function retryBudgetExhausted() {}\n' },
    { at: day(9) },
  )
  repository.commit('Paint buttons (#21)', { 'web/button.css': 'a{}\n' }, { at: day(10) })
  const painted = repository.commit('Paint more (#22)', { 'web/more.css': 'a{}\n' }, { at: day(10, 13) })
  repository.commit(
    `Revert "Add card charges (#20)" (#23)\n\nThis reverts commit ${budget}.\n\nCheckout fails with retryBudgetExhausted for every customer.`,
    { 'src/payments/charge.ts': null },
    { at: day(11) },
  )
  repository.commit(`Revert "Paint more" (#24)\n\nThis reverts commit ${painted}.`, { 'web/more.css': null }, { at: day(12) })
  repository.commit('Reland "Add card charges" (#25)\n\nWith the budget raised.', { 'src/payments/charge.ts': 'again\n' }, { at: day(13) })
  repository.commit('Revert "Never seen here"\n\nIt broke the checkout page for every customer.', {}, { at: day(14) })
  repository.commit('Revert "Start"\n\nIt broke the checkout page for every customer, twice.', { z: '1' }, { at: day(28) })
  repository.commit('Revert "Revert "Paint more""\n\nIt was fine all the time, said everybody.', { z: '2' }, { at: day(29) })
})
afterAll(() => repository.remove())

describe('replaying a clone', () => {
  it('asks the reverts that say why, and counts the others by reason', async () => {
    const history = await openClone(repository.path)
    const result = await replayHistory(history, { since: null, lookbackMs: LOOKBACK, model: shippedSuspectModel() })
    await history.close()
    expect(result).toMatchObject({ changes: 17, cases: 1, medianPool: 11 })
    expect(result.dropped).toEqual({
      'no reason given or too short': 1,
      'culprit unknown': 1,
      'culprit outside the window': 1,
      'revert of a revert': 1,
    })
    expect(result.accuracy).toMatchObject({ top1: 1, top5: 1, mrr: 1 })
    expect(result.baselines.recency.top1).toBe(0)
    expect(result.baselines.random.top1).toBeCloseTo(1 / 11)
  })

  it('counts only the range asked for', async () => {
    const history = await openClone(repository.path)
    const result = await replayHistory(history, { since: new Date(day(12)), lookbackMs: LOOKBACK, model: shippedSuspectModel() })
    await history.close()
    expect(result.cases).toBe(0)
    expect(result.dropped['before the range asked for']).toBe(1)
  })
})

describe('the suspects of one moment', () => {
  it('are what had landed by then, and what was taken back is ruled out', async () => {
    const history = await openClone(repository.path)
    const ask = (at: string) =>
      rankClone(
        history,
        { at: new Date(at), title: '', text: 'retryBudgetExhausted at checkout' },
        { lookbackMs: LOOKBACK, model: shippedSuspectModel() },
      )
    const before = await ask(day(10, 20))
    expect(before.ranking.suspects[0]?.id).toBe(budget)
    expect(before.ranking.pool).toBe(11)
    const after = await ask(day(11, 20))
    expect(after.candidates.get(budget)?.ruledOut?.reason).toBe('already-reverted')
    expect(after.ranking.suspects.map(({ id }) => id)).not.toContain(budget)
    const sum = after.ranking.suspects.reduce((total, { probability }) => total + probability, after.ranking.none)
    expect(sum).toBeCloseTo(1)
    const later = await ask(day(60))
    expect([later.ranking.pool, later.lastBefore?.toISOString()]).toEqual([0, new Date(day(29)).toISOString()])
    await history.close()
  })

  it('are what came after it last worked, by a time or by what a commit has in its past', async () => {
    const history = await openClone(repository.path)
    const corner = await history.resolve('HEAD~12')
    const ask = (worked: WorkedAt) =>
      rankClone(
        history,
        { at: new Date(day(10, 20)), title: '', text: 'retryBudgetExhausted at checkout' },
        { lookbackMs: LOOKBACK, model: shippedSuspectModel(), worked },
      )
    const byTime = await ask({ at: new Date(day(9, 18)) })
    expect(byTime.ranking.pool).toBe(2)
    expect(byTime.candidates.get(budget)?.ruledOut).toEqual({
      reason: 'worked-since',
      sentence: 'Landed 6 hours before it was last seen to work',
    })
    const byCommit = await ask({ sha: corner, name: 'v5' })
    expect(byCommit.ranking.suspects[0]?.id).toBe(budget)
    expect(byCommit.ranking.pool).toBe(6)
    expect(byCommit.candidates.get(corner)?.ruledOut?.sentence).toBe('Part of v5, which worked')
    await history.close()
  })
})
