// Lets go of what is old or no longer ours to keep: in small steps, each of which may be the last before a crash.
import { and, eq, getTableColumns, lt, ne, notInArray, or, sql, type AnyColumn, type SQL } from 'drizzle-orm'
import { FIRST_DEPLOYMENT } from '../domain/check-quotes.ts'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { lockChanges, outdateSpans } from './earlier.ts'
import { hashTexts, unpackHashes } from './hash.ts'
import { createIncidentPostings } from './incident-postings.ts'
import type { RetentionStore } from './operations.ts'
import { asDocument, countTerms } from './term-counts.ts'

/** Any table of an installation. */
type Owned = { installationId: AnyColumn }

export function createRetentionStore(database: Database): RetentionStore {
  const { queries, tables } = database
  const { changes, changeCommits, changeFiles, changeReverts, deployments, deploymentChanges, incidents } = tables
  const { comments, commentQuotes, implications, outcomes, replies } = tables
  const { checks, pullRequests, gateRequests, deploymentReviews } = tables
  // Tables with a key of several columns have no id of their own; both engines name a row by where it lies.
  const place: SQL = database.engine === 'sqlite' ? sql`rowid` : sql`ctid`

  /** Deletes at most `limit` rows; returns how many. */
  async function dropSome(owned: Owned, which: SQL | undefined, limit: number): Promise<number> {
    const table = owned as typeof changes
    const rows = await queries
      .delete(table)
      .where(sql`${place} in (select ${place} from ${table} where ${which} limit ${limit})`)
      .returning({ of: table.installationId })
    return rows.length
  }

  /** What a verdict names stays: the model learns from it. */
  async function pruneChanges(before: Date, limit: number): Promise<number> {
    return database.atomically(function* (q) {
      const rows = yield* ask(
        q
          .select()
          .from(changes)
          .where(and(lt(changes.mergedAt, before), sql`not exists (select 1 from ${outcomes} o where o.change_id = ${changes.id})`))
          .orderBy(changes.id)
          .limit(limit),
      )
      for (const row of rows) yield* dropChange(q, row)
      return rows.length
    })
  }

  function* dropChange(q: Queries, row: typeof changes.$inferSelect): UnitOfWork<void> {
    const { id, installationId, repositoryId } = row
    yield* lockChanges(database, q, repositoryId)
    const of = (table: { installationId: AnyColumn; repositoryId: AnyColumn }) =>
      and(eq(table.installationId, installationId), eq(table.repositoryId, repositoryId))
    yield* ask(
      q
        .delete(changeCommits)
        .where(and(of(changeCommits), database.oneOf(changeCommits.sha, row.commitShas), eq(changeCommits.changeId, id))),
    )
    const paths = hashTexts(row.files.map((file) => file.path))
    if (paths.length > 0) {
      yield* ask(
        q.delete(changeFiles).where(and(of(changeFiles), database.oneOf(changeFiles.pathHash, paths), eq(changeFiles.changeId, id))),
      )
    }
    yield* countTerms(database, q, { installationId, repositoryId }, [asDocument(unpackHashes(row.terms))], [])
    yield* ask(q.delete(changeReverts).where(or(eq(changeReverts.revertedId, id), eq(changeReverts.revertingId, id))))
    yield* ask(q.delete(deploymentChanges).where(eq(deploymentChanges.changeId, id)))
    yield* ask(q.delete(implications).where(and(eq(implications.installationId, installationId), eq(implications.changeId, id))))
    const repeats = yield* ask(
      q
        .update(changes)
        .set({ sameAsChangeId: null })
        .where(eq(changes.sameAsChangeId, id))
        .returning({ repositoryId: changes.repositoryId, mergedAt: changes.mergedAt }),
    )
    for (const gone of [row, ...repeats]) yield* outdateSpans(database, q, { ...gone, installationId }, gone.mergedAt)
    yield* ask(q.delete(changes).where(eq(changes.id, id)))
  }

  /** The version that stands in each environment stays, however old: the next one is measured from it. */
  async function pruneDeployments(before: Date, limit: number): Promise<number> {
    const newer = sql`exists (select 1 from ${deployments} n where n.installation_id = ${deployments.installationId}
      and n.repository_id = ${deployments.repositoryId} and n.service = ${deployments.service}
      and n.environment = ${deployments.environment} and n.live_at > ${deployments.liveAt})`
    const old = queries
      .select({ id: deployments.id })
      .from(deployments)
      .where(and(lt(deployments.createdAt, before), or(sql`${deployments.liveAt} is null`, newer)))
      .limit(limit)
    const gone = await queries
      .delete(deployments)
      .where(sql`${deployments.id} in ${old}`)
      .returning({ id: deployments.id })
    return gone.length
  }

  /** Of pull requests and deployments: what is open, held, or may still be told otherwise stays. */
  async function pruneReviews(before: Date, limit: number): Promise<number> {
    const onOpenOne = sql`exists (select 1 from ${pullRequests} p where p.installation_id = ${checks.installationId}
      and p.repository_id = ${checks.repositoryId} and p.head_sha = ${checks.headSha} and p.is_open)`
    const onDeployed = sql`exists (select 1 from ${deployments} d where d.installation_id = ${checks.installationId}
      and d.repository_id = ${checks.repositoryId} and d.sha = ${checks.headSha})`
    const ofDeployment = sql`exists (select 1 from ${deployments} d where d.id = ${deploymentReviews.deploymentId})`
    const quoting = sql`(exists (select 1 from ${pullRequests} p where p.installation_id = ${commentQuotes.installationId}
      and p.repository_id = ${commentQuotes.repositoryId} and p.number = -${commentQuotes.issueNumber})
      or exists (select 1 from ${deployments} d where d.id = -${commentQuotes.issueNumber} - ${FIRST_DEPLOYMENT}))`
    const gone = [
      await dropSome(checks, and(lt(checks.intendedAt, before), sql`not ${onOpenOne}`, sql`not ${onDeployed}`), limit),
      await dropSome(pullRequests, and(lt(pullRequests.updatedAt, before), eq(pullRequests.isOpen, false)), limit),
      await dropSome(gateRequests, and(lt(gateRequests.requestedAt, before), notInArray(gateRequests.state, ['pending', 'held'])), limit),
      await dropSome(deploymentReviews, sql`not ${ofDeployment}`, limit),
      await dropSome(commentQuotes, and(lt(commentQuotes.issueNumber, 0), sql`not ${quoting}`), limit),
    ]
    return gone.reduce((a, b) => a + b, 0)
  }

  async function pruneIncidents(before: Date, limit: number): Promise<number> {
    return database.atomically(function* (q) {
      const { id, installationId, repositoryId, issueNumber, openedAt, retractedAt, terms } = getTableColumns(incidents)
      const over = or(eq(incidents.status, 'resolved'), sql`${incidents.retractedAt} is not null`)
      const rows = yield* ask(
        q
          .select({ id, installationId, repositoryId, issueNumber, openedAt, retractedAt, terms })
          .from(incidents)
          .where(and(lt(incidents.openedAt, before), over))
          .orderBy(incidents.id)
          .limit(limit),
      )
      for (const row of rows) {
        const of = (table: { installationId: AnyColumn; repositoryId: AnyColumn }) =>
          and(eq(table.installationId, row.installationId), eq(table.repositoryId, row.repositoryId))
        yield* createIncidentPostings(database, row.installationId).remove(q, row)
        yield* ask(q.delete(comments).where(and(of(comments), eq(comments.issueNumber, row.issueNumber))))
        yield* ask(q.delete(replies).where(and(of(replies), eq(replies.issueNumber, row.issueNumber))))
        yield* ask(
          q.delete(implications).where(and(eq(implications.installationId, row.installationId), eq(implications.incidentId, row.id))),
        )
        yield* ask(q.delete(incidents).where(eq(incidents.id, row.id)))
      }
      return rows.length
    })
  }

  /** Every table with an installation's id, so that none that comes later is forgotten. */
  const owned = Object.values(tables).flatMap((table) => ('installationId' in table && table.installationId !== null ? [table] : []))
  async function purge(installationId: number, limit: number): Promise<number> {
    let gone = 0
    for (const table of owned) gone += await dropSome(table, eq(table.installationId, installationId), limit)
    return gone
  }

  return {
    pruneChanges,
    pruneDeployments,
    pruneIncidents,
    pruneReviews,
    leftBehind: async () => {
      const { installations } = tables
      const rows = await queries
        .select({ id: installations.id })
        .from(installations)
        .where(and(sql`${installations.removedAt} is not null`, ne(installations.accountLogin, '')))
      return rows.map((row) => row.id)
    },
    purge,
    forgetName: async (installationId) => {
      const { installations } = tables
      await queries.update(installations).set({ accountLogin: '', permissions: {} }).where(eq(installations.id, installationId))
    },
  }
}
