// What a postmortem may tell. It stays when another private repository is no longer shared, so it never tells of one.
import type { Incident } from '../domain/incident.ts'
import type { PostmortemFacts } from '../domain/postmortem.ts'
import type { IncidentReport } from '../domain/report.ts'
import type { TimelineEntry } from '../domain/timeline.ts'
import type { IncidentMetrics } from '../domain/incident-metrics.ts'
import type { GatheredCandidate } from '../incidents/gather-candidates.ts'
import type { Scope } from '../incidents/scope.ts'

/** `quoted`: repositories whose facts went into the report. */
export function postmortemFacts(
  incident: Incident,
  report: IncidentReport,
  timeline: TimelineEntry[],
  from: { scope: Scope; candidates: GatheredCandidate[]; quoted: number[]; metrics: IncidentMetrics },
): PostmortemFacts {
  const { scope, candidates, quoted, metrics } = from
  const isLasting = (repositoryId: number): boolean =>
    repositoryId === scope.repository.id || scope.readable.get(repositoryId)?.isPrivate === false
  const lasting = new Set(candidates.filter(({ change }) => isLasting(change.repositoryId)).map(({ candidate }) => candidate.id))
  // A reason may rest on what happened elsewhere.
  const mayGiveReasons = quoted.every(isLasting)
  return {
    title: incident.title,
    url: incident.url,
    metrics,
    areFollowUpsTracked: scope.catalog.settings.postmortems?.followUps !== false,
    openedAt: incident.openedAt,
    report: {
      ...report,
      suspects: report.suspects.filter(({ id }) => lasting.has(id)).map((each) => (mayGiveReasons ? each : { ...each, evidence: [] })),
    },
    timeline: timeline.filter(
      ({ fact }) => fact.kind !== 'ranking' && ((fact.kind !== 'related' && fact.kind !== 'duplicate') || isLasting(fact.repositoryId)),
    ),
  }
}
