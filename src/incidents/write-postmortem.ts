// The postmortem of an incident: begun once, when somebody asks for it or the file says so, in an issue of its own. From
// then on it belongs to the people who write it: it is never written over.
import type { Incident } from '../domain/incident.ts'
import type { PostmortemFacts } from '../domain/postmortem.ts'
import type { Link } from '../domain/report.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import { plain } from '../render/escape.ts'
import { postmortemMarker, postmortemTitle, renderPostmortem } from '../render/postmortem.ts'
import type { Work } from '../work.ts'

/** GitHub allows 256 characters. */
const MAX_TITLE = 250
/** How far GitHub's clock may be behind ours. */
const CLOCK_MARGIN_MS = 10 * 60_000
const DEFAULT_LABELS = ['postmortem']

type Place = { incident: Incident; repository: Repository; catalog: Catalog }

/**
 * Where it is, or null while there is none. Idempotent; at most two requests, and none once it exists.
 */
export async function writePostmortem(work: Work, of: Place, facts: () => Promise<PostmortemFacts>): Promise<Link | null> {
  const { incident, catalog } = of
  const known = await work.tenant.postmortems.get(incident.id)
  if (known?.issueNumber) return { text: `#${known.issueNumber}`, url: known.url }
  if (!known && !(await isWanted(work, incident, catalog))) return null
  const since = known ? new Date(known.intendedAt.getTime() - CLOCK_MARGIN_MS) : null
  if (!known) await work.tenant.postmortems.intend(incident.id, work.now())
  try {
    const issue = (since && (await findLost(work, of, since))) ?? (await create(work, of, await facts()))
    await work.tenant.postmortems.saved(incident.id, issue.number, issue.url)
    return { text: `#${issue.number}`, url: issue.url }
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : null
    if (status !== 403 && status !== 404 && status !== 410) throw error
    work.log.warn({ incident: incident.issueNumber, status }, 'The postmortem was not begun: GitHub lets the App open no issue here')
    return null
  }
}

async function isWanted(work: Work, incident: Incident, catalog: Catalog): Promise<boolean> {
  if (!incident.isTrusted || incident.duplicateOfId !== null) return false
  const bySeverity = incident.status === 'resolved' && incident.severity !== null
  if (bySeverity && catalog.settings.postmortems?.onResolve?.includes(incident.severity!)) return true
  return (await work.tenant.timeline.list(incident.id)).some(({ fact }) => fact.kind === 'postmortem-asked')
}

async function create(work: Work, { repository, catalog }: Place, facts: PostmortemFacts): Promise<{ number: number; url: string }> {
  const path = catalog.settings.postmortems?.template
  const template = path === undefined ? null : await work.github.readFile(repository, path)
  return work.github.createIssue(repository, {
    title: plain(postmortemTitle(facts), MAX_TITLE),
    body: renderPostmortem(facts, template?.text ?? null),
    labels: catalog.settings.postmortems?.labels ?? DEFAULT_LABELS,
  })
}

/** Made before, but a crash came before that was written down. Anybody can write the marker: only our own App's count. */
async function findLost(work: Work, { incident, repository }: Place, since: Date): Promise<{ number: number; url: string } | null> {
  const marker = postmortemMarker(repository.id, incident.issueNumber)
  const issues = await work.github.recentIssues(repository, since)
  return issues.find(({ appId, body }) => appId === work.github.appId() && body.startsWith(marker)) ?? null
}
