import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Person } from '../../src/domain/change.ts'
import type { KeyPast, RiskAdjustment, RiskChange, RiskHarm, RiskPast } from '../../src/domain/risk.ts'
import type { GitHubFile } from '../../src/github/github.ts'
import { reviewPullRequest } from '../../src/pull-requests/review-pull-request.ts'
import { assessChange } from '../../src/risk/assess-change.ts'
import { shippedRiskModel } from '../../src/risk/model.ts'
import { riskFeatures } from '../../src/risk/risk-features.ts'
import { allKeys, countedKeys } from '../../src/risk/risk-keys.ts'
import { adjustableGroups } from '../../src/risk/strengths.ts'
import { change as stored, incidentWork, minutes, openedPull } from '../support/incident-work.ts'
import { changeOf } from '../support/risk-fixtures.ts'

const model = shippedRiskModel()
const NOW = Date.UTC(2026, 5, 1, 12)
const PATHS = ['src/pay.ts', 'src/cart/total.ts', 'docs/pay.md', 'db/migrations/7.sql', 'lib/tax/rates.ts', 'test/pay.test.ts', 'Makefile']
const TITLES = [
  'Round totals',
  '[cart] Enable coupons by default',
  'Reland "Round totals"',
  'Fix flaky test',
  'bump left-pad',
  '',
  '決済を丸める',
]

const change: fc.Arbitrary<RiskChange> = fc
  .record({ title: fc.constantFrom(...TITLES), paths: fc.uniqueArray(fc.constantFrom(...PATHS), { maxLength: 6 }), added: fc.nat(50_000) })
  .map(({ title, paths, added }) => changeOf({ title, paths, added, at: new Date(NOW) }))

const harm = (daysAgo: number): RiskHarm => ({
  kind: 'reverted',
  knownAt: new Date(NOW - daysAgo * 86_400_000),
  title: 'x',
  url: null,
  incident: null,
})

/** A change with a past of it: harms of some days ago, each sharing some of the change's keys. */
const known = change.chain((subject) => {
  const keys = allKeys(subject)
  const shared = fc.subarray(keys)
  return fc
    .record({
      harms: fc.array(fc.record({ daysAgo: fc.double({ min: 0, max: 900, noNaN: true }), shared }), { maxLength: 8 }),
      more: fc.record({ daysAgo: fc.double({ min: 0, max: 900, noNaN: true }), shared: fc.subarray(keys, { minLength: 1 }) }),
      counts: fc.array(fc.nat(3_000), { minLength: keys.length, maxLength: keys.length }),
      harmShare: fc.double({ min: 0.001, max: 0.2, noNaN: true }),
      settled: fc.record({ changes: fc.nat(5_000), share: fc.double({ min: 0, max: 0.5, noNaN: true }) }),
      landed: fc.array(fc.nat(60 * 24), { maxLength: 30 }),
    })
    .map((facts) => ({ subject, keys, ...facts }))
})
type Known = typeof known extends fc.Arbitrary<infer Value> ? Value : never

function pastOf(
  { keys, counts, harmShare, settled, landed }: Known,
  told: readonly { daysAgo: number; shared: readonly string[] }[],
): RiskPast {
  const harms = told.toSorted((a, b) => b.daysAgo - a.daysAgo)
  const keyPast = (key: string, at: number): [string, KeyPast] => {
    const places = harms.flatMap(({ shared }, place) => (shared.includes(key) ? [place] : []))
    return [key, { changes: counts[at]! + harms.length + 1, harms: places }]
  }
  return {
    changes: 10_000,
    settled: { changes: settled.changes, harmed: Math.floor(settled.changes * settled.share) },
    harmShare,
    harms: harms.map(({ daysAgo }) => harm(daysAgo)),
    keys: new Map(keys.map(keyPast)),
    lastChangedAt: new Map([['src/pay.ts', new Date(NOW - 3_600_000)]]),
    landedAt: landed.toSorted((a, b) => b - a).map((hours) => new Date(NOW - hours * 3_600_000)),
    missing: [],
  }
}

/** Whatever a repository's outcomes may have taught. */
const adjustment: fc.Arbitrary<RiskAdjustment> = fc
  .record({
    factors: fc.array(fc.double({ min: 0, max: 3, noNaN: true }), {
      minLength: adjustableGroups.length,
      maxLength: adjustableGroups.length,
    }),
    rises: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: riskFeatures.length, maxLength: riskFeatures.length }),
    shift: fc.double({ min: -2, max: 2, noNaN: true }),
  })
  .map(({ factors, rises, shift }) => ({
    factors: Object.fromEntries(adjustableGroups.map((group, at) => [group, factors[at]!])),
    slopes: Object.fromEntries(
      riskFeatures.map(({ name, isHarm }, at) => [name, { rise: isHarm === true ? Math.abs(rises[at]!) : rises[at]!, mean: 1 }]),
    ),
    ...{ shift, changes: 900, harms: 30 },
  }))

describe('the risk of a change, whatever is known', () => {
  it('is never lowered by more evidence of harm', () => {
    fc.assert(
      fc.property(known, fc.option(adjustment), (facts, learned) => {
        // The same counts for both, so that one more harm is all that differs.
        const before = pastOf(facts, facts.harms)
        const after = pastOf(facts, [...facts.harms, facts.more])
        const counts = new Map([...after.keys].map(([key, { harms }]) => [key, { changes: before.keys.get(key)!.changes, harms }]))
        const risk = (past: RiskPast) => assessChange(facts.subject, past, model, learned).probability
        expect(risk({ ...after, keys: counts })).toBeGreaterThanOrEqual(risk(before) - 1e-12)
      }),
      { numRuns: 500 },
    )
  })

  it('does not depend on the order of files, and the same input gives the same output', () => {
    fc.assert(
      fc.property(known, (facts) => {
        const past = pastOf(facts, facts.harms)
        const { subject } = facts
        const turned = assessChange({ ...subject, files: subject.files.toReversed() }, past, model)
        expect(turned.probability).toBeCloseTo(assessChange(subject, past, model).probability, 12)
        expect(assessChange(subject, past, model)).toEqual(assessChange(subject, past, model))
      }),
    )
  })

  it('is a probability with at most five finite reasons, each in words', () => {
    fc.assert(
      fc.property(known, (facts) => {
        const { probability, baseRate, reasons, context } = assessChange(facts.subject, pastOf(facts, facts.harms), model)
        for (const share of [probability, baseRate]) expect(share > 0 && share < 1).toBe(true)
        expect(reasons.length).toBeLessThanOrEqual(5)
        for (const { sentence, strength } of [...reasons, ...context]) {
          expect(Number.isFinite(strength)).toBe(true)
          expect(sentence).not.toMatch(/undefined|NaN|null|^\s*$/)
          if (facts.harms.length === 0) expect(sentence).not.toMatch(/less often than others/)
        }
      }),
    )
  })
})

describe('what a pull request is told of its risk', () => {
  const hubot = { login: 'hubot', isBot: false }
  const people = fc.constantFrom(
    hubot,
    { login: 'monalisa', isBot: false },
    { login: 'renovate[bot]', isBot: true },
    { login: 'ghost', isBot: false },
  )
  const fileAt = (path: string): GitHubFile => ({
    ...{ path, previousPath: null, status: 'modified', added: 1, deleted: 1 },
    patch: '@@ -4,1 +4,1 @@\n-  return 1\n+  return 2',
  })
  const file = fc.constantFrom(...PATHS, 'package.json').map(fileAt)
  const told = async (title: string, files: GitHubFile[], before: Person[], author: Person) => {
    const known = await incidentWork()
    for (const [n, by] of before.entries()) {
      const merged = stored(n + 1, PATHS[n % PATHS.length]!, minutes(-9_000 + n), {
        title: TITLES[n % TITLES.length],
        author: by,
        merger: by,
      })
      await known.work.tenant.changes.upsert({ ...merged, terms: countedKeys(merged) })
    }
    known.github.pullFiles.set(21, files)
    await reviewPullRequest(known.work, openedPull({ title, author }))
    await known.store.close()
    return [...known.github.checks.values()]
  }

  it('is the same whoever wrote it, and whoever wrote and merged what came before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...TITLES, 'Bump left-pad from 1.0.0 to 1.1.0'),
        fc.uniqueArray(file, { minLength: 1, maxLength: 4, selector: ({ path }) => path }),
        fc.array(people, { minLength: 2, maxLength: 8 }),
        people,
        people,
        async (title, files, before, author, other) => {
          const one = await told(title, files, before, author)
          expect(one).toHaveLength(1)
          expect(await told(title, files, before.map(() => other).reverse(), other)).toEqual(one)
        },
      ),
      {
        numRuns: 12,
        examples: [
          ['Bump left-pad from 1.0.0 to 1.1.0', [fileAt('package.json')], [hubot], hubot, { login: 'renovate[bot]', isBot: true }],
        ],
      },
    )
  })
})
