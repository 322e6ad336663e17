// Every change that could be it: live, or merged where no deployment is known, within the lookback. What facts exclude
// stays, with the reason.
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import type { Change } from '../domain/change.ts'
import type { Deployment } from '../domain/deployment.ts'
import type { Incident } from '../domain/incident.ts'
import type { Candidate, RuledOut } from '../domain/ranking.ts'
import { servicesOfPaths } from '../catalog/services-of-paths.ts'
import { touches } from '../changes/carried-changes.ts'
import type { Work } from '../work.ts'
import { earliest, latest, ruleOutChange, STALE_DEPLOYMENTS_MS } from './rule-out-change.ts'
import { seeReadable, type Scope } from './scope.ts'

/** Changes that landed this long after the start are shown as ruled out; later ones are not news. */
const AFTERMATH_MS = 24 * 60 * 60_000
const MOST_CHANGES = 5_000
const MOST_DEPLOYMENTS = 2_000
/** Deployments looked through for the last one to production. */
const MOST_LOOKED_BACK = 100

export type GatheredCandidate = { candidate: Candidate; change: Change; live: Deployment | null; services: string[] }

export type Gathered = {
  candidates: GatheredCandidate[]
  /** What is missing or ambiguous, a sentence each. */
  gaps: string[]
  /** Newest fact that was weighed. */
  asOf: Date
}

export async function gatherCandidates(work: Work, incident: Incident, scope: Scope): Promise<Gathered> {
  const at = incident.detectedAt
  const from = new Date(at.getTime() - scope.catalog.settings.incidents.lookbackMs)
  // What happened after the end is not part of the answer, however late the news of what came before arrive.
  const endAt = incident.resolvedAt ?? new Date(Math.max(work.now().getTime(), at.getTime()))
  const until = new Date(Math.min(endAt.getTime(), at.getTime() + AFTERMATH_MS))
  const repositoryIds = [...new Set(scope.services.map((service) => service.repositoryId))]
  const services = scope.services.map((service) => ({ repositoryId: service.repositoryId, service: service.name }))
  const [merged, deployed] = await Promise.all([
    work.tenant.changes.mergedBetween(repositoryIds, from, until, MOST_CHANGES),
    work.tenant.deployments.liveBetween(services, from, until, MOST_DEPLOYMENTS),
  ])
  const known = new Set(merged.map((change) => change.id))
  const carriedIds = new Set(deployed.flatMap(({ carried }) => carried.map((entry) => entry.changeId)).filter((id) => !known.has(id)))
  const carried = await work.tenant.changes.byIds([...carriedIds])
  await seeReadable(
    work,
    scope,
    carried.map((change) => change.repositoryId),
  )
  const earlier = carried.filter((change) => scope.readable.has(change.repositoryId))
  const all = [...merged, ...earlier].map((change) => withoutLaterReverts(change, endAt))
  // A cherry-pick or backport is the same change: where it went, the change went.
  const present = new Set(all.map((change) => change.id))
  const original = new Map(
    all.flatMap((change) => (present.has(change.sameAsChangeId ?? NaN) ? [[change.id, change.sameAsChangeId!]] : [])),
  )
  const changes = all.filter((change) => !original.has(change.id))
  const revertIds = changes.flatMap((change) => change.revertedBy.map((revert) => revert.changeId))
  const carries = Map.groupBy(
    (await work.tenant.deployments.carrying([...new Set([...present, ...revertIds])])).filter(
      ({ deployment }) => deployment.liveAt !== null && deployment.liveAt <= endAt,
    ),
    (entry) => original.get(entry.changeId) ?? entry.changeId,
  )

  const deployments = deployed.map((entry) => entry.deployment).filter((deployment) => deployment.isProduction)
  const coverage = await deploymentCoverage(work, scope, deployments, at)
  const candidates = changes.flatMap((change): GatheredCandidate[] => {
    const reach = reachOf(change, scope)
    if (!reach) return []
    const inScope = (carries.get(change.id) ?? []).filter(
      (entry) => isInScope(entry.deployment, scope) && isCarried(change, entry.deployment, scope),
    )
    const production = inScope.filter((entry) => entry.deployment.isProduction)
    const before = latest(production.filter((entry) => entry.deployment.liveAt! <= at))
    const live = before?.direction === 'in' ? before.deployment : null
    const ruledOut = ruleOutChange({ change, at, inScope, production, carries, deployedSince: coverage.since, services: reach.services })
    return [
      {
        change,
        live: live ?? earliest(production)?.deployment ?? null,
        services: reach.services,
        candidate: candidateOf(change, live?.liveAt ?? null, reach.distance, ruledOut),
      },
    ]
  })
  return { candidates, gaps: [...coverage.gaps, ...gapsOf(candidates, deployments)], asOf: newest(incident, candidates, deployments) }
}

function withoutLaterReverts(change: Change, endAt: Date): Change {
  return { ...change, revertedBy: change.revertedBy.filter((revert) => revert.mergedAt <= endAt) }
}

export function candidateOf(change: Change, liveAt: Date | null, serviceDistance: number | null, ruledOut: RuledOut | null): Candidate {
  return {
    // The commit, not our own id: it is the same on every engine and in every order of arrival.
    id: change.mergeSha,
    number: change.number,
    shas: change.commitShas,
    title: change.title,
    body: change.bodyExcerpt,
    paths: change.files.map((file) => file.path),
    files: change.files,
    fileCount: change.fileCount,
    added: change.added,
    deleted: change.deleted,
    identifiers: change.identifiers,
    symbols: [...new Set(change.files.flatMap((file) => file.symbols))],
    author: change.author,
    labels: change.labels,
    mergedAt: change.mergedAt,
    liveAt,
    serviceDistance,
    references: change.references,
    bumps: change.bumps,
    filesTruncated: change.filesTruncated,
    ruledOut,
  }
}

/** The services in scope that a change touches and how near they are; null when it touches others only. */
function reachOf(change: Change, scope: Scope): { distance: number; services: string[] } | null {
  const scoped = scope.services.filter((service) => service.repositoryId === change.repositoryId)
  const nearest = Math.min(...scoped.map((service) => service.distance))
  if (scoped.length === 0) return null
  const declared = scope.catalogs.get(change.repositoryId)?.services ?? []
  const touched = servicesOfPaths(
    declared,
    change.files.map((file) => file.path),
  )
  const hit = scoped.filter((service) => touched.includes(service.name))
  if (hit.length > 0) return { distance: Math.min(...hit.map((service) => service.distance)), services: hit.map((service) => service.name) }
  if (touched.length === 0 || change.filesTruncated) return { distance: nearest + (change.filesTruncated ? 0 : 1), services: [] }
  return null
}

/** Until when deployments are recorded for each service in scope; what was merged later can't be excluded by them. */
async function deploymentCoverage(
  work: Work,
  scope: Scope,
  deployments: Deployment[],
  at: Date,
): Promise<{ gaps: string[]; since: Map<string, Date> }> {
  const coverage = { gaps: [] as string[], since: new Map<string, Date>() }
  const never: string[] = []
  for (const service of scope.services) {
    const own = deployments.filter(
      (each) => each.repositoryId === service.repositoryId && each.service === service.name && each.liveAt! <= at,
    )
    const lastAt = (own.at(-1) ?? (await lastBefore(work, service, at)))?.liveAt
    if (lastAt) coverage.since.set(`${service.repositoryId}:${service.name}`, lastAt)
    if (service.distance > 0) continue
    if (!lastAt) never.push(service.name)
    else if (at.getTime() - lastAt.getTime() > STALE_DEPLOYMENTS_MS) {
      coverage.gaps.push(
        `No deployments of ${service.name} recorded for ${formatDistanceStrict(at, lastAt, { unit: 'day' })}: changes merged since then are ranked by when they were merged.`,
      )
    }
  }
  if (never.length > 0) coverage.gaps.unshift(neverDeployed(never))
  return coverage
}

function neverDeployed(services: string[]): string {
  const named = services.length > 3 ? `${services.slice(0, 3).join(', ')} and ${services.length - 3} more` : services.join(', ')
  return `No deployments of ${named} are recorded: changes are ranked by when they were merged.`
}

/** The newest production deployment of a service before the lookback. */
async function lastBefore(work: Work, service: Scope['services'][number], at: Date): Promise<Deployment | undefined> {
  const wanted = [{ repositoryId: service.repositoryId, service: service.name }]
  const live = await work.tenant.deployments.liveBetween(wanted, new Date(0), at, MOST_LOOKED_BACK)
  return live.map((entry) => entry.deployment).findLast((deployment) => deployment.isProduction)
}

function isInScope(deployment: Deployment, scope: Scope): boolean {
  return (
    deployment.liveAt !== null &&
    scope.services.some((service) => service.repositoryId === deployment.repositoryId && service.name === deployment.service)
  )
}

/** What was carried while a change's files were not known may have turned out to be of another service. */
export function isCarried(change: Change, deployment: Pick<Deployment, 'repositoryId' | 'service'>, scope: Scope): boolean {
  const services = scope.catalogs.get(deployment.repositoryId)?.services ?? []
  return touches(change, services.find((service) => service.name === deployment.service) ?? null)
}

function gapsOf(candidates: GatheredCandidate[], deployments: Deployment[]): string[] {
  const gaps: string[] = []
  const ambiguous = new Set(deployments.filter((deployment) => deployment.isAmbiguous).map((deployment) => deployment.environment))
  for (const environment of [...ambiguous].sort()) {
    gaps.push(`Deployments to ${environment} do not say which service they are of: it was told from the changed paths.`)
  }
  const cut = deployments.filter((deployment) => deployment.isTruncated).length
  if (cut > 0) gaps.push(`${cut} ${cut === 1 ? 'deployment carries' : 'deployments carry'} more changes than could be read.`)
  const partial = candidates.filter(({ candidate }) => candidate.ruledOut === null && candidate.filesTruncated).length
  if (partial > 0)
    gaps.push(
      `${partial} ${partial === 1 ? 'change has' : 'changes have'} a file list that was cut: a file missing there may still be touched.`,
    )
  return gaps
}

function newest(incident: Incident, candidates: GatheredCandidate[], deployments: Deployment[]): Date {
  const times = [
    incident.updatedAt,
    incident.resolvedAt ?? incident.openedAt,
    ...candidates.map(({ change }) => change.mergedAt),
    ...deployments.map((deployment) => deployment.liveAt!),
  ]
  return new Date(Math.max(...times.map((time) => time.getTime())))
}
