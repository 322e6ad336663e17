import type { Work } from '../work.ts'

/** An incident changed: whatever is held in the installation is decided again, each in its own lane. */
export async function recheckGate(work: Work): Promise<void> {
  for (const { id, repositoryId } of await work.tenant.gate.held()) await work.followUp({ kind: 'gate', repositoryId, requestId: id })
}
