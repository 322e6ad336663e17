// How long one incident took, step by step, beside what is usual for its services.
import type { IncidentMetric, IncidentMetrics } from '../domain/incident-metrics.ts'
import type { Incident } from '../domain/incident.ts'
import type { TenantStore } from '../store/store.ts'
import { medianOf } from './performance.ts'

/** Further back a service was another one. */
const LOOK_BACK_MS = 365 * 86_400_000
const MOST_INCIDENTS = 500

type Steps = Pick<Incident, 'detectedAt' | 'openedAt' | 'acknowledgedAt' | 'mitigatedAt' | 'resolvedAt'>

/** One query. Earlier incidents alone are looked at, so that the answer does not change with every later one. */
export async function incidentMetrics(tenant: Pick<TenantStore, 'incidents'>, incident: Incident): Promise<IncidentMetrics> {
  const { repositoryId, detectedAt, services } = incident
  const from = new Date(detectedAt.getTime() - LOOK_BACK_MS)
  const earlier = await tenant.incidents.detectedBetween([repositoryId], from, detectedAt, MOST_INCIDENTS)
  const usual = earlier.filter(
    (other) =>
      other.id !== incident.id &&
      other.isTrusted &&
      other.duplicateOfId === null &&
      other.services.some((service) => services.includes(service)),
  )
  return metricsOf(incident, services, usual)
}

/** Pure. A clock that was behind makes no step shorter than nothing. */
export function metricsOf(incident: Steps, services: string[], usual: readonly Steps[]): IncidentMetrics {
  const metric = (end: (of: Steps) => Date | null): IncidentMetric => {
    const took = (of: Steps): number | null => {
      const at = end(of)
      return at === null ? null : Math.max(0, at.getTime() - of.detectedAt.getTime())
    }
    return { ms: took(incident), median: medianOf(usual.flatMap((other) => took(other) ?? [])) }
  }
  return {
    services,
    detect: metric(({ openedAt }) => openedAt),
    acknowledge: metric(({ acknowledgedAt }) => acknowledgedAt),
    mitigate: metric(({ mitigatedAt }) => mitigatedAt),
    resolve: metric(({ resolvedAt }) => resolvedAt),
  }
}
