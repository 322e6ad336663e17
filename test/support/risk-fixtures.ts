import type { RiskChange, RiskPast } from '../../src/domain/risk.ts'

/** A past of which nothing is known. */
export const emptyPast: RiskPast = {
  changes: 0,
  settled: { changes: 0, harmed: 0 },
  harms: [],
  counts: new Map(),
  lastChangedAt: new Map(),
  landedAt: [],
  missing: [],
  calibration: null,
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
