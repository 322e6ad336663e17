// The queries behind the risk of a change, built once a database: building them anew took a quarter of what an answer costs.
import { and, type AnyColumn, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { standingCauses } from './standing-causes.ts'

type Statements = ReturnType<typeof build>
const known = new WeakMap<Database, Statements>()

export function riskStatements(database: Database): Statements {
  const statements = known.get(database) ?? build(database)
  known.set(database, statements)
  return statements
}

/** All take `installationId`, `repositoryId` and `before`. */
function build(database: Database) {
  const { queries, tables } = database
  const { changes, changeFiles, changeReverts, outcomes, incidents } = tables
  const given = { installationId: sql.placeholder('installationId'), repositoryId: sql.placeholder('repositoryId') }
  const before = sql.param(sql.placeholder('before'), changes.mergedAt)
  const isOwn = (table: { installationId: AnyColumn; repositoryId: AnyColumn }) =>
    and(eq(table.installationId, given.installationId), eq(table.repositoryId, given.repositoryId))
  const own = isOwn(changes)
  const harmed = { id: changes.id, title: changes.title, url: changes.url, landedAt: changes.mergedAt, terms: changes.terms }

  const reverting = queries
    .select({ id: changes.id, at: sql<Date>`${changes.mergedAt}`.mapWith(changes.mergedAt).as('reverting_at') })
    .from(changes)
    .where(and(own, lt(changes.mergedAt, before)))
    .as('reverting')
  /** By the order in which the reverts were recorded: the same as that of landing, but for pasts read in later. */
  const reverted = queries
    .select({ ...harmed, knownAt: reverting.at })
    .from(changeReverts)
    .innerJoin(reverting, eq(reverting.id, changeReverts.revertingId))
    .innerJoin(changes, eq(changes.id, changeReverts.revertedId))
    .where(isOwn(changeReverts))
    .orderBy(desc(changeReverts.revertingId))
    .limit(sql.placeholder('harms'))

  const blamed = queries
    .select({ ...harmed, knownAt: outcomes.at, incident: { title: incidents.title, url: incidents.url } })
    .from(outcomes)
    .innerJoin(incidents, eq(incidents.id, outcomes.incidentId))
    .innerJoin(changes, eq(changes.id, outcomes.changeId))
    .where(and(isOwn(outcomes), own, standingCauses(database, before)))
    .orderBy(desc(outcomes.at), desc(outcomes.id))
    .limit(sql.placeholder('harms'))

  const settledBefore = sql.param(sql.placeholder('settledBefore'), changes.mergedAt)
  const newest = sql`select ${changes.mergedAt} as landed_at from ${changes} where ${own} and ${lt(changes.mergedAt, before)}
    order by ${changes.mergedAt} desc limit`
  const first = sql`select min(${changes.mergedAt}) from ${changes} where ${own} and ${lt(changes.mergedAt, before)}`
  /** In one row, since taking a thousand in costs more than finding them. `since`: where the window of the base rate begins. */
  const landings = queries
    .select({
      moments: sql<
        number[] | null
      >`(select ${database.momentsIn(sql`landed_at`)} from (${newest} ${sql.placeholder('landings')}) newest)`.mapWith((text: string) =>
        text.split(',').map(Number),
      ),
      since: sql<Date | null>`coalesce((${newest} 1 offset ${sql.placeholder('beyond')}), (${first}))`.mapWith(changes.mergedAt),
      windowed: sql<number>`(select count(*) from (${newest} ${sql.placeholder('window')}) windowed)`.mapWith(Number),
      young: sql<number>`(select count(*) from (select 1 from ${changes} where ${own} and ${lt(changes.mergedAt, before)}
        and ${changes.mergedAt} >= ${settledBefore} limit ${sql.placeholder('window')}) young)`.mapWith(Number),
    })
    .from(sql`(select 1) one`)

  const lastOnes = queries
    .select({ id: changeFiles.changeId })
    .from(changeFiles)
    .where(and(isOwn(changeFiles), eq(changeFiles.pathHash, sql.placeholder('pathHash')), lt(changeFiles.mergedAt, before)))
    .orderBy(desc(changeFiles.mergedAt), desc(changeFiles.changeId))
    .limit(sql.placeholder('last'))
  const lastOfFile = queries
    .select({ files: changes.files })
    .from(changes)
    .where(and(sql`+${changes.installationId} = ${given.installationId}`, inArray(changes.id, lastOnes)))

  // Without a name: what a pooler hands to another connection would not know it.
  return {
    reverted: reverted.prepare(''),
    blamed: blamed.prepare(''),
    landings: landings.prepare(''),
    lastOfFile: lastOfFile.prepare(''),
  }
}
