// How a deployment went. Like any alarm that stays silent, a healthy verdict says why it was not flagged.
import type { Change } from '../domain/change.ts'
import type { Deployment } from '../domain/deployment.ts'
import type { DeploymentVerdict } from '../domain/deployment-review.ts'
import { count, span, utc } from '../render/words.ts'
import type { Work } from '../work.ts'

const PROBABLE = 0.5
const MOST_REASONS = 5

export async function verdictOf(
  work: Work,
  deployment: Deployment,
  changes: readonly Change[],
  watchMs: number,
): Promise<DeploymentVerdict> {
  const { liveAt, service, environment } = deployment
  if (!liveAt) return { state: 'pending', reasons: [], until: null }
  const endAt = new Date(liveAt.getTime() + watchMs)
  const next = await work.tenant.deployments.liveAfter(deployment.repositoryId, service, environment, liveAt, deployment.id)
  const blamed = await blamedIn(work, deployment, changes)
  const back =
    next?.kind === 'rollback' && deployment.kind !== 'rollback'
      ? [`Rolled back to ${next.sha.slice(0, 8)} at ${utc(next.liveAt!)}, after ${span(next.liveAt!.getTime() - liveAt.getTime())}.`]
      : []
  if (back.length > 0) return { state: 'rolled-back', reasons: [...back, ...blamed].slice(0, MOST_REASONS), until: null }
  if (blamed.length > 0) return { state: 'implicated', reasons: blamed.slice(0, MOST_REASONS), until: null }
  if (work.now() < endAt) return { state: 'watching', reasons: [], until: endAt.toISOString() }
  return { state: 'healthy', reasons: (await whyNotFlagged(work, deployment, changes, endAt)).slice(0, MOST_REASONS), until: null }
}

/** Only incidents of its own repository are named: of others its readers may know nothing. */
async function blamedIn(work: Work, deployment: Deployment, changes: readonly Change[]): Promise<string[]> {
  const reasons: string[] = []
  for (const change of changes) {
    for (const { incidentId, weighed } of await work.tenant.implications.ofChange(change.id)) {
      const isConfirmed = weighed.standing === 'confirmed'
      if (!isConfirmed && (weighed.standing !== 'suspected' || (weighed.probability ?? 0) < PROBABLE)) continue
      const incident = await work.tenant.incidents.byId(incidentId)
      if (!incident || incident.repositoryId !== deployment.repositoryId) continue
      const name = change.number === null ? change.mergeSha.slice(0, 8) : `#${change.number}`
      const how = isConfirmed ? 'is confirmed as the cause' : `is the likely cause (${Math.round((weighed.probability ?? 0) * 100)} %)`
      reasons.push(`${name} ${how} of incident #${incident.issueNumber}.`)
    }
  }
  return reasons
}

async function whyNotFlagged(work: Work, deployment: Deployment, changes: readonly Change[], endAt: Date): Promise<string[]> {
  const { liveAt, service, repositoryId } = deployment
  const watched = span(endAt.getTime() - liveAt!.getTime())
  if (deployment.kind === 'first') return ['It is the first known version there: it carries no changes.']
  if (changes.length === 0) return ['It carries no change of this service.']
  const near = await work.tenant.incidents.touchedBy(repositoryId, endAt)
  const during = near.filter(
    (incident) =>
      incident.status !== 'reported' &&
      incident.detectedAt >= liveAt! &&
      incident.detectedAt <= endAt &&
      incident.services.includes(service),
  )
  if (during.length > 0) {
    return during.map(
      (incident) =>
        `Incident #${incident.issueNumber} began ${span(incident.detectedAt.getTime() - liveAt!.getTime())} after it, but none of its ${count(changes.length, 'change')} was confirmed or ranked at half or more.`,
    )
  }
  const before = near.filter((incident) => incident.detectedAt < liveAt! && incident.services.includes(service))
  const reasons = [`No incident of ${service} began in the ${watched} after it went live.`]
  if (before.length > 0) reasons.push(`${count(before.length, 'incident')} of ${service} had begun before it.`)
  return reasons
}
