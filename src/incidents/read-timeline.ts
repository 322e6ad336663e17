// What happened in an incident: what was said and done in its issue is recorded as it comes; what went live meanwhile is
// read from the deployments, so that late news of one find their place.
import type { Incident } from '../domain/incident.ts'
import type { TimelineEntry } from '../domain/timeline.ts'
import type { TenantStore } from '../store/store.ts'

const MOST_DEPLOYMENTS = 500
/** No clock: what is known to be live by the time of the end, or at all. */
const FAR = new Date('9999-12-31T00:00:00Z')

type Needs = Pick<TenantStore, 'timeline' | 'deployments' | 'incidents'>

const SHARED = new Set<TimelineEntry['fact']['kind']>(['comment', 'note', 'update', 'outcome'])

/** What was said and done in an incident's issue, and those that were folded into it. */
export type Said = { entries: TimelineEntry[]; duplicates: Incident[] }

export async function readSaid(tenant: Needs, incident: Incident): Promise<Said> {
  const [entries, duplicates] = await Promise.all([tenant.timeline.list(incident.id), tenant.incidents.duplicatesOf(incident.id)])
  return { entries, duplicates }
}

/** All of it, in the order in which it happened; ties by key. */
export async function readTimeline(tenant: Needs, incident: Incident, known?: Said): Promise<TimelineEntry[]> {
  const { entries: said, duplicates } = known ?? (await readSaid(tenant, incident))
  const [deployed, folded] = await Promise.all([deployments(tenant, incident), ofDuplicates(tenant, incident, duplicates)])
  // More than one may have been taken for the first to speak before news of an earlier one came.
  const told = said.filter(
    ({ fact, at }) => fact.kind !== 'acknowledged' || fact.how !== 'comment' || at.getTime() === incident.acknowledgedAt?.getTime(),
  )
  return [opened(incident), ...deployed, ...told, ...folded].sort(
    (a, b) => a.at.getTime() - b.at.getTime() || a.saidAt.getTime() - b.saidAt.getTime() || (a.key < b.key ? -1 : 1),
  )
}

/** What people said and did in those that were folded into it; how each was reported shows how far it reached. */
async function ofDuplicates(tenant: Needs, incident: Incident, duplicates: readonly Incident[]): Promise<TimelineEntry[]> {
  // Another repository may have other readers.
  const own = duplicates.filter(({ repositoryId }) => repositoryId === incident.repositoryId)
  const all = await Promise.all(
    own.map(async (duplicate) => {
      const said = (await tenant.timeline.list(duplicate.id)).filter(({ fact }) => SHARED.has(fact.kind))
      const reported = {
        ...opened(duplicate),
        text: `#${duplicate.issueNumber}`,
        fact: { kind: 'duplicate-opened' as const, name: `#${duplicate.issueNumber}` },
      }
      return [reported, ...said].map((entry) => ({ ...entry, key: `#${duplicate.issueNumber} ${entry.key}` }))
    }),
  )
  return all.flat()
}

function opened({ author, openedAt, detectedBy, url }: Incident): TimelineEntry {
  const fact = { kind: 'opened' as const, byAlert: author.isBot || detectedBy === 'api' }
  return { key: '0 opened', at: openedAt, saidAt: openedAt, by: author, text: '', url, fact }
}

async function deployments(tenant: Needs, incident: Incident): Promise<TimelineEntry[]> {
  const services = incident.services.map((service) => ({ repositoryId: incident.repositoryId, service }))
  const live = await tenant.deployments.liveBetween(services, incident.detectedAt, incident.resolvedAt ?? FAR, MOST_DEPLOYMENTS)
  return live.flatMap(({ deployment }): TimelineEntry[] => {
    const { id, service, environment, sha, liveAt, source, externalId, url } = deployment
    if (!deployment.isProduction || !liveAt) return []
    const kind = deployment.kind === 'rollback' ? ('rollback' as const) : ('deployment' as const)
    // Our own id follows the order of arrival: the key must not.
    const key = `${kind} ${source} ${externalId} ${service}`
    return [{ key, at: liveAt, saidAt: liveAt, by: null, text: '', url, fact: { kind, deploymentId: id, service, environment, sha } }]
  })
}
