import { describe, expect, it } from 'vitest'
import { markerFor } from '../../../src/domain/comment-marker.ts'
import type { IncidentReport } from '../../../src/domain/report.ts'
import { renderReport } from '../../../src/render/report.ts'
import { renderRetracted } from '../../../src/render/retracted.ts'
import { emptyReport, exampleReport } from '../../support/example-report.ts'

const now = new Date('2026-03-04T14:09:00Z')
const answerOf = (report: IncidentReport): string => renderReport(report, now).split('\n')[2] ?? ''
const withFirst = (probability: number, none: number, more: object = {}): IncidentReport => {
  const [first, ...rest] = exampleReport().suspects
  return exampleReport({ none, suspects: [{ ...first!, probability, ...more }, ...rest] })
}

describe('the first line', () => {
  it.each([
    [0.91, 0.02, '### Very likely cause (91 %): [#412]'],
    [0.62, 0.14, '### Likely cause (62 %): [#412]'],
    [0.3, 0.2, '### Possible cause (30 %): [#412]'],
    [0.3, 0.4, '### No change stands out: 40 % that none of 23 changes did it'],
    [0.1, 0.05, '### No change stands out: the likeliest of 23 changes has 10 %'],
    [0.9999, 0.00001, '### Very likely cause (>99 %): [#412]'],
  ])('says how sure it is at %d, none %d', (probability, none, start) => {
    expect(answerOf(withFirst(probability, none)).startsWith(start)).toBe(true)
  })

  it('says when the first suspect is reverted already', () => {
    expect(answerOf(withFirst(0.62, 0.1, { isReverted: true }))).toContain('Likely cause, reverted since (62 %)')
  })

  it('says that nothing changed', () => {
    expect(answerOf(emptyReport())).toBe('### No change stands out: none reached this repository in the 14 days before')
  })

  it('says what fixed it, once it is over', () => {
    const over = { status: 'resolved' as const, resolvedAt: new Date('2026-03-04T14:44:00Z') }
    expect(answerOf(exampleReport(over))).toBe('### Resolved after 42 minutes')
    const fix = { kind: 'rollback', deploymentId: 1, service: 'checkout', toSha: '1a2b3c4d5e6f', url: null } as const
    const text = renderReport(exampleReport({ ...over, fix }), now)
    expect(text).toContain('### Resolved after 42 minutes: fixed by rolling `checkout` back to `1a2b3c4d`')
    expect(text).toContain('Likely cause (62 %): [#412]')
    expect(text).not.toContain('To undo')
  })

  it('says that a report is only reported', () => {
    expect(renderReport(exampleReport({ reportedOnly: true, status: 'reported' }), now)).toContain('*Reported, not yet acknowledged')
  })
})

describe('the comment', () => {
  const text = renderReport(exampleReport(), now)

  it('begins with its marker and ends with its facts', () => {
    expect(text.startsWith(`${markerFor(8_589_934_592, 431)}\n\n`)).toBe(true)
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^<!-- causeway:facts \{.*\} -->$/)
  })

  it('lists at most five suspects with all others and none, adding up to 100 %', () => {
    const [first] = exampleReport().suspects
    const many = renderReport(exampleReport({ suspects: Array.from({ length: 9 }, () => ({ ...first!, probability: 0.1 })) }), now)
    expect(many.match(/^\| \[#412\].*\*\*10 %\*\*/gm)).toHaveLength(5)
    expect(many).toContain('| *18 other changes* |  | 36 % |')
    expect(many).toContain('| *None of these* |  | 14 % |')
  })

  it('says where, since when, who knows it and why', () => {
    expect(text).toContain('| Change | Live in production since (UTC) | Probability | Who knows it | Evidence |')
    expect(text).toContain('2026-03-04 13:48<br>14 minutes before')
    expect(text).toContain('octocat (author)<br>monalisa (reviewer, merger)<br>acme/payments (owner)')
    expect(text).toContain('− shares no rare word with the report')
  })

  it('says how to go back and what goes with it', () => {
    expect(text).toContain(
      'Last good version of `checkout` in `production`: `1a2b3c4d5e6f`, live from 2026-03-01 14:02 UTC (3 days before)',
    )
    expect(text).toContain('also undoes 1 other change: [#409]')
    expect(text).toContain('[Compare with what is live](https://github.com/acme/shop/compare/1a2b3c4d5e6f...9d4e1f27ab30)')
    const kit = { ...exampleReport().rollback!, goodSha: null, goodSince: null, compareUrl: null, alsoUndone: [] }
    expect(renderReport(exampleReport({ rollback: kit }), now)).toContain('No earlier good version of `checkout` in `production` is known')
  })

  it('says what happened before, how often, and what is going on', () => {
    expect(text).toContain('**Seen before** `···▄····▆·····▄·······█··▄` 8 times in 26 weeks')
    expect(text).toContain(
      '2026-02-09 (23 days earlier), took 42 minutes, caused by [#297](https://redirect.github.com/acme/shop/pull/297), fixed by rolling `checkout` back to `77aa12bc`',
    )
    expect(text).toContain('acknowledged, opened 9 minutes earlier, storefront depends on checkout')
  })

  it('draws who depends on it', () => {
    expect(text).toContain('**Blast radius:** `storefront` and `mobile-gateway`')
    expect(text).toContain('```mermaid\ngraph LR\n  n0["checkout"]:::hit\n')
  })

  it('folds what few need and says how often it is right', () => {
    expect(text).toContain('<summary>20 other changes</summary>')
    expect(text).toContain('<summary>2 changes ruled out</summary>')
    expect(text).toContain('in 78 % of 41 past cases since 2025-05-12 (10 months); 95 % interval 63 % to 88 %')
    expect(renderReport(emptyReport(), now)).toContain('not measured yet')
  })

  it('says a probability once that all other changes have', () => {
    const other = exampleReport().otherChanges[0]!
    const otherChanges = [1, 2, 3].map((n) => ({ ...other, title: `Change ${n}`, probability: 0.002 }))
    const text = renderReport(exampleReport({ otherChanges, otherChangesLeftOut: 0 }), now)
    expect(text).toContain(
      '<summary>3 other changes, &lt;1 % each</summary>\n\n| Change | Live in `production` since (UTC) |\n'.replaceAll('`', ''),
    )
    expect(text.split('<summary>3 other changes')[1]!.split('</details>')[0]).not.toContain('| <1 % |')
  })

  it('reads its grounds as one sentence, with names as code', () => {
    const evidence = [
      { kind: 'stack-frame' as const, strength: 2, sentence: 'Changes `a/b.ts`, named in the stack trace (line 5)', url: null },
      { kind: 'time' as const, strength: 1, sentence: 'Went live 34 minutes before', url: null },
    ]
    const text = renderReport(withFirst(0.7, 0.1, { evidence }), now)
    expect(text).toContain('**Why:** Changes `a/b.ts`, named in the stack trace (line 5); went live 34 minutes before.')
  })

  it('shows nothing empty', () => {
    const empty = renderReport(emptyReport(), now)
    expect(empty).not.toMatch(/Seen before|Going on now|Runbooks|Blast|To undo|\| Change|ruled out|Not known/)
  })

  it('never addresses a person', () => {
    expect(text).not.toContain('@')
    expect(text).not.toMatch(/\b(?:blame|fault|guilty|culprit)\b/i)
  })

  it('leaves out whole blocks, the least important first, and names them', () => {
    const long = '$'.repeat(200)
    const base = exampleReport()
    const text = renderReport(
      exampleReport({
        otherChanges: Array.from({ length: 40 }, () => ({
          ...base.otherChanges[0]!,
          link: { text: long, url: null },
          title: long,
          environment: long,
        })),
      }),
      now,
    )
    expect(text.length).toBeLessThan(65_536)
    expect(text).toContain('*Left out, since a comment has a largest size: other changes.*')
    expect(text).toContain('<summary>2 changes ruled out</summary>')
  })
})

describe('a retracted incident', () => {
  it('keeps its marker and nothing else', () => {
    expect(renderRetracted(1, 2)).toMatch(/^<!-- causeway:incident repository=1 issue=2 -->\n\n\*No longer tracked/)
  })
})
