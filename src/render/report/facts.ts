// The same facts for programs, in an HTML comment. Causeway itself never reads them back: anybody can write a comment.
import type { IncidentReport, ReportedChange } from '../../domain/report.ts'
import { commentJson, plain } from '../escape.ts'

export const FACTS_PREFIX = '<!-- causeway:facts '

const probability = (value: number): number => Math.round(value * 10_000) / 10_000
const time = (at: Date | null): string | null => (at === null || Number.isNaN(at.getTime()) ? null : at.toISOString())
const change = ({ id, link, liveAt, mergedAt }: ReportedChange) => ({
  id: plain(id, 80),
  name: plain(link.text, 80),
  url: link.url === null || link.url.length > 500 ? null : link.url,
  mergedAt: time(mergedAt),
  liveAt: time(liveAt),
})

/** One line: an HTML comment with the report's facts as JSON, bounded in size. */
export function factsComment(report: IncidentReport): string {
  const facts = {
    version: 1,
    repository: plain(`${report.repository.owner}/${report.repository.name}`, 200),
    issue: report.issueNumber,
    status: report.status,
    services: report.services.slice(0, 20).map((service) => plain(service, 80)),
    severity: report.severity,
    detectedAt: time(report.detectedAt),
    resolvedAt: time(report.resolvedAt),
    lastWorkedAt: time(report.lastWorked?.at ?? null),
    model: plain(report.modelVersion, 80),
    pool: report.pool,
    none: probability(report.none),
    suspects: report.suspects.slice(0, 5).map((suspect) => ({
      ...change(suspect),
      probability: probability(suspect.probability),
      evidence: suspect.evidence.slice(0, 10).map(({ kind, strength }) => ({ kind, strength: probability(strength) })),
    })),
    ruledOut: report.ruledOut.slice(0, 20).map((each) => ({ id: plain(each.id, 80), reason: each.ruledOut.reason })),
    similar: report.pastIncidents.slice(0, 5).map((past) => plain(past.link.text, 80)),
  }
  return `${FACTS_PREFIX}${commentJson(facts)} -->`
}
