// Pull requests as their webhooks showed them last, with what they touch: what the risk check is computed from.
import { and, asc, desc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { PullRequest } from '../domain/pull-request.ts'
import { ask, type Database } from './database.ts'
import { hashTexts } from './hash.ts'
import type { PullRequestStore } from './review-stores.ts'

export function createPullRequestStore(database: Database, installationId: number): PullRequestStore {
  const { queries, tables } = database
  const { pullRequests, outcomes, incidents, changeFiles } = tables
  const one = (repositoryId: number, number: number) =>
    and(eq(pullRequests.installationId, installationId), eq(pullRequests.repositoryId, repositoryId), eq(pullRequests.number, number))
  const { installationId: _installationId, ...shown } = getTableColumns(pullRequests)

  async function get(repositoryId: number, number: number): Promise<PullRequest | null> {
    return (await queries.select(shown).from(pullRequests).where(one(repositoryId, number)))[0] ?? null
  }

  return {
    get,
    upsert: async (facts) => {
      await queries
        .insert(pullRequests)
        .values({ ...facts, installationId, read: null })
        .onConflictDoUpdate({
          target: [pullRequests.installationId, pullRequests.repositoryId, pullRequests.number],
          set: facts,
          setWhere: sql`${pullRequests.updatedAt} <= ${sql.param(facts.updatedAt, pullRequests.updatedAt)}`,
        })
      const known = await get(facts.repositoryId, facts.number)
      if (!known) throw new Error(`The pull request #${facts.number} of repository ${facts.repositoryId} was not stored.`)
      return known
    },
    close: async (repositoryId, number, at) => {
      await queries.update(pullRequests).set({ isOpen: false, updatedAt: at }).where(one(repositoryId, number))
    },
    setFiles: async (repositoryId, number, read) => {
      await queries.update(pullRequests).set({ read }).where(one(repositoryId, number))
    },
    open: async (repositoryId, limit) =>
      queries
        .select(shown)
        .from(pullRequests)
        .where(
          and(eq(pullRequests.installationId, installationId), eq(pullRequests.repositoryId, repositoryId), eq(pullRequests.isOpen, true)),
        )
        .orderBy(desc(pullRequests.updatedAt), asc(pullRequests.number))
        .limit(limit),
    incidentsOfFiles: (repositoryId, paths, limit) =>
      database.atomically(function* (q) {
        return yield* ask(
          q
            .selectDistinct({
              incidentId: incidents.id,
              repositoryId: incidents.repositoryId,
              issueNumber: incidents.issueNumber,
              title: incidents.title,
              url: incidents.url,
              severity: incidents.severity,
              detectedAt: incidents.detectedAt,
              resolvedAt: incidents.resolvedAt,
              changeId: changeFiles.changeId,
            })
            .from(changeFiles)
            .innerJoin(outcomes, eq(outcomes.changeId, changeFiles.changeId))
            .innerJoin(incidents, eq(incidents.id, outcomes.incidentId))
            .where(
              and(
                eq(changeFiles.installationId, installationId),
                eq(changeFiles.repositoryId, repositoryId),
                database.oneOf(changeFiles.pathHash, hashTexts([...paths])),
                eq(outcomes.installationId, installationId),
                eq(outcomes.verdict, 'caused'),
                sql`${incidents.retractedAt} is null`,
                // A verdict taken back since then no longer counts.
                sql`not exists (select 1 from ${outcomes} o where o.incident_id = ${outcomes.incidentId} and o.at > ${outcomes.at}
                  and (o.verdict = 'no-change' or (o.verdict = 'did-not-cause' and o.change_id = ${outcomes.changeId})))`,
              ),
            )
            .orderBy(desc(incidents.detectedAt), desc(incidents.id), asc(changeFiles.changeId))
            .limit(limit),
        )
      }),
  }
}
