// Deployments: one row for each service a report became, its states, and what it carried.
import { and, asc, desc, eq, getTableColumns, gt, gte, isNotNull, isNull, lt, lte, ne, or, sql } from 'drizzle-orm'
import type { Deployment, DeploymentState, DeploymentStateChange } from '../domain/deployment.ts'
import { ask, belongsTo, type Database } from './database.ts'
import type { StoredState } from './schema-deployments.ts'
import type { DeploymentStore } from './store.ts'
import type { CarriedChange } from '../domain/deployment.ts'

/** Which of two states of the same moment counts: the one further along. */
const PROGRESS: DeploymentState[] = ['pending', 'queued', 'in_progress', 'success', 'failure', 'error', 'inactive']

export function createDeploymentStore(database: Database, installationId: number): DeploymentStore {
  const { queries, tables } = database
  const { deployments, deploymentChanges, changes } = tables
  const mine = eq(deployments.installationId, installationId)
  const { installationId: _installationId, ...shown } = getTableColumns(deployments)
  const byReport = (repositoryId: number, source: Deployment['source'], externalId: string) =>
    and(mine, eq(deployments.repositoryId, repositoryId), eq(deployments.source, source), eq(deployments.externalId, externalId))
  const ofService = (repositoryId: number, service: string, environment: string) =>
    and(
      mine,
      eq(deployments.repositoryId, repositoryId),
      eq(deployments.service, service),
      eq(deployments.environment, environment),
      isNotNull(deployments.liveAt),
    )

  // GitHub's times are whole seconds: of two in one second the one that was made later counts as later, in whatever order
  // they were told. GitHub's own ids count up, so the longer one is the later one.
  const ranked = [deployments.createdAt, sql`length(${deployments.externalId})`, deployments.externalId, deployments.id]
  const rank = sql`(${sql.join(ranked, sql`, `)})`
  const newestFirst = [desc(deployments.liveAt), ...ranked.map(desc)]
  const rankOf = (id: number) =>
    sql`(select d.created_at, length(d.external_id), d.external_id, d.id from ${deployments} d where d.id = ${id})`

  const upsert: DeploymentStore['upsert'] = (facts, services) =>
    database.atomically(function* (q) {
      const ids: number[] = []
      for (const { service, environment, serviceBy, isAmbiguous } of services) {
        const row = { ...facts, installationId, service, environment, serviceBy, isAmbiguous }
        const [stored] = yield* ask(
          q
            .insert(deployments)
            .values({ ...row, states: [], state: 'pending', kind: 'pending', isTruncated: false })
            .onConflictDoUpdate({
              target: [
                deployments.installationId,
                deployments.repositoryId,
                deployments.source,
                deployments.externalId,
                deployments.service,
                deployments.environment,
              ],
              // A report repeats itself; only how its service was found may have become clearer.
              set: { serviceBy, isAmbiguous },
            })
            .returning({ id: deployments.id }),
        )
        if (stored) ids.push(stored.id)
      }
      return ids
    })

  const addState: DeploymentStore['addState'] = (id, change) =>
    database.atomically(function* (q) {
      yield* database.lock(q, `deployment ${id}`)
      const own = and(mine, eq(deployments.id, id))
      const [row] = yield* ask(q.select({ states: deployments.states }).from(deployments).where(own))
      if (!row) return false
      const at = change.at.toISOString()
      if (row.states.some((known) => known.state === change.state && known.at === at)) return false
      const states = [...row.states, { ...change, at }].sort(byTime)
      const newest = states.at(-1)
      yield* ask(
        q
          .update(deployments)
          .set({ states, ...(newest ? { state: newest.state } : {}) })
          .where(own),
      )
      return true
    })

  const goLiveAgain: DeploymentStore['goLiveAgain'] = (id, times, at) =>
    database.atomically(function* (q) {
      const [first] = yield* ask(
        q
          .select(shown)
          .from(deployments)
          .where(and(mine, eq(deployments.id, id))),
      )
      if (!first) return null
      const { id: _id, externalId, ...facts } = first
      const again = { ...facts, installationId, externalId: `${externalId}~${times}` }
      const states = [{ state: 'success' as const, at: at.toISOString(), url: null }]
      const isAgain = and(
        byReport(first.repositoryId, first.source, again.externalId),
        eq(deployments.service, first.service),
        eq(deployments.environment, first.environment),
      )
      const [known] = yield* ask(q.select({ id: deployments.id, liveAt: deployments.liveAt }).from(deployments).where(isAgain))
      if (known?.liveAt?.getTime() === at.getTime()) return { id: known.id, isMoved: false }
      const made = { createdAt: at, states, state: 'success' as const }
      if (known) {
        yield* ask(q.update(deployments).set(made).where(isAgain))
        return { id: known.id, isMoved: true }
      }
      const fresh = { ...made, liveAt: null, kind: 'pending' as const, previousDeploymentId: null, previousSha: null, isTruncated: false }
      const [inserted] = yield* ask(
        q
          .insert(deployments)
          .values({ ...again, ...fresh })
          .returning({ id: deployments.id }),
      )
      if (!inserted) throw new Error(`Deployment ${again.externalId} was not stored.`)
      return { id: inserted.id, isMoved: true }
    })

  const setLive: DeploymentStore['setLive'] = (id, { carried, ...live }) =>
    database.atomically(function* (q) {
      const own = yield* ask(
        q
          .update(deployments)
          .set(live)
          .where(and(mine, eq(deployments.id, id)))
          .returning({ id: deployments.id }),
      )
      if (own.length === 0) return
      yield* ask(q.delete(deploymentChanges).where(eq(deploymentChanges.deploymentId, id)))
      for (const direction of ['in', 'out'] as const) {
        const ids = carried.filter((change) => change.direction === direction).map((change) => change.changeId)
        // Selected and not just written: what is no change of this installation (or was folded away since) is left out.
        const rows = sql`select ${changes.installationId}, cast(${id} as bigint), ${changes.id}, ${sql.raw(`'${direction}'`)}
          from ${changes} where ${belongsTo(changes.installationId, installationId)} and ${database.oneOf(changes.id, ids)}`
        if (ids.length > 0) yield* ask(q.insert(deploymentChanges).select(rows).onConflictDoNothing())
      }
    })

  async function carriedBy(ids: number[]): Promise<Map<number, CarriedChange[]>> {
    if (ids.length === 0) return new Map()
    const rows = await queries
      .select({
        deploymentId: deploymentChanges.deploymentId,
        changeId: deploymentChanges.changeId,
        direction: deploymentChanges.direction,
      })
      .from(deploymentChanges)
      .where(and(belongsTo(deploymentChanges.installationId, installationId), database.oneOf(deploymentChanges.deploymentId, ids)))
      .orderBy(asc(deploymentChanges.deploymentId), asc(deploymentChanges.changeId))
    const grouped = Map.groupBy(rows, (row) => row.deploymentId)
    return new Map(ids.map((id) => [id, (grouped.get(id) ?? []).map(({ changeId, direction }) => ({ changeId, direction }))]))
  }

  const liveBetween: DeploymentStore['liveBetween'] = async (services, from, to, limit) => {
    if (services.length === 0) return []
    const ofAny = [...Map.groupBy(services, (service) => service.repositoryId)].map(([repositoryId, named]) =>
      and(
        eq(deployments.repositoryId, repositoryId),
        database.oneOf(
          deployments.service,
          named.map((one) => one.service),
        ),
      ),
    )
    const rows = await queries
      .select(shown)
      .from(deployments)
      .where(
        and(
          mine,
          database.oneOf(deployments.repositoryId, [...new Set(services.map((service) => service.repositoryId))]),
          gte(deployments.liveAt, from),
          lte(deployments.liveAt, to),
          or(...ofAny),
        ),
      )
      .orderBy(...newestFirst)
      .limit(limit)
    const carried = await carriedBy(rows.map((row) => row.id))
    return rows.reverse().map((row) => ({ deployment: toDeployment(row), carried: carried.get(row.id) ?? [] }))
  }

  const liveInProduction: DeploymentStore['liveInProduction'] = async (repositoryIds, from, to, limit) => {
    const rows = await queries
      .select(shown)
      .from(deployments)
      .where(
        and(
          mine,
          database.oneOf(deployments.repositoryId, repositoryIds),
          gte(deployments.liveAt, from),
          lt(deployments.liveAt, to),
          eq(deployments.isProduction, true),
        ),
      )
      .orderBy(...newestFirst)
      .limit(limit)
    const carried = await carriedBy(rows.map((row) => row.id))
    return rows.reverse().map((row) => ({ deployment: toDeployment(row), carried: carried.get(row.id) ?? [] }))
  }

  const first = (rows: DeploymentRow[]): Deployment | null => (rows[0] ? toDeployment(rows[0]) : null)

  return {
    upsert,
    addState,
    goLiveAgain,
    withdraw: async (ids) => {
      if (ids.length > 0)
        await queries.delete(deployments).where(and(mine, isNull(deployments.liveAt), database.oneOf(deployments.id, ids)))
    },
    setLive,
    liveBetween,
    liveInProduction,
    byExternal: async (repositoryId, source, externalId) => {
      const rows = await queries
        .select(shown)
        .from(deployments)
        .where(byReport(repositoryId, source, externalId))
        .orderBy(asc(deployments.id))
      return rows.map(toDeployment)
    },
    byId: async (id) =>
      first(
        await queries
          .select(shown)
          .from(deployments)
          .where(and(mine, eq(deployments.id, id))),
      ),
    liveBefore: async (repositoryId, service, environment, before, excludeId) =>
      first(
        await queries
          .select(shown)
          .from(deployments)
          .where(
            and(
              ofService(repositoryId, service, environment),
              or(lt(deployments.liveAt, before), and(eq(deployments.liveAt, before), sql`${rank} < ${rankOf(excludeId)}`)),
              ne(deployments.id, excludeId),
            ),
          )
          .orderBy(...newestFirst)
          .limit(1),
      ),
    liveAfter: async (repositoryId, service, environment, after, afterId = 0) =>
      first(
        await queries
          .select(shown)
          .from(deployments)
          .where(
            and(
              ofService(repositoryId, service, environment),
              or(gt(deployments.liveAt, after), and(eq(deployments.liveAt, after), sql`${rank} > ${rankOf(afterId)}`)),
            ),
          )
          .orderBy(asc(deployments.liveAt), ...ranked.map(asc))
          .limit(1),
      ),
    wasLive: async (repositoryId, service, environment, sha, before) => {
      const rows = await queries
        .select({ id: deployments.id })
        .from(deployments)
        .where(and(ofService(repositoryId, service, environment), eq(deployments.sha, sha), lt(deployments.liveAt, before)))
        .limit(1)
      return rows.length > 0
    },
    carrying: async (changeIds) => {
      const rows = await queries
        .select({ changeId: deploymentChanges.changeId, direction: deploymentChanges.direction, deployment: shown })
        .from(deploymentChanges)
        .innerJoin(deployments, eq(deployments.id, deploymentChanges.deploymentId))
        .where(and(belongsTo(deployments.installationId, installationId), database.oneOf(deploymentChanges.changeId, changeIds)))
        .orderBy(...newestFirst, asc(deploymentChanges.changeId))
      return rows.map((row) => ({ ...row, deployment: toDeployment(row.deployment) }))
    },
    latest: async (repositoryId, service) =>
      first(
        await queries
          .select(shown)
          .from(deployments)
          .where(and(mine, eq(deployments.repositoryId, repositoryId), eq(deployments.service, service)))
          .orderBy(desc(deployments.createdAt), desc(deployments.id))
          .limit(1),
      ),
  }
}

type DeploymentRow = Omit<Deployment, 'states'> & { states: StoredState[] }

function toDeployment(row: DeploymentRow): Deployment {
  return { ...row, states: row.states.map((state): DeploymentStateChange => ({ ...state, at: new Date(state.at) })) }
}

function byTime(a: StoredState, b: StoredState): number {
  return Date.parse(a.at) - Date.parse(b.at) || PROGRESS.indexOf(a.state) - PROGRESS.indexOf(b.state)
}
