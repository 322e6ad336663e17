// How many documents hold each term: changes of a repository, incidents under an audience.
import { and, eq, sql } from 'drizzle-orm'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'

/** The term that every document has, so that documents are counted as terms are; hashes are never negative. */
export const DOCUMENTS = -1

/** What a document of these terms (hashes) counts for. */
export const asDocument = (terms: readonly number[]): number[] => [DOCUMENTS, ...terms]

type Shelf = { installationId: number } & ({ repositoryId: number } | { audience: number })
type Documents = readonly (readonly number[])[]

/** Brings the counts from what the documents `before` counted for to what those `after` do: the same twice changes nothing. */
export function* countTerms(database: Database, q: Queries, shelf: Shelf, before: Documents, after: Documents): UnitOfWork<void> {
  const { termCounts, incidentTermCounts } = database.tables
  const { table, place, placeId } =
    'audience' in shelf
      ? { table: incidentTermCounts, place: incidentTermCounts.audience, placeId: shelf.audience }
      : { table: termCounts, place: termCounts.repositoryId, placeId: shelf.repositoryId }
  for (const [by, hashes] of byDifference(before, after)) {
    const rows = sql`select cast(${shelf.installationId} as bigint), cast(${placeId} as bigint), value, cast(${by} as integer)
      from ${database.listed(hashes)} where true`
    yield* ask(
      q
        .insert(table)
        .select(rows)
        .onConflictDoUpdate({
          target: [table.installationId, place, table.termHash],
          set: { documents: sql`${table.documents} + excluded.documents` },
        }),
    )
    if (by > 0) continue
    const ofNone = and(
      eq(table.installationId, shelf.installationId),
      eq(place, placeId),
      database.oneOf(table.termHash, hashes),
      sql`${table.documents} <= 0`,
    )
    yield* ask(q.delete(table).where(ofNone))
  }
}

/** Ascending, so that concurrent writers touch rows in the same order. */
function byDifference(before: Documents, after: Documents): [number, number[]][] {
  const differences = new Map<number, number>()
  const add = (documents: Documents, by: number) => {
    for (const document of documents) for (const hash of document) differences.set(hash, (differences.get(hash) ?? 0) + by)
  }
  add(before, -1)
  add(after, 1)
  return [...Map.groupBy(differences, ([, by]) => by)]
    .filter(([by]) => by !== 0)
    .sort((a, b) => a[0] - b[0])
    .map(([by, entries]) => [by, entries.map(([hash]) => hash).sort((a, b) => a - b)])
}
