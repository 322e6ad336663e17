// What a postmortem lists is to be done: each line becomes an issue, once, whatever crashed before, and stays the same one
// when it is said better.
import type { FollowUpItem } from '../domain/follow-up.ts'
import type { Incident } from '../domain/incident.ts'
import type { PostmortemRecord } from '../domain/postmortem.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import { followUpBody, followUpMarker } from '../render/follow-up.ts'
import type { Work } from '../work.ts'
import { answerIncident } from '../incidents/answer-incident.ts'
import { refreshRelated } from '../incidents/refresh-answers.ts'
import { planFollowUps } from './plan-follow-ups.ts'
import { readFollowUps } from './read-follow-ups.ts'

const DEFAULT_DUE_MS = 30 * 86_400_000
const DEFAULT_LABEL = 'follow-up'
/** How far GitHub's clock may be behind ours. */
const CLOCK_MARGIN_MS = 10 * 60_000

export type TrackedPostmortem = { incident: Incident; repository: Repository; catalog: Catalog; record: PostmortemRecord }

/** `text` is the postmortem as of `at`; an older text than the one read last changes nothing. One request for each new line. */
export async function trackFollowUps(work: Work, of: TrackedPostmortem, text: string, at: Date): Promise<void> {
  const { incident, catalog, record } = of
  const settings = catalog.settings.postmortems?.followUps
  if (settings === false || incident.retractedAt || (record.readAt !== null && at < record.readAt)) return
  const { followUps, postmortems } = work.tenant
  const known = await followUps.ofIncidents([incident.id])
  const plan = planFollowUps(known, readFollowUps(text, at), dayOf(at.getTime() + (settings?.dueMs ?? DEFAULT_DUE_MS)))
  for (const line of plan.edit) await followUps.edit(incident.id, line.key, line)
  for (const line of plan.open) await followUps.intend(incident.id, { ...line, intendedAt: work.now() })
  const again = new Set(known.map(({ key }) => key))
  const waiting = (await followUps.ofIncidents([incident.id])).filter(({ issueNumber }) => issueNumber === null)
  const place = (key: string): number => plan.open.findIndex((line) => line.key === key)
  // In the order of the list, so that the issues' numbers follow it.
  for (const item of waiting.sort((a, b) => place(a.key) - place(b.key))) await open(work, of, item, again.has(item.key))
  await postmortems.read(incident.id, at)
  // Those of a try that was cut off, or put off, are no longer news to the plan.
  if (plan.edit.length + plan.open.length + waiting.length === 0) return
  await answerIncident(work, incident.id)
  await refreshRelated(work, incident.id)
}

async function open(
  work: Work,
  { incident, repository, catalog, record }: TrackedPostmortem,
  item: FollowUpItem,
  isAgain: boolean,
): Promise<void> {
  const settings = catalog.settings.postmortems?.followUps
  const label = (settings !== false && settings?.label) || DEFAULT_LABEL
  const lost = isAgain ? await findLost(work, repository, item) : null
  const body = followUpBody({ ...item, repositoryId: repository.id }, incident, record)
  const issue = lost ?? (await work.github.createIssue(repository, { title: item.text, body, labels: [label] }))
  await work.tenant.followUps.opened(incident.id, item.key, issue.number, issue.url)
}

/** Opened before, but a crash came before that was written down. */
async function findLost(work: Work, repository: Repository, item: FollowUpItem): Promise<{ number: number; url: string } | null> {
  const marker = followUpMarker({ ...item, repositoryId: repository.id })
  const issues = await work.github.recentIssues(repository, new Date(item.intendedAt.getTime() - CLOCK_MARGIN_MS))
  return issues.find(({ appId, body }) => appId === work.github.appId() && body.startsWith(marker)) ?? null
}

function dayOf(ms: number): Date {
  const at = new Date(ms)
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()))
}
