// Something was recorded: which answers may no longer be true?
import { neighbourhoodOf } from '../catalog/neighbourhood.ts'
import { checkOfQuotes } from '../domain/check-quotes.ts'
import type { Incident } from '../domain/incident.ts'
import { recheckGate } from '../deployments/recheck-gate.ts'
import { tellPullRequest } from '../pull-requests/tell-pull-request.ts'
import type { RefreshSubject, Touched, Work } from '../work.ts'
import { retellChecks } from '../pull-requests/retell-checks.ts'
import { reviewOpenPullRequests } from '../pull-requests/review-open-pull-requests.ts'
import { answerIncident } from './answer-incident.ts'
import { distanceTo, scopeOf } from './scope.ts'

/** More open incidents of one installation than this are not looked through. */
const MOST_OPEN = 200
/** A note that fails is tried again as a whole. */
const QUOTES_A_NOTE = 50

/**
 * Answers again every incident of these repositories whose window holds one of these moments, and asks the lanes of
 * repositories that depend on them to do the same. An answer that stays the same makes no request.
 */
export async function refreshAnswers(work: Work, touched: Touched): Promise<void> {
  const latest = new Map<number, Date>()
  for (const { repositoryId, at } of touched) {
    await refreshOwnAnswers(work, repositoryId, at)
    latest.set(repositoryId, at)
  }
  // Without an open incident there is nothing to keep true elsewhere.
  if ((await work.tenant.incidents.open(1)).length === 0) return
  for (const [repositoryId, at] of latest) {
    for (const other of await dependentRepositories(work, repositoryId)) {
      const waiting = await work.tenant.incidents.touchedBy(other, at)
      if (waiting.length > 0) await work.refreshLater(other, at)
    }
  }
}

/** What another lane asked of this one. Only under the repository's own lease: two lanes must never write one comment. */
export async function refreshAsAsked(work: Work, repositoryId: number, what: RefreshSubject): Promise<void> {
  if (what instanceof Date) return refreshOwnAnswers(work, repositoryId, what)
  if (what === 'quotes') return refreshQuotes(work, repositoryId)
  for (const issueNumber of what.issues) {
    const check = checkOfQuotes(issueNumber)
    if (check) {
      await retellChecks(work, repositoryId, check)
      continue
    }
    const incident = await work.tenant.incidents.byIssue(repositoryId, issueNumber)
    if (incident) await answerIncident(work, incident.id)
    const change = incident ? null : await work.tenant.changes.byNumber(repositoryId, issueNumber)
    if (change) await tellPullRequest(work, change.id)
  }
}

/** Whoever may read this repository, or be quoted in it, are others than before: whatever ever told of it is looked at. */
async function refreshQuotes(work: Work, repositoryId: number): Promise<void> {
  const touching = Map.groupBy(await work.tenant.quotes.touching(repositoryId), (quote) => quote.repositoryId)
  for (const [id, quotes] of touching) {
    for (let start = 0; start < quotes.length; start += QUOTES_A_NOTE) {
      const issues = quotes.slice(start, start + QUOTES_A_NOTE).map((quote) => quote.issueNumber)
      await work.refreshLater(id, { issues })
    }
  }
}

async function refreshOwnAnswers(work: Work, repositoryId: number, at: Date): Promise<void> {
  const kept = await work.tenant.catalogs.get(repositoryId)
  const lookbackMs = kept?.catalog?.settings.incidents.lookbackMs
  const incidents = await work.tenant.incidents.touchedBy(repositoryId, at, lookbackMs)
  for (const incident of incidents.toSorted((a, b) => a.issueNumber - b.issueNumber)) await answerIncident(work, incident.id)
}

/**
 * Answers again what speaks of this incident, or might: those of its repository that went on when it began or do now,
 * and the checks of open pull requests that touch its services.
 * Open ones elsewhere whose services are connected with its own are left to their lanes.
 */
export async function refreshRelated(work: Work, incidentId: number): Promise<void> {
  const { incidents, repositories } = work.tenant
  const incident = await incidents.byId(incidentId)
  const repository = incident && (await repositories.byId(incident.repositoryId))
  if (!incident || !repository) return
  // Before anything is written, which may have to wait for its turn: a deployment may be waiting for this.
  await recheckGate(work)
  const open = await incidents.open(MOST_OPEN)
  const isOwn = (other: Incident) => other.repositoryId === repository.id
  const near = [...(await incidents.touchedBy(repository.id, incident.detectedAt)), ...open.filter(isOwn)]
  const ids = new Set(near.map((other) => other.id))
  ids.delete(incidentId)
  for (const id of [...ids].sort((a, b) => a - b)) await answerIncident(work, id)
  const catalog = (await work.tenant.catalogs.get(repository.id))?.catalog
  if (catalog) await reviewOpenPullRequests(work, repository, catalog, { kind: 'incident', services: incident.services })
  const elsewhere = open.filter((other) => !isOwn(other))
  if (elsewhere.length === 0) return
  const scope = await scopeOf(work, incident, repository)
  const connected = elsewhere.filter((other) => distanceTo(other, scope) !== null)
  for (const other of connected) await work.refreshLater(other.repositoryId, other.detectedAt)
}

/** Repositories with a service that depends on one of this repository's. */
async function dependentRepositories(work: Work, repositoryId: number): Promise<number[]> {
  const [repository, kept] = await Promise.all([work.tenant.repositories.byId(repositoryId), work.tenant.catalogs.get(repositoryId)])
  if (!repository || !kept?.catalog) return []
  const services = kept.catalog.services.map(({ name }) => name)
  const { dependents } = await neighbourhoodOf(work.tenant, { repository, catalog: kept.catalog }, services, null)
  return [...new Set(dependents.map((service) => service.repositoryId))].filter((id) => id !== repositoryId).sort((a, b) => a - b)
}
