import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planFollowUps } from '../../../src/postmortems/plan-follow-ups.ts'
import { readFollowUps } from '../../../src/postmortems/read-follow-ups.ts'
import type { FollowUpItem, ListedFollowUp } from '../../../src/domain/follow-up.ts'

/** A Tuesday, some days before clocks go forward in Europe. */
const NOW = new Date('2026-03-24T23:30:00Z')
const day = (text: string): Date => new Date(`${text}T00:00:00Z`)
const list = (lines: string) => readFollowUps(`# Review\n\n- not one\n\n## Follow-ups\n\n${lines}\n\n## Timeline\n\n- nor this`, NOW)
const due = (line: string) => list(`- [ ] ${line}`).map(({ text, dueOn }) => [text, dueOn?.toISOString().slice(0, 10) ?? null])

describe('what is listed under follow-ups', () => {
  it('is every item of the list, ticked or not, and nothing else', () => {
    expect(
      list(
        [
          '*To be told: What will make this kind of incident rarer?*',
          '- [ ] Alert on **retries**',
          '- [x] Limit `retry` to three',
          '* Teach the gateway idempotency',
          '2. Write it down',
          '  - detail of it',
          '- [ ] ',
          '- [ ] #12',
          '- https://github.com/acme/shop/issues/13',
          '- *To be told: which one?*',
          '```',
          '- [ ] in code',
          '```',
          '### Later',
          '- 決済を止める 😀',
        ].join('\r\n'),
      ).map(({ text }) => text),
    ).toEqual(['Alert on retries', 'Limit retry to three', 'Teach the gateway idempotency', 'Write it down', '決済を止める 😀'])
  })

  it('is of what Causeway suggests only what is ticked', () => {
    const suggested = '<!-- causeway:suggested -->'
    expect(list(`- [ ] Alert ${suggested}\n- [x] Runbook ${suggested}`).map(({ text }) => text)).toEqual(['Runbook'])
  })

  it('is found below our marker, whatever a template calls it', () => {
    const found = readFollowUps('# Maßnahmen\n\n<!-- causeway:follow-ups -->\n\n- Alarm\n\n# Verlauf\n\n- 14:00', NOW)
    expect(found.map(({ text }) => text)).toEqual(['Alarm'])
  })

  it.each([
    ['Alert on it by 2026-04-30', 'Alert on it', '2026-04-30'],
    ['Alert on it (due: 30 April 2026)', 'Alert on it', '2026-04-30'],
    ['Alert on it, due in two weeks', 'Alert on it', '2026-04-07'],
    ['Alert on it by Friday', 'Alert on it', '2026-03-27'],
    ['Alert on it until next Monday.', 'Alert on it', '2026-03-30'],
    ['Alert on it by tomorrow', 'Alert on it', '2026-03-25'],
    // Clocks go forward in Europe on the 29th, in North America they did: a UTC day stays one.
    ['Alert on it by 29 March', 'Alert on it', '2026-03-29'],
    ['Alert on it 2026-04-02', 'Alert on it', '2026-04-02'],
    ['Alert on it by 2026-01-02', 'Alert on it', '2026-01-02'],
    ['Fix it by rolling back on Friday', 'Fix it by rolling back on Friday', null],
    ['Find what broke on 2026-03-10', 'Find what broke on 2026-03-10', null],
    ['Alert on it by 2099-01-01', 'Alert on it by 2099-01-01', null],
    ['Alert on it', 'Alert on it', null],
  ])('%j is due as it says', (line, text, dueOn) => {
    expect(due(line)).toEqual([[text, dueOn]])
  })

  it('stays bounded, quick and one line on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const each of readFollowUps(`## Follow-ups\n- ${text}`, NOW)) {
          expect(each.text).toMatch(/^\P{Cc}{1,240}$/u)
        }
      }),
    )
    expect(readFollowUps(`## Follow-ups\n${'- by '.repeat(300_000)}`, NOW).length).toBeLessThanOrEqual(1)
    expect(list(Array.from({ length: 200 }, (_, n) => `- thing ${n}`).join('\n'))).toHaveLength(50)
  })
})

const item = (over: Partial<FollowUpItem>): FollowUpItem => ({
  ...{ incidentId: 1, repositoryId: 2, key: 'k', text: 'Alert on retries of payments', dueOn: day('2026-04-01') },
  ...{ issueNumber: 12, url: null, intendedAt: NOW, closedAt: null, isDropped: false, assignees: [], overdueAt: null },
  ...over,
})
const line = (text: string, dueOn: string | null = null): ListedFollowUp => ({ text, dueOn: dueOn === null ? null : day(dueOn) })
const DEFAULT = day('2026-04-23')

describe('what becomes of the list', () => {
  it('opens what is new, at the day that it names or the usual one', () => {
    const { open, edit } = planFollowUps([], [line('Alert on it', '2026-05-01'), line('Write it down'), line('alert ON it!')], DEFAULT)
    expect(edit).toEqual([])
    expect(open).toMatchObject([
      { text: 'Alert on it', dueOn: day('2026-05-01') },
      { text: 'Write it down', dueOn: DEFAULT },
    ])
    expect(new Set(open.map(({ key }) => key)).size).toBe(2)
  })

  it('keeps what is said better, or due on another day, the one that it was', () => {
    expect(planFollowUps([item({})], [line('Alert on retries of any payments')], DEFAULT)).toEqual({
      open: [],
      edit: [{ key: 'k', text: 'Alert on retries of any payments', dueOn: day('2026-04-01') }],
    })
    expect(planFollowUps([item({})], [line('Alert on retries of payments', '2026-05-01')], DEFAULT).edit).toMatchObject([
      { dueOn: day('2026-05-01') },
    ])
  })

  it('takes a line away from nothing: what was opened stays open', () => {
    expect(planFollowUps([item({})], [], DEFAULT)).toEqual({ open: [], edit: [] })
  })

  it('changes nothing when it is told again, in any order of the lines', () => {
    const texts = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}( [a-z]{1,6}){0,4}$/), { maxLength: 8 })
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (said, random) => {
        const lines = said.map((text) => line(text))
        const tracked = planFollowUps([], lines, DEFAULT).open.map((each) => item(each))
        const shuffled = lines
          .map((each) => ({ each, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each)
        expect(planFollowUps(tracked, shuffled, DEFAULT)).toEqual({ open: [], edit: [] })
      }),
    )
  })
})
