// What both pasts of a repository, the ranker's and that of risk, are read by.
import { and, eq, lt, sql, type SQL } from 'drizzle-orm'
import type { Database } from './database.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'

/** For a query that joins outcomes with their incidents: a change that people said, before then, had caused one. */
export function standingCauses({ tables: { outcomes, incidents } }: Pick<Database, 'tables'>, before: Given<Date>): SQL | undefined {
  return and(
    eq(outcomes.verdict, 'caused'),
    lt(outcomes.at, before),
    // A verdict taken back since then no longer counts.
    sql`not exists (select 1 from ${outcomes} o where o.incident_id = ${outcomes.incidentId} and o.at < ${before}
      and o.at > ${outcomes.at} and (o.verdict = 'no-change' or (o.verdict = 'did-not-cause' and o.change_id = ${outcomes.changeId})))`,
    sql`${incidents.retractedAt} is null`,
    // A mere report teaches nothing.
    eq(incidents.isTrusted, true),
  )
}

const countsOf = declareRead(({ q, tables, mine, oneOf }, of: { repositoryId: Given<number>; hashes: Given<number[]> }) => {
  const { termHash, documents, repositoryId } = tables.termCounts
  return q
    .select({ hash: termHash, documents })
    .from(tables.termCounts)
    .where(and(mine(tables.termCounts), eq(repositoryId, of.repositoryId), oneOf(termHash, of.hashes)))
})

/** How many changes have each of these terms; those of none are left out. */
export async function countsOfTerms(
  database: Database,
  installationId: number,
  repositoryId: number,
  hashes: number[],
): Promise<Map<number, number>> {
  const rows = await tenantReader(database, installationId)(countsOf, { repositoryId, hashes })
  return new Map(rows.map((row) => [row.hash, row.documents]))
}
