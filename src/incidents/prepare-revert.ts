// GitHub's Revert button, pressed once for an incident. Nobody merges but people.
import type { Change } from '../domain/change.ts'
import type { RevertRecord } from '../domain/revert.ts'
import { link } from '../render/escape.ts'
import type { Saying } from './commands/command-kind.ts'
import { changeLink } from './rollback-kit.ts'

/**
 * Does nothing unless the repository's file asks for it and the change is one of its own pull requests. Idempotent: what
 * an earlier try, or a person, opened already is taken. At most four requests. What could not be done can be asked for again.
 */
export async function prepareRevert({ work, incident, repository, catalog, saidAt }: Saying, change: Change): Promise<void> {
  if (catalog.settings.incidents.rollback !== 'pull-request' || !incident.isTrusted) return
  if (change.number === null || change.repositoryId !== repository.id) return
  const { reverts, timeline } = work.tenant
  const known = (await reverts.ofIncident(incident.id)).find(({ changeId }) => changeId === change.id)
  const revert = known && known.number !== null ? known : await open(work, repository, change.number, incident)
  if (revert !== known) await reverts.save(incident.id, change.id, revert)
  if (revert.number === null) return
  const fact = { kind: 'revert-opened' as const, name: `#${revert.number}`, of: changeLink(change).text }
  const entry = { key: `revert ${change.mergeSha}`, at: saidAt, saidAt, by: null, text: '', url: revert.url, fact }
  // Asked for twice, it was opened at the first asking.
  await timeline.add(incident.id, [{ ...entry, revision: -saidAt.getTime() }])
}

async function open(
  work: Saying['work'],
  repository: Saying['repository'],
  number: number,
  incident: Saying['incident'],
): Promise<RevertRecord> {
  try {
    const pull = await work.github.pullRequest(repository, number)
    // GitHub names the branch so, whoever pressed the button.
    const there = pull && (await work.github.pullRequestFrom(repository, `revert-${number}-${pull.headRef}`))
    const body = `Reverts ${repository.owner}/${repository.name}#${number}\n\nAsked for in incident ${link(`#${incident.issueNumber}`, incident.url)}.`
    const made = there ?? (await work.github.revertPullRequest(repository, number, body))
    return made ? { ...made, problem: null } : { number: null, url: null, problem: 'conflict' }
  } catch (error) {
    if (!(error instanceof Error && 'status' in error && error.status === 403)) throw error
    work.log.warn({ incident: incident.issueNumber, err: error }, 'No revert pull request was opened: the App may not')
    return { number: null, url: null, problem: 'forbidden' }
  }
}
