// `/deploy-anyway <reason>`: whoever may decide lets through what an incident holds.
import type { Person } from '../domain/change.ts'
import type { Incident } from '../domain/incident.ts'
import type { Work } from '../work.ts'

/** Lets through every deployment that this open incident holds. The caller has checked that the person may decide. Idempotent. */
export async function overrideGate(work: Work, incident: Incident, by: Person, reason: string): Promise<void> {
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
    // Who it was stands on the incident's timeline, where they can be forgotten.
    await work.tenant.gate.decide(request.id, 'overridden', `Let through: ${reason}`)
    work.log.info(
      { run: request.runId, environment: request.environment, incident: incident.issueNumber },
      'deployment let through by a person',
    )
  }
}
