// Something was recorded: which answers may no longer be true?
import { dependentsOf, serviceGraph } from '../catalog/service-graph.ts'
import type { Touched, Work } from '../work.ts'
import { answerIncident } from './answer-incident.ts'
import { DEPENDENCY_DEPTH } from './scope.ts'

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
  // Reading every catalog costs; without an open incident there is nothing to keep true elsewhere.
  if ((await work.tenant.incidents.open(1)).length === 0) return
  for (const [repositoryId, at] of latest) {
    for (const other of await dependentRepositories(work, repositoryId)) {
      const waiting = await work.tenant.incidents.touchedBy(other, at)
      if (waiting.length > 0) await work.refreshLater(other, at)
    }
  }
}

/** Only under the repository's own lease: two lanes must never write one comment. */
export async function refreshOwnAnswers(work: Work, repositoryId: number, at: Date): Promise<void> {
  const kept = await work.tenant.catalogs.get(repositoryId)
  const lookbackMs = kept?.catalog?.settings.incidents.lookbackMs
  const incidents = await work.tenant.incidents.touchedBy(repositoryId, at, lookbackMs)
  for (const incident of incidents.toSorted((a, b) => a.issueNumber - b.issueNumber)) await answerIncident(work, incident.id)
}

/** Repositories with a service that depends on one of this repository's. */
async function dependentRepositories(work: Work, repositoryId: number): Promise<number[]> {
  const catalogs = await work.tenant.catalogs.all()
  // Most installations state no dependency at all: nothing to work out then.
  if (!catalogs.some(({ catalog }) => catalog.services.some((service) => service.dependsOn.length > 0))) return []
  const repositories = new Map((await work.tenant.repositories.all()).map((repository) => [repository.id, repository]))
  const declared = catalogs.flatMap((entry) => {
    const repository = repositories.get(entry.repositoryId)
    return repository ? [{ repository, services: entry.catalog.services }] : []
  })
  const graph = serviceGraph(declared)
  const own = declared.find(({ repository }) => repository.id === repositoryId)?.services ?? []
  const dependents = own.flatMap(({ name }) => dependentsOf(graph, { repositoryId, name }, DEPENDENCY_DEPTH))
  return [...new Set(dependents.map((service) => service.repositoryId))].filter((id) => id !== repositoryId).sort((a, b) => a - b)
}
