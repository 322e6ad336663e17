// What fixed it? The pull request that closed the issue, a rollback that went live during it, or the closing words.
import type { Incident, IncidentFix } from '../domain/incident.ts'
import type { IssueClosers } from '../github/github.ts'
import type { Work } from '../work.ts'

/** Records the fix of a resolved incident, if anything tells it. One GraphQL request, unless it is known what closed it. */
export async function findFix(work: Work, incidentId: number, told?: IssueClosers): Promise<void> {
  const incident = await work.tenant.incidents.byId(incidentId)
  const repository = incident && (await work.tenant.repositories.byId(incident.repositoryId))
  if (!incident || !repository) return
  const closers = told ?? (await work.github.closers(repository, incident.issueNumber))
  const fix =
    (await byPullRequest(work, incident, closers.pullRequests)) ?? (await byRollback(work, incident)) ?? byWords(closers.lastComment)
  await work.tenant.incidents.setFix(incidentId, fix)
}

/**
 * A rollback whose news came after those of the end; asks the store only. A pull request that closed the issue says
 * more than a rollback, closing words say less.
 */
export async function withLateRollback(work: Work, incident: Incident): Promise<Incident> {
  if (incident.status !== 'resolved' || incident.fix?.kind === 'pull-request') return incident
  const fix = await byRollback(work, incident)
  if (!fix || (incident.fix?.kind === 'rollback' && incident.fix.deploymentId === fix.deploymentId)) return incident
  await work.tenant.incidents.setFix(incident.id, fix)
  return { ...incident, fix }
}

async function byPullRequest(work: Work, incident: Incident, pullRequests: IssueClosers['pullRequests']): Promise<IncidentFix | null> {
  const last = pullRequests.at(-1)
  if (!last) return null
  const change = await work.tenant.changes.byNumber(incident.repositoryId, last.number)
  return { kind: 'pull-request', changeId: change?.id ?? null, number: last.number, title: last.title, url: last.url }
}

async function byRollback(work: Work, incident: Incident): Promise<(IncidentFix & { kind: 'rollback' }) | null> {
  const services = incident.services.map((service) => ({ repositoryId: incident.repositoryId, service }))
  const live = await work.tenant.deployments.liveBetween(services, incident.detectedAt, incident.resolvedAt ?? work.now(), 200)
  const rollback = live.map((entry) => entry.deployment).findLast((deployment) => deployment.kind === 'rollback' && deployment.isProduction)
  if (!rollback) return null
  return { kind: 'rollback', deploymentId: rollback.id, service: rollback.service, toSha: rollback.sha, url: rollback.url }
}

const LONGEST_EXCERPT = 280

function byWords(lastComment: IssueClosers['lastComment']): IncidentFix | null {
  const words = lastComment?.body.replaceAll(/\s+/g, ' ').trim() ?? ''
  if (words === '' || !lastComment) return null
  return { kind: 'comment', excerpt: [...words].slice(0, LONGEST_EXCERPT).join(''), url: lastComment.url }
}
