// Deployments: one row for each service a report became, its states, and what it carried.
import { and, eq, gte, isNull, lt, sql } from 'drizzle-orm'
import type { Deployment, DeploymentState, DeploymentStateChange } from '../domain/deployment.ts'
import { ask, belongsTo, type Database } from './database.ts'
import {
  byExternal,
  carriedBy,
  carrying,
  deploymentById,
  latest,
  liveAfter,
  liveBefore,
  liveBetween,
  liveOfSha,
  newestFirst,
  serviceKey,
  shownOf,
} from './deployment-reads.ts'
import { tenantReader } from './prepared.ts'
import type { StoredState } from './schema-deployments.ts'
import type { DeploymentStore } from './store.ts'
import type { CarriedChange } from '../domain/deployment.ts'

/** Which of two states of the same moment counts: the one further along. */
const PROGRESS: DeploymentState[] = ['pending', 'queued', 'in_progress', 'success', 'failure', 'error', 'inactive']

export function createDeploymentStore(database: Database, installationId: number): DeploymentStore {
  const { queries, tables } = database
  const { deployments, deploymentChanges, changes } = tables
  const mine = eq(deployments.installationId, installationId)
  const shown = shownOf(tables)
  const read = tenantReader(database, installationId)
  const byReport = (repositoryId: number, source: Deployment['source'], externalId: string) =>
    and(mine, eq(deployments.repositoryId, repositoryId), eq(deployments.source, source), eq(deployments.externalId, externalId))
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

  async function withCarried(newestFirst: DeploymentRow[]): Promise<{ deployment: Deployment; carried: CarriedChange[] }[]> {
    if (newestFirst.length === 0) return []
    const rows = await read(carriedBy, { ids: newestFirst.map((row) => row.id) })
    const carried = Map.groupBy(rows, (row) => row.deploymentId)
    return newestFirst.toReversed().map((row) => ({
      deployment: toDeployment(row),
      carried: (carried.get(row.id) ?? []).map(({ changeId, direction }) => ({ changeId, direction })),
    }))
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
      .orderBy(...newestFirst(tables))
      .limit(limit)
    return withCarried(rows)
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
    liveBetween: async (services, from, to, limit) => {
      if (services.length === 0) return []
      const repositoryIds = [...new Set(services.map((service) => service.repositoryId))]
      const named = services.map(({ repositoryId, service }) => serviceKey(repositoryId, service))
      return withCarried(await read(liveBetween, { repositoryIds, named, from, to, limit }))
    },
    liveInProduction,
    byExternal: async (repositoryId, source, externalId) =>
      (await read(byExternal, { repositoryId, source, externalId })).map(toDeployment),
    byId: async (id) => first(await read(deploymentById, { id })),
    liveBefore: async (repositoryId, service, environment, before, excludeId) =>
      first(await read(liveBefore, { repositoryId, service, environment, before, excludeId })),
    liveAfter: async (repositoryId, service, environment, after, afterId = 0) =>
      first(await read(liveAfter, { repositoryId, service, environment, after, afterId })),
    wasLive: async (repositoryId, service, environment, sha, before) =>
      (await read(liveOfSha, { repositoryId, service, environment, sha, before })).length > 0,
    carrying: async (changeIds) =>
      (await read(carrying, { changeIds })).map((row) => ({ ...row, deployment: toDeployment(row.deployment) })),
    latest: async (repositoryId, service) => first(await read(latest, { repositoryId, service })),
  }
}

type DeploymentRow = Omit<Deployment, 'states'> & { states: StoredState[] }

function toDeployment(row: DeploymentRow): Deployment {
  return { ...row, states: row.states.map((state): DeploymentStateChange => ({ ...state, at: new Date(state.at) })) }
}

function byTime(a: StoredState, b: StoredState): number {
  return Date.parse(a.at) - Date.parse(b.at) || PROGRESS.indexOf(a.state) - PROGRESS.indexOf(b.state)
}
