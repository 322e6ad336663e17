// `/deploy-anyway <reason>`: whoever may decide lets through what an incident holds.
import type { Person } from '../domain/change.ts'
import type { Incident } from '../domain/incident.ts'
import type { Work } from '../work.ts'

type Overridden = { repository: string; environment: string; runId: number }

/**
 * Lets through every deployment that this open incident holds; returns them, for the timeline. The caller has checked
 * that the person may decide. Idempotent: what was let through before is not returned again.
 */
export async function overrideGate(work: Work, incident: Incident, by: Person, reason: string): Promise<Overridden[]> {
  const overridden: Overridden[] = []
  const home = await work.tenant.repositories.byId(incident.repositoryId)
  for (const request of await work.tenant.gate.held()) {
    const repository = await work.tenant.repositories.byId(request.repositoryId)
    const name = repository?.id === incident.repositoryId ? '' : `${home?.owner}/${home?.name}`
    // The reason names the incident that holds it, so only that one can be overridden.
    if (!repository || !request.reason.startsWith(`Incident ${name}#${incident.issueNumber} `)) continue
    const comment = `Let through by ${by.login}: ${reason}`
    await work.github.answerProtectionRule(repository, {
      runId: request.runId,
      environment: request.environment,
      state: 'approved',
      comment,
    })
    await work.tenant.gate.decide(request.id, 'overridden', comment)
    overridden.push({ repository: `${repository.owner}/${repository.name}`, environment: request.environment, runId: request.runId })
  }
  return overridden
}
