// Postmortems that are documents of the repository: read when a push brings them, or a change of them, to its default
// branch. Before that they are drafts, and what they list is not agreed on.
import type { PushEvent } from '../domain/event.ts'
import { seeRepository } from '../changes/see-repository.ts'
import type { Work } from '../work.ts'
import { trackFollowUps } from './track-follow-ups.ts'

/** At most one request for each postmortem that was pushed, and one for each new line. */
export async function followDocument(work: Work, event: PushEvent): Promise<void> {
  const { repository, branch, paths, isTruncated } = event
  if (branch !== repository.defaultBranch) return
  const documents = await work.tenant.postmortems.documents(repository.id)
  const pushed = documents.filter(({ path }) => path !== null && (isTruncated || paths.includes(path)))
  for (const record of pushed) {
    const incident = await work.tenant.incidents.byId(record.incidentId)
    // As it is now, which is never older than the push that told of it.
    const file = record.path === null ? null : await work.github.readFile(repository, record.path)
    if (!incident || !file) continue
    const catalog = await seeRepository(work, repository)
    const newest = { ...record, readAt: null }
    await trackFollowUps(work, { incident, repository, catalog, record: newest }, file.text, event.pushedAt ?? work.now())
  }
}
