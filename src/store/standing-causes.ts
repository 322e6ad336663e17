// What both pasts of a repository, the ranker's and that of risk, are read by.
import { and, eq, lt, type Param, sql, type SQL } from 'drizzle-orm'
import type { Database } from './database.ts'

/** For a query that joins outcomes with their incidents: a change that people said, before then, had caused one. */
export function standingCauses({ tables: { outcomes, incidents } }: Database, before: Date | Param): SQL | undefined {
  const moment = before instanceof Date ? sql.param(before, outcomes.at) : before
  return and(
    eq(outcomes.verdict, 'caused'),
    lt(outcomes.at, moment),
    // A verdict taken back since then no longer counts.
    sql`not exists (select 1 from ${outcomes} o where o.incident_id = ${outcomes.incidentId} and o.at < ${moment}
      and o.at > ${outcomes.at} and (o.verdict = 'no-change' or (o.verdict = 'did-not-cause' and o.change_id = ${outcomes.changeId})))`,
    sql`${incidents.retractedAt} is null`,
    // A mere report teaches nothing.
    eq(incidents.isTrusted, true),
  )
}

/** How many changes have each of these terms; those of none are left out. */
export async function countsOfTerms(
  database: Database,
  installationId: number,
  repositoryId: number,
  hashes: number[],
): Promise<Map<number, number>> {
  const { termCounts } = database.tables
  const rows = await database.queries
    .select({ hash: termCounts.termHash, documents: termCounts.documents })
    .from(termCounts)
    .where(
      and(
        eq(termCounts.installationId, installationId),
        eq(termCounts.repositoryId, repositoryId),
        database.oneOf(termCounts.termHash, hashes),
      ),
    )
  return new Map(rows.map((row) => [row.hash, row.documents]))
}
