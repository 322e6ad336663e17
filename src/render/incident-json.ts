// An incident and its timeline for programs: the same in the HTTP API and on the command line. Texts are raw.
import type { IncidentMetric, IncidentMetrics } from '../domain/incident-metrics.ts'
import type { Incident } from '../domain/incident.ts'
import type { TimelineEntry } from '../domain/timeline.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

export function incidentJson(incident: Incident) {
  return {
    id: incident.id,
    issue_number: incident.issueNumber,
    url: incident.url,
    title: incident.title,
    status: incident.status,
    severity: incident.severity,
    lead: incident.lead,
    services: incident.services,
    opened_at: iso(incident.openedAt),
    detected_at: iso(incident.detectedAt),
    detected_by: incident.detectedBy,
    acknowledged_at: iso(incident.acknowledgedAt),
    mitigated_at: iso(incident.mitigatedAt),
    resolved_at: iso(incident.resolvedAt),
    duplicate_of: incident.duplicateOfId,
    fix: incident.fix,
  }
}

export function metricsJson({ detect, acknowledge, mitigate, resolve }: IncidentMetrics) {
  const metric = ({ ms, median }: IncidentMetric) => ({ ms, median_ms: median.medianMs, median_of: median.cases })
  return { detect: metric(detect), acknowledge: metric(acknowledge), mitigate: metric(mitigate), resolve: metric(resolve) }
}

export function timelineJson(entries: TimelineEntry[]) {
  return entries.map(({ at, saidAt, by, text, url, fact: { kind, ...details } }) => ({
    at: at.toISOString(),
    said_at: saidAt.toISOString(),
    kind,
    by: by?.login ?? null,
    text,
    url,
    details: details,
  }))
}
