// Repositories say what caused an incident without a word to us: the pull request that ended it reverts the change.
import type { Change, ChangeReference } from '../domain/change.ts'
import type { Incident } from '../domain/incident.ts'
import type { Work } from '../work.ts'
import { changeLink } from './rollback-kit.ts'

/** Not a person: `verdictsOf` gives way to what people say. */
const READ_FROM_FIX = { login: 'causeway', isBot: true }

/** Idempotent, and asked at every answer: news of the merge may come after those of the end. Asks the store only. */
export async function learnCause(work: Work, incident: Incident): Promise<void> {
  // A mere report teaches nothing.
  if (incident.fix?.kind !== 'pull-request' || !incident.isTrusted) return
  const fix = await work.tenant.changes.byNumber(incident.repositoryId, incident.fix.number)
  for (const reference of fix?.references ?? []) {
    const caused = fix && reference.kind === 'reverts' ? await revertedBy(work, fix, reference) : null
    if (!fix || !caused || caused.id === fix.id) continue
    const told = { at: fix.mergedAt, by: READ_FROM_FIX }
    await work.tenant.incidents.addOutcome({ ...told, incidentId: incident.id, changeId: caused.id, verdict: 'caused' })
    const fact = { kind: 'outcome' as const, verdict: 'caused' as const, changeId: caused.id, name: changeLink(caused).text }
    const entry = { at: fix.mergedAt, saidAt: fix.mergedAt, by: null, text: 'what fixed it reverts it', url: fix.url, fact }
    await work.tenant.timeline.add(incident.id, [{ ...entry, key: `fix reverts ${caused.mergeSha}` }])
  }
}

async function revertedBy(work: Work, { repositoryId, mergedAt }: Change, reference: ChangeReference): Promise<Change | null> {
  const { changes } = work.tenant
  if (reference.by === 'number') return changes.byNumber(repositoryId, reference.number)
  if (reference.by === 'sha') return changes.byCommitPrefix(repositoryId, reference.sha)
  return (await changes.byTitle(repositoryId, reference.title, mergedAt, 1))[0] ?? null
}
