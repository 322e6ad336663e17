import type { RiskChange, RiskPast } from '../../src/domain/risk.ts'

/** A past of which nothing is known. */
export const emptyPast: RiskPast = {
  changes: 0,
  settled: { changes: 0, harmed: 0 },
  harmShare: 0.02,
  harms: [],
  keys: new Map(),
  lastChangedAt: new Map(),
  landedAt: [],
  missing: [],
}

/** A made-up change of these paths, ten lines each. */
export function changeOf({ paths = ['src/a.ts'], ...rest }: Partial<RiskChange> & { paths?: readonly string[] }): RiskChange {
  const files = paths.map((path) => ({
    path,
    previousPath: null,
    status: 'modified' as const,
    added: 6,
    deleted: 4,
    ranges: [],
    symbols: [],
  }))
  return {
    title: 'Round totals to cents',
    body: '',
    files,
    filesTruncated: false,
    fileCount: files.length,
    added: 6 * files.length,
    deleted: 4 * files.length,
    labels: [],
    bumps: [],
    references: [],
    at: new Date('2026-06-01T12:00:00Z'),
    ...rest,
  }
}

/** A past of 500 changes in which each key was in ten changes, so many of which were taken back, one a day until yesterday. */
export function harmedBefore(harmsOf: Readonly<Record<string, number>>): RiskPast {
  const most = Math.max(0, ...Object.values(harmsOf))
  const harms = Array.from({ length: most }, (_, place) => ({
    kind: 'reverted' as const,
    knownAt: new Date(Date.UTC(2026, 5, 1 - most + place, 12)),
    title: `Change ${place + 1}`,
    url: `https://github.com/acme/shop/pull/${place + 1}`,
    incident: null,
  }))
  const keys = Object.entries(harmsOf).map(
    ([key, count]) => [key, { changes: 10, harms: harms.map((_, place) => place).slice(most - count) }] as const,
  )
  return { ...emptyPast, changes: 500, settled: { changes: 480, harmed: most }, harms, keys: new Map(keys) }
}
