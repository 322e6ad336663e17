// How many changes of a repository hold each term.
import { sql, type SQL } from 'drizzle-orm'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'

/** The row of `term_counts` that counts changes; hashes are never negative. */
export const DOCUMENTS = -1

const long = (value: number): SQL => sql`cast(${value} as bigint)`

/** Brings the counts from what `before` (terms of each row) counted for to what `after` does: the same twice changes nothing. */
export function* countTerms(
  database: Database,
  q: Queries,
  of: { installationId: number; repositoryId: number },
  before: readonly (readonly number[])[],
  after: readonly number[],
): UnitOfWork<void> {
  const { termCounts } = database.tables
  const delta = new Map<number, number>()
  const count = (terms: readonly number[], by: number) => {
    for (const hash of [DOCUMENTS, ...terms]) delta.set(hash, (delta.get(hash) ?? 0) + by)
  }
  for (const terms of before) count(terms, -1)
  count(after, 1)
  const byDelta = Map.groupBy(delta, ([, by]) => by)
  for (const [by, entries] of [...byDelta].sort((a, b) => a[0] - b[0])) {
    if (by === 0) continue
    const hashes = entries.map(([hash]) => hash).sort((a, b) => a - b)
    const rows = sql`select ${long(of.installationId)}, ${long(of.repositoryId)}, value, cast(${by} as integer) from ${database.listed(hashes)} where true`
    yield* ask(
      q
        .insert(termCounts)
        .select(rows)
        .onConflictDoUpdate({
          target: [termCounts.installationId, termCounts.repositoryId, termCounts.termHash],
          set: { changes: sql`${termCounts.changes} + excluded.changes` },
        }),
    )
  }
}
