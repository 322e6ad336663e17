// Postmortems that are documents of the repository: read when a push brings them, or a change of them, to its default
// branch. Before that they are drafts, and what they list is not agreed on. People move them: then they are looked for.
import type { MergeEvent, PushEvent } from '../domain/event.ts'
import type { PostmortemRecord } from '../domain/postmortem.ts'
import type { Repository } from '../domain/repository.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { answerIncident } from '../incidents/answer-incident.ts'
import { postmortemMarker } from '../render/postmortem.ts'
import type { Work } from '../work.ts'
import { trackFollowUps } from './track-follow-ups.ts'

/** Files that are looked into for one that was moved: a request each. */
const MOST_LOOKED_INTO = 20

/** At most one request for each postmortem that was pushed, and one for each new line; more where one was moved. */
export async function followDocument(work: Work, event: PushEvent): Promise<void> {
  const { repository, branch, paths, isTruncated } = event
  if (branch !== repository.defaultBranch) return
  const at = event.pushedAt ?? work.now()
  const mayBeOne = paths.filter(isDocument)
  for (const record of await work.tenant.postmortems.documents(repository.id)) {
    const isNews = isTruncated || paths.includes(record.path!) || (record.lostAt !== null && mayBeOne.length > 0)
    if (isNews) await readDocument(work, repository, record, { at, elsewhere: async () => mayBeOne, isOneEnough: false })
  }
}

/** Its pull request was merged: which files that brought, and where, GitHub tells, however often they were moved in it. */
export async function followMergedDocument(work: Work, { repository, pullRequest }: MergeEvent): Promise<void> {
  const { number, mergedAt: at, baseRef } = pullRequest
  const record = await work.tenant.postmortems.byIssue(repository.id, number)
  if (!record?.path || baseRef !== repository.defaultBranch) return
  const elsewhere = async (): Promise<string[]> => {
    const { files } = await work.github.pullRequestFiles(repository, number, 1)
    return files.filter(({ path, status }) => status !== 'removed' && isDocument(path)).map(({ path }) => path)
  }
  await readDocument(work, repository, record, { at, elsewhere, isOneEnough: true })
}

type Reading = {
  at: Date
  /** Where it may stand when it is not where it was. */
  elsewhere: () => Promise<string[]>
  /** Whether a single file there is it, though somebody took its hidden first line out. */
  isOneEnough: boolean
}

async function readDocument(work: Work, repository: Repository, record: PostmortemRecord, reading: Reading): Promise<void> {
  const { at } = reading
  const incident = await work.tenant.incidents.byId(record.incidentId)
  if (!incident || record.path === null) return
  // As it is now, which is never older than the news that told of it.
  const here = await work.github.readFile(repository, record.path)
  const marker = postmortemMarker(repository.id, incident.issueNumber)
  const found = here ? { path: record.path, text: here.text } : await lookElsewhere(work, repository, marker, reading)
  // One that was never read is a draft still.
  if (!found && record.readAt === null) return
  const lostAt = found ? null : (record.lostAt ?? at)
  const placed = { path: found?.path ?? record.path, lostAt }
  if (placed.path !== record.path || lostAt !== record.lostAt) await work.tenant.postmortems.place(incident.id, placed)
  if (found) {
    const catalog = await seeRepository(work, repository)
    const newest = { ...record, ...placed, readAt: null }
    await trackFollowUps(work, { incident, repository, catalog, record: newest }, found.text, at)
  }
  if (lostAt !== record.lostAt) await answerIncident(work, incident.id)
}

type Found = { path: string; text: string }

async function lookElsewhere(
  { github }: Work,
  repository: Repository,
  marker: string,
  { elsewhere, isOneEnough }: Reading,
): Promise<Found | null> {
  const there: Found[] = []
  for (const path of (await elsewhere()).slice(0, MOST_LOOKED_INTO)) {
    const file = await github.readFile(repository, path)
    if (file?.text.includes(marker)) return { path, text: file.text }
    if (file) there.push({ path, text: file.text })
  }
  return isOneEnough && there.length === 1 ? there[0]! : null
}

const isDocument = (path: string): boolean => /\.(?:md|markdown|mdx|txt|adoc|rst)$/i.test(path)
