// What a report of delivery and incidents is made of, read from the store.
import type { FollowUpItem } from '../domain/follow-up.ts'
import type { PerformanceReport } from '../domain/performance.ts'
import type { TenantStore } from '../store/store.ts'
import { readTimeline } from '../incidents/read-timeline.ts'
import { performanceOf, type KnownIncident, type LiveDeployment, type Period } from './performance.ts'

const MOST_DEPLOYMENTS = 50_000
const MOST_INCIDENTS = 5_000
const AT_ONCE = 500
/** What was live before the period may be rolled back in it, and what broke before it may be fixed in it. */
const AROUND_MS = 30 * 86_400_000

const MOST_FOLLOW_UPS = 5_000

type Needs = Pick<TenantStore, 'repositories' | 'deployments' | 'incidents' | 'changes' | 'timeline' | 'followUps'>

/** Throws when there is more than a report can be made of: a shorter period then helps. */
export async function gatherPerformance(tenant: Needs, period: Period, repositoryIds: number[]): Promise<PerformanceReport> {
  const isOfService = (services: readonly string[]): boolean => period.service === null || services.includes(period.service)
  const from = new Date(period.from.getTime() - AROUND_MS)
  const to = new Date(period.to.getTime() + AROUND_MS)
  const all = await tenant.deployments.liveInProduction(repositoryIds, from, to, MOST_DEPLOYMENTS)
  const found = await tenant.incidents.detectedBetween(repositoryIds, from, to, MOST_INCIDENTS)
  if (all.length === MOST_DEPLOYMENTS || found.length === MOST_INCIDENTS)
    throw new Error('There is more in that period than one report reads: ask for a shorter one with --since, or for one --service.')
  const live = all.filter(({ deployment }) => isOfService([deployment.service]))
  // A mere report is nobody's word yet, and a duplicate is told of by the incident that it was folded into.
  const kept = found.filter(
    (incident) => isOfService(incident.services) && incident.status !== 'reported' && incident.isTrusted && incident.duplicateOfId === null,
  )
  const incidents: KnownIncident[] = []
  for (const incident of kept) {
    const [outcomes, timeline] = await Promise.all([tenant.incidents.outcomes(incident.id), readTimeline(tenant, incident)])
    incidents.push({ incident, outcomes, timeline })
  }
  const followUps = await followUpsOf(tenant, repositoryIds, isOfService)
  return performanceOf(period, { live, incidents, followUps, ...(await leadTimeFacts(tenant, live, from)) })
}

async function followUpsOf(
  tenant: Needs,
  repositoryIds: number[],
  isOfService: (services: readonly string[]) => boolean,
): Promise<FollowUpItem[]> {
  const items = await tenant.followUps.ofRepositories(repositoryIds, MOST_FOLLOW_UPS)
  const incidents = await tenant.incidents.byIds([...new Set(items.map(({ incidentId }) => incidentId))])
  const counted = new Set(incidents.filter(({ services, retractedAt }) => isOfService(services) && !retractedAt).map(({ id }) => id))
  return items.filter(({ incidentId }) => counted.has(incidentId))
}

async function leadTimeFacts(
  tenant: Needs,
  live: LiveDeployment[],
  from: Date,
): Promise<{ mergedAt: Map<number, Date>; liveBefore: Set<number> }> {
  const ids = [...new Set(live.flatMap(({ carried }) => carried.map(({ changeId }) => changeId)))]
  const mergedAt = new Map<number, Date>()
  const liveBefore = new Set<number>()
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE)
    for (const change of await tenant.changes.byIds(some)) mergedAt.set(change.id, change.mergedAt)
    for (const { changeId, direction, deployment } of await tenant.deployments.carrying(some))
      if (direction === 'in' && deployment.isProduction && deployment.liveAt && deployment.liveAt < from) liveBefore.add(changeId)
  }
  return { mergedAt, liveBefore }
}
