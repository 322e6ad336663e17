import { describe, expect, it } from 'vitest'
import type { Candidate, EvidenceKind, RepositoryPast } from '../../../src/domain/ranking.ts'
import { evidenceModules, featureNames, measureAll } from '../../../src/rank/features.ts'
import type { SuspectModel } from '../../../src/rank/model.ts'
import { prepareCandidate, prepareQuery } from '../../../src/rank/prepare.ts'
import { contextOf, rank } from '../../../src/rank/rank.ts'
import { distance } from '../../../src/render/words.ts'
import { candidate, changedFile, earlierChangeOf, emptyPast, hoursBefore, incidentQuery } from '../../support/ranking-fixtures.ts'

/** A model in which one kind of evidence alone decides. */
function modelOf(weights: Record<string, number>): SuspectModel {
  return {
    version: 'test',
    trainedOn: { description: '', handSet: [], sets: [] },
    features: Object.entries(weights).map(([name, weight]) => ({ name, weight, mean: 0, scale: 1 })),
    none: [{ name: 'none.bias', weight: -3, mean: 0, scale: 1 }],
    unlistedShare: 0.2,
    temperature: 1,
    lapse: 0,
    accuracy: null,
  }
}

type Example = {
  kind: EvidenceKind
  feature: string
  weight?: number
  text?: string
  suspect: Partial<Candidate>
  others?: Candidate[]
  past?: Partial<RepositoryPast>
  sentence: string | RegExp
}

const pastCulprit = {
  changeId: 'old',
  paths: ['ledger/book.ts'],
  title: 'Round amounts late',
  text: 'ledger totals drift after midnight',
  ageMs: 7_200_000,
  incidentAt: hoursBefore(500),
}

const examples: Example[] = [
  { kind: 'time', feature: 'time.log-age', suspect: { mergedAt: hoursBefore(0.2) }, sentence: 'Landed 12 minutes before' },
  {
    kind: 'time',
    feature: 'time.decay',
    suspect: { mergedAt: hoursBefore(30), liveAt: hoursBefore(3) },
    sentence: 'Went live 3 hours before',
  },
  {
    kind: 'time',
    feature: 'time.own-past',
    suspect: { mergedAt: hoursBefore(1.5) },
    past: { culprits: Array.from({ length: 30 }, () => ({ ...pastCulprit, ageMs: 5_400_000 })) },
    sentence: 'Landed 2 hours before',
  },
  ...['time.usual', 'time.usual-share'].map((feature): Example => ({
    kind: 'time',
    feature,
    suspect: { mergedAt: hoursBefore(1.5) },
    past: { culprits: Array.from({ length: 30 }, () => ({ ...pastCulprit, ageMs: 5_400_000 })) },
    sentence: 'Landed 2 hours before',
  })),
  ...['text.title-told', 'text.title-rarest', 'text.alone', 'text.standout'].map((feature): Example => ({
    kind: 'text',
    feature,
    text: 'the quagmire is back',
    suspect: { title: 'Drain the quagmire' },
    sentence: 'Shares the word "quagmire"',
  })),
  {
    kind: 'text',
    feature: 'text.introduced',
    text: 'the quagmire is back',
    suspect: { title: 'Dig a quagmire', mergedAt: hoursBefore(30) },
    others: [candidate({ id: 'later', title: 'Drain the quagmire', mergedAt: hoursBefore(20) })],
    past: { documentCount: 1_000, documentFrequency: new Map([['quagmir', 2]]) },
    sentence: 'Shares the rare word "quagmire"',
  },
  {
    kind: 'time',
    feature: 'time.log-age*build-words',
    text: 'the build is broken',
    suspect: { mergedAt: hoursBefore(1) },
    sentence: 'Landed 1 hour before',
  },
  {
    kind: 'revert',
    feature: 'revert.follows-soon',
    suspect: { paths: ['a/b.ts'], mergedAt: hoursBefore(2) },
    others: [candidate({ id: 'first', paths: ['a/b.ts'], mergedAt: hoursBefore(5) })],
    sentence: 'Follows within a day on another change of the same files',
  },
  { kind: 'revert', feature: 'revert.mends', weight: -1, suspect: { title: 'Fix the ledger' }, sentence: 'Is itself a repair' },
  { kind: 'order', feature: 'order.log-place', suspect: { mergedAt: hoursBefore(1) }, sentence: 'The latest of 6 changes' },
  {
    kind: 'text',
    feature: 'text.all-relative',
    text: 'The idempotency ledger refuses everything',
    suspect: { title: 'Make idempotency keys stricter', body: 'The ledger was too lax.' },
    sentence: /^Shares the (?:rare )?words "idempotency", "ledger"$/,
  },
  {
    kind: 'identifier',
    feature: 'identifier.changed',
    text: 'requests fail with a rateLimiter problem',
    suspect: { identifiers: ['rateLimiter'] },
    sentence: /^Changes code that holds the .*"rateLimiter"/,
  },
  {
    kind: 'named-path',
    feature: 'named-path.path',
    text: 'It fails somewhere in checkout/retry.ts since noon',
    suspect: { paths: ['services/Checkout/retry.ts'] },
    sentence: 'Changes `services/Checkout/retry.ts`, named in the report',
  },
  {
    kind: 'named-path',
    feature: 'named-path.stem',
    text: 'since noon the retryBudget is never refilled',
    suspect: { paths: ['checkout/retryBudget.ts'] },
    sentence: 'Changes `checkout/retryBudget.ts`, named in the report',
  },
  {
    kind: 'named-path',
    feature: 'named-path.word',
    text: 'since noon all answers are late',
    suspect: { paths: ['github/answers.ts'] },
    sentence: 'Changes `github/answers.ts`, whose name is a word of the report',
  },
  {
    kind: 'named-symbol',
    feature: 'named-symbol.enclosing',
    text: 'computeTotals() throws',
    suspect: { symbols: ['computeTotals'] },
    sentence: 'Changes `computeTotals`, named in the report',
  },
  {
    kind: 'stack-frame',
    feature: 'stack-frame.line',
    text: 'TypeError: x is undefined\n    at pay (/srv/app/checkout/retry.ts:88:12)',
    suspect: { files: [changedFile('checkout/retry.ts', { ranges: [{ start: 80, count: 10 }] })] },
    sentence: 'Changes `checkout/retry.ts`, named in the stack trace (line 88 lies in a changed range)',
  },
  {
    kind: 'stack-frame',
    feature: 'stack-frame.file',
    text: 'Traceback:\n  File "app/ledger.py", line 12, in book',
    suspect: { files: [changedFile('app/ledger.py', { ranges: [{ start: 400, count: 2 }] })] },
    sentence: 'Changes `app/ledger.py`, named in the stack trace (line 12)',
  },
  {
    kind: 'named-change',
    feature: 'named-change.number',
    text: 'broken since #4211',
    suspect: { number: 4211 },
    sentence: 'The report names #4211',
  },
  {
    kind: 'named-change',
    feature: 'named-change.sha',
    text: 'bisect says 0a1b2c3d4e',
    suspect: { shas: ['0a1b2c3d4e5f60718293a4b5c6d7e8f901234567'] },
    sentence: 'The report names commit 0a1b2c3d4e',
  },
  { kind: 'service', feature: 'service.same', suspect: { serviceDistance: 0 }, sentence: 'Changes the affected service itself' },
  {
    kind: 'service',
    feature: 'service.near',
    suspect: { serviceDistance: 1 },
    sentence: 'Changes a service that the affected one depends on',
  },
  {
    kind: 'size',
    feature: 'size.log-lines',
    suspect: { added: 900, deleted: 100, fileCount: 12 },
    sentence: '1000 changed lines in 12 files',
  },
  {
    kind: 'file-kind',
    feature: 'file-kind.docs-only',
    weight: -2,
    suspect: { paths: ['docs/intro.md'] },
    sentence: 'Changes documentation only',
  },
  {
    kind: 'file-kind',
    feature: 'file-kind.migration*data-words',
    text: 'deadlock on a database table',
    suspect: { paths: ['db/migrations/0042_orders.sql'] },
    sentence: 'Changes the database schema or its data',
  },
  {
    kind: 'file-kind',
    feature: 'file-kind.build*build-words',
    text: 'the build is red',
    suspect: { paths: ['CMakeLists.txt'] },
    sentence: 'Changes build files, and the report speaks of the build',
  },
  {
    kind: 'file-history',
    feature: 'file-history.culprit-rate',
    suspect: { paths: ['src/hot.ts'] },
    past: { files: new Map([['src/hot.ts', { changes: 9, culprits: 3 }]]) },
    sentence: '`src/hot.ts` was part of 3 earlier causes in 9 changes',
  },
  {
    kind: 'revert',
    feature: 'revert.relands',
    suspect: { title: 'Reland "Switch to the new pool"' },
    sentence: 'Puts back a change that was taken back before',
  },
  {
    kind: 'revert',
    feature: 'revert.taken-back',
    weight: -2,
    suspect: { shas: ['abcdef1234'] },
    others: [candidate({ id: 'undo', mergedAt: hoursBefore(2), references: [{ kind: 'reverts', by: 'sha', sha: 'abcdef1234' }] })],
    sentence: 'Was taken back by a later change',
  },
  {
    kind: 'dependency-bump',
    feature: 'dependency-bump.named',
    text: 'undici throws on every fetch',
    suspect: { bumps: [{ dependency: 'undici', from: '6.0.0', to: '7.0.0' }] },
    sentence: 'Bumps undici, which the report names',
  },
  {
    kind: 'past-incident',
    feature: 'past-incident.same-files',
    text: 'ledger totals drift',
    suspect: { paths: ['ledger/book.ts'] },
    past: { culprits: [pastCulprit] },
    sentence: 'Changes `ledger/book.ts`, as did the cause of a similar incident on 2026-02-17 ("Round amounts late")',
  },
  ...['past-change.same-code', 'past-change.same-places'].map((feature): Example => ({
    kind: 'past-change',
    feature,
    text: 'macs are red',
    weight: 200,
    suspect: { paths: ['darwin/loader.c'], title: 'Load lazily' },
    past: {
      earlier: [
        earlierChangeOf({ id: 'e1', title: 'Mend the macs', body: '', paths: ['darwin/loader.c'], identifiers: [] }),
        earlierChangeOf({ id: 'e2', title: 'Mend the printer', body: '', paths: ['src/b1.ts'], identifiers: [] }),
      ],
    },
    sentence: 'Changes `darwin/loader.c`, as did an earlier change in the report\'s words ("Mend the macs")',
  })),
]

describe('each kind of evidence', () => {
  it.each(examples)(
    '$feature is measured, moves the probability and is said',
    ({ kind, feature, weight = 2, text = 'it broke', suspect, others = [], past, sentence }) => {
      const bystanders = [1, 2, 3, 4, 5].map((n) => candidate({ id: `b${n}`, mergedAt: hoursBefore(40 + 20 * n) }))
      const candidates = [candidate({ id: 'suspect', ...suspect }), ...bystanders, ...others]
      const ranking = rank(incidentQuery(text), candidates, emptyPast(past), modelOf({ [feature]: weight }))
      const found = ranking.suspects.find(({ id }) => id === 'suspect')!
      const average = (1 - ranking.none) / ranking.pool
      expect(Math.sign(found.probability - average)).toBe(Math.sign(weight))
      const evidence = found.evidence.find((one) => one.kind === kind)
      expect(evidence?.sentence).toMatch(sentence)
      expect(Math.sign(evidence?.strength ?? 0)).toBe(Math.sign(weight))
    },
  )

  it('covers every kind that the ranker knows', () => {
    expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(evidenceModules.map(({ kind }) => kind)))
  })

  it('is silent about what has no weight', () => {
    const candidates = [candidate({ id: 'a', mergedAt: hoursBefore(1) }), candidate({ id: 'b' })]
    const ranking = rank(incidentQuery('it broke'), candidates, emptyPast(), modelOf({ 'size.log-lines': 1 }))
    expect(ranking.suspects.flatMap(({ evidence }) => evidence)).toEqual([])
  })
})

describe('what a reason says', () => {
  const bystanders = [1, 2, 3].map((n) => candidate({ id: `b${n}`, mergedAt: hoursBefore(40 + 20 * n) }))
  const reasonsOf = (text: string, suspect: Partial<Candidate>, weights: Record<string, number>, others: Candidate[] = []) => {
    const all = [candidate({ id: 'suspect', ...suspect }), ...bystanders, ...others]
    const { suspects } = rank(incidentQuery(text), all, emptyPast(), modelOf(weights))
    return suspects.find(({ id }) => id === 'suspect')!.evidence.map(({ sentence }) => sentence)
  }

  it.each([0.5, 1.4, 1.6, 23.4, 35, 47, 11.6 * 24])('is rounded like the times beside it (%d hours)', (hours) => {
    const at = hoursBefore(hours)
    expect(reasonsOf('it broke', { mergedAt: at }, { 'time.log-age': 2 })).toEqual([`Landed ${distance(at, hoursBefore(0))}`])
  })

  it('names no folder, file type, form heading or negation as a shared word', () => {
    const suspect = { title: 'Not a ledger service', paths: ['src/test/ledger.ts'] }
    const text = '### Service\n\nledger does not answer, see src/test/other.ts'
    expect(reasonsOf(text, suspect, { 'text.all-relative': 2 })[0]).toMatch(/^Shares the (?:rare )?word "ledger"$/)
    expect(reasonsOf('src/test/other.ts does not', { title: 'Not', paths: ['src/test/x.ts'] }, { 'text.all-relative': 2 })).toEqual([])
  })

  it('says "only" of shared words that speak against a change', () => {
    const better = candidate({ id: 'better', title: 'ledger totals drift at midnight', body: 'ledger totals drift at midnight' })
    const reasons = reasonsOf('ledger totals drift at midnight', { title: 'Midnight' }, { 'text.title': 2 }, [
      better,
      { ...better, id: 'c' },
    ])
    expect(reasons[0]).toMatch(/^Shares only the (?:rare )?word "midnight"$/)
  })

  it('names a path once when the stack trace names it', () => {
    const files = [changedFile('checkout/retry.ts', { ranges: [{ start: 80, count: 10 }] })]
    const weights = { 'stack-frame.line': 2, 'named-path.path': 2 }
    const text = 'TypeError: x\n    at pay (/srv/checkout/retry.ts:88:12)'
    expect(reasonsOf(text, { files, paths: ['checkout/retry.ts'] }, weights)).toEqual([
      'Changes `checkout/retry.ts`, named in the stack trace (line 88 lies in a changed range)',
    ])
    expect(reasonsOf(text, { files: [], paths: ['checkout/retry.ts'] }, weights)).toEqual([
      'Changes `checkout/retry.ts`, named in the report',
    ])
  })
})

describe('measureAll', () => {
  it('gives one column for each name, all finite', () => {
    const context = contextOf(
      prepareQuery(incidentQuery('HTTP 502 in a.ts:3')),
      [candidate({ id: 'a' }), candidate({ id: 'b' })].map(prepareCandidate),
      emptyPast(),
    )
    const columns = measureAll(context)
    expect(columns).toHaveLength(featureNames.length)
    expect(new Set(featureNames).size).toBe(featureNames.length)
    expect(columns.every((column) => column.length === 2 && column.every(Number.isFinite))).toBe(true)
  })
})
