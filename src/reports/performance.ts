// What was live and what broke becomes figures in DORA's definitions (dora.dev). Pure. Every figure can be counted by hand:
// distinct deployments are counted, never incidents; medians, never means; the denominator comes along.
import type { CarriedChange, Deployment } from '../domain/deployment.ts'
import type { FollowUpItem } from '../domain/follow-up.ts'
import type { Incident, Outcome } from '../domain/incident.ts'
import type { MedianSpan, PerformanceReport, Rate } from '../domain/performance.ts'
import type { TimelineEntry } from '../domain/timeline.ts'
import { confirmedCauses, verdictsOf } from '../domain/verdicts.ts'

export type LiveDeployment = { deployment: Deployment; carried: CarriedChange[] }
export type KnownIncident = { incident: Incident; outcomes: Outcome[]; timeline: TimelineEntry[] }

export type Period = { from: Date; to: Date; service: string | null }

export type PerformanceFacts = {
  /** Live in production at some time in the period or after it, oldest first: what came after tells what had failed. */
  live: LiveDeployment[]
  /** Detected in the period, or open during it; reported ones and duplicates left out. */
  incidents: KnownIncident[]
  /** Of incidents of the service, or of all. */
  followUps: FollowUpItem[]
  /** When each carried change was merged, by id. */
  mergedAt: ReadonlyMap<number, Date>
  /** Changes that were live in production before the period: they have had their lead time. */
  liveBefore: ReadonlySet<number>
}

/** One reported deployment, all of its services together. */
type Distinct = { parts: LiveDeployment[]; liveAt: Date; failedUntil: Date | null; isFailed: boolean; isRework: boolean }

const DAY_MS = 86_400_000

export function performanceOf(period: Period, facts: PerformanceFacts): PerformanceReport {
  const all = distinctDeployments(facts)
  const counted = all.filter(({ liveAt }) => liveAt >= period.from && liveAt < period.to)
  const failed = counted.filter(({ isFailed }) => isFailed)
  const detected = facts.incidents.filter(({ incident }) => incident.detectedAt >= period.from && incident.detectedAt < period.to)
  return {
    ...period,
    deployments: {
      live: counted.length,
      perDay: (counted.length * DAY_MS) / Math.max(1, period.to.getTime() - period.from.getTime()),
      leadTime: medianOf(leadTimes(all, counted, facts)),
      failed: rateOf(failed.length, counted.length),
      recoveryTime: medianOf(
        failed.flatMap(({ failedUntil, liveAt }) => (failedUntil === null ? [] : [failedUntil.getTime() - liveAt.getTime()])),
      ),
      rework: rateOf(counted.filter(({ isRework }) => isRework).length, counted.length),
    },
    incidents: {
      count: detected.length,
      byService: byService(detected),
      byCause: byCause(detected),
      acknowledge: medianOf(spansTo(detected, ({ acknowledgedAt }) => acknowledgedAt)),
      mitigate: medianOf(spansTo(detected, ({ mitigatedAt }) => mitigatedAt)),
      resolve: medianOf(spansTo(detected, ({ resolvedAt }) => resolvedAt)),
    },
    followUps: followUpsAt(period.to, facts.followUps),
    ranking: rankingOf(detected),
  }
}

function distinctDeployments({ live, incidents }: PerformanceFacts): Distinct[] {
  const reports = Map.groupBy(live, ({ deployment }) => `${deployment.repositoryId} ${deployment.source} ${deployment.externalId}`)
  return [...reports.values()]
    .map((parts): Distinct => {
      const ends = parts.flatMap((part) => endsOf(part, live, incidents))
      const known = ends.filter((end) => end !== null).sort((a, b) => a.getTime() - b.getTime())
      return {
        parts,
        liveAt: parts.map(({ deployment }) => deployment.liveAt!).sort((a, b) => a.getTime() - b.getTime())[0]!,
        isFailed: ends.length > 0,
        failedUntil: known[0] ?? null,
        isRework: parts.some((part) => part.deployment.kind === 'rollback' || bringsFix(part, incidents)),
      }
    })
    .sort((a, b) => a.liveAt.getTime() - b.liveAt.getTime())
}

/** For each way in which it failed: when that was over, null while it is not. */
function endsOf(part: LiveDeployment, live: LiveDeployment[], incidents: KnownIncident[]): (Date | null)[] {
  const rollback = rolledBackBy(part.deployment, live)
  const brought = new Set(part.carried.filter(({ direction }) => direction === 'in').map(({ changeId }) => changeId))
  const caused = incidents.filter(
    ({ incident, outcomes }) =>
      incident.detectedAt >= part.deployment.liveAt! && confirmedCauses(verdictsOf(outcomes)).some((changeId) => brought.has(changeId)),
  )
  return [
    ...(rollback ? [rollback.liveAt] : []),
    ...caused.map(({ incident }) => {
      const end = incident.mitigatedAt ?? incident.resolvedAt
      return end !== null && end >= part.deployment.liveAt! ? end : null
    }),
  ]
}

/**
 * V1, V2, V3, V1: the rollback undoes all that came after its target, but the one that failed is the first of these, V2;
 * V3 could not have been better.
 */
function rolledBackBy(deployment: Deployment, live: LiveDeployment[]): Deployment | null {
  if (deployment.kind === 'rollback') return null
  const line = live
    .map((each) => each.deployment)
    .filter((each) => isSameLine(each, deployment))
    .sort((a, b) => a.liveAt!.getTime() - b.liveAt!.getTime() || a.id - b.id)
  const own = line.findIndex(({ id }) => id === deployment.id)
  const before = line[own - 1]
  const goodSha = before?.sha ?? deployment.previousSha
  const rollback = line.find(({ kind, sha }, at) => at > own && kind === 'rollback' && sha === goodSha)
  if (!rollback || goodSha === deployment.sha) return null
  const isAgainBefore = line.slice(own + 1, line.indexOf(rollback)).some(({ sha }) => sha === goodSha)
  return isAgainBefore ? null : rollback
}

function isSameLine(a: Deployment, b: Deployment): boolean {
  return a.repositoryId === b.repositoryId && a.service === b.service && a.environment === b.environment
}

function bringsFix(part: LiveDeployment, incidents: KnownIncident[]): boolean {
  const brought = new Set(part.carried.filter(({ direction }) => direction === 'in').map(({ changeId }) => changeId))
  return incidents.some(({ incident: { fix } }) => fix?.kind === 'pull-request' && fix.changeId !== null && brought.has(fix.changeId))
}

function leadTimes(all: Distinct[], counted: Distinct[], { mergedAt, liveBefore }: PerformanceFacts): number[] {
  const wanted = new Set(counted)
  const seen = new Set(liveBefore)
  const spans: number[] = []
  for (const deployment of all) {
    for (const { carried } of deployment.parts) {
      for (const { changeId, direction } of carried) {
        const merged = mergedAt.get(changeId)
        if (direction === 'out' || !merged || seen.has(changeId)) continue
        seen.add(changeId)
        if (wanted.has(deployment)) spans.push(Math.max(0, deployment.liveAt.getTime() - merged.getTime()))
      }
    }
  }
  return spans
}

function spansTo(incidents: KnownIncident[], end: (incident: Incident) => Date | null): number[] {
  return incidents.flatMap(({ incident }) => {
    const at = end(incident)
    return at === null ? [] : [Math.max(0, at.getTime() - incident.detectedAt.getTime())]
  })
}

function byService(incidents: KnownIncident[]): { service: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { incident } of incidents) for (const service of incident.services) counts.set(service, (counts.get(service) ?? 0) + 1)
  return [...counts].map(([service, count]) => ({ service, count })).sort((a, b) => b.count - a.count || (a.service < b.service ? -1 : 1))
}

function byCause(incidents: KnownIncident[]): PerformanceReport['incidents']['byCause'] {
  const verdicts = incidents.map(({ outcomes }) => verdictsOf(outcomes))
  const change = verdicts.filter((each) => confirmedCauses(each).length > 0).length
  const noChange = verdicts.filter(({ isNoChange }) => isNoChange).length
  return { change, noChange, unknown: incidents.length - change - noChange }
}

/** The first suspect that was named last before a human confirmed the cause, against what was confirmed. */
function rankingOf(incidents: KnownIncident[]): PerformanceReport['ranking'] {
  const judged = incidents.flatMap(({ timeline }) => {
    const causes = timeline.flatMap(({ fact, saidAt }) =>
      fact.kind === 'outcome' && fact.verdict === 'caused' ? [{ name: fact.name, saidAt }] : [],
    )
    const confirmed = causes[0]
    if (!confirmed) return []
    const named = timeline.filter(({ fact, saidAt }) => fact.kind === 'ranking' && saidAt <= confirmed.saidAt).at(-1)?.fact
    if (named?.kind !== 'ranking') return []
    return [{ isRight: causes.some(({ name }) => name === named.name), probability: named.probability }]
  })
  const right = judged.filter(({ isRight }) => isRight).length
  const sum = judged.reduce((total, { probability }) => total + probability, 0)
  return { firstRight: rateOf(right, judged.length), meanProbability: judged.length === 0 ? null : sum / judged.length }
}

/** As it was at that moment. */
function followUpsAt(at: Date, items: FollowUpItem[]): PerformanceReport['followUps'] {
  const open = items.filter(({ intendedAt, closedAt }) => intendedAt < at && (closedAt === null || closedAt >= at))
  return { open: open.length, overdue: open.filter(({ dueOn }) => dueOn.getTime() + DAY_MS <= at.getTime()).length }
}

function rateOf(count: number, of: number): Rate {
  return { count, of, rate: of === 0 ? null : count / of }
}

export function medianOf(spans: number[]): MedianSpan {
  const sorted = spans.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const medianMs = sorted.length === 0 ? null : sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { cases: sorted.length, medianMs }
}
