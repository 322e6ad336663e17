// The postmortem of an incident: begun once, when somebody asks for it or the file says so, in an issue of its own or as a
// document that a draft pull request adds. From then on it belongs to the people who write it: it is never written over.
import type { Incident } from '../domain/incident.ts'
import type { PostmortemFacts, PostmortemRecord } from '../domain/postmortem.ts'
import type { Link } from '../domain/report.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import { code, plain } from '../render/escape.ts'
import { postmortemMarker, postmortemTitle, renderPostmortem, withNotice } from '../render/postmortem.ts'
import type { Work } from '../work.ts'
import { isRefused } from './is-refused.ts'
import { documentPath } from './document-path.ts'
import { openDocument } from './open-document.ts'

/** GitHub allows 256 characters. */
const MAX_TITLE = 250
/** How far GitHub's clock may be behind ours. */
const CLOCK_MARGIN_MS = 10 * 60_000
const DEFAULT_LABELS = ['postmortem']

type Place = { incident: Incident; repository: Repository; catalog: Catalog }
type Made = { issueNumber: number; url: string; path: string | null }

/** Where it is; or why there is none though it is wanted: one sentence. */
export type Postmortem = { link: Link | null; problem: string | null }

const NONE: Postmortem = { link: null, problem: null }

/** Idempotent; no request once it exists. Where GitHub refuses it is tried again by the next answer. */
export async function writePostmortem(work: Work, of: Place, facts: () => Promise<PostmortemFacts>): Promise<Postmortem> {
  const { incident, catalog } = of
  const { postmortems } = work.tenant
  const known = await postmortems.get(incident.id)
  if (known?.issueNumber) return { ...found(known.issueNumber, known.url), problem: lostWords(known) }
  if (!known && !(await isWanted(work, incident, catalog))) return NONE
  if (!known) await postmortems.intend(incident.id, work.now(), await pathFor(work, of))
  try {
    const made = await make(work, of, (await postmortems.get(incident.id))!, { isAgain: known !== null, facts })
    await postmortems.saved(incident.id, made)
    return found(made.issueNumber, made.url)
  } catch (error) {
    if (!isRefused(error)) throw error
    work.log.warn({ incident: incident.issueNumber, err: error }, 'The postmortem was not begun: GitHub refused')
    return { link: null, problem: 'The postmortem could not be begun: it needs the permission “Issues: write”, and issues to be on.' }
  }
}

const found = (number: number, url: string | null): Postmortem => ({ link: { text: `#${number}`, url }, problem: null })

function lostWords({ path, lostAt }: PostmortemRecord): string | null {
  if (path === null || lostAt === null) return null
  return `The postmortem is no longer at ${code(path, 200)}, nor among the files pushed since: its follow-ups are as they were last read there.`
}

async function isWanted(work: Work, incident: Incident, catalog: Catalog): Promise<boolean> {
  if (!incident.isTrusted || incident.duplicateOfId !== null) return false
  const bySeverity = incident.status === 'resolved' && incident.severity !== null
  if (bySeverity && catalog.settings.postmortems?.onResolve?.includes(incident.severity!)) return true
  return (await work.tenant.timeline.list(incident.id)).some(({ fact }) => fact.kind === 'postmortem-asked')
}

/** Decided once: after a crash the same document is looked for. */
async function pathFor(work: Work, { incident, repository, catalog }: Place): Promise<string | null> {
  const settings = catalog.settings.postmortems
  if (settings?.as !== 'pull-request') return null
  const path = documentPath(incident, settings.folder)
  const isTaken = (await work.github.readFile(repository, path)) !== null
  return isTaken ? path.replace(/\.md$/, `-${incident.issueNumber}.md`) : path
}

type Making = { /** An earlier try may have made it. */ isAgain: boolean; facts: () => Promise<PostmortemFacts> }

async function make(work: Work, of: Place, record: PostmortemRecord, making: Making): Promise<Made> {
  const { incident, repository, catalog } = of
  // Asked for only where it is needed: gathering it costs queries.
  let text: { title: string; body: string } | null = null
  const written = async () => (text ??= await write(work, of, await making.facts()))
  const labels = catalog.settings.postmortems?.labels ?? DEFAULT_LABELS
  let notice: string | null = null
  if (record.path !== null) {
    try {
      const areFollowUpsTracked = catalog.settings.postmortems?.followUps !== false
      const wanted = { incident, repository, labels, areFollowUpsTracked, path: record.path, isAgain: making.isAgain }
      return await openDocument(work, wanted, written)
    } catch (error) {
      if (!isRefused(error)) throw error
      notice = refusalWords(error)
      work.log.warn({ incident: incident.issueNumber, err: error }, 'The postmortem is begun in an issue: its pull request was refused')
    }
  }
  const lost = making.isAgain ? await findLost(work, of, new Date(record.intendedAt.getTime() - CLOCK_MARGIN_MS)) : null
  if (lost) return { issueNumber: lost.number, url: lost.url, path: null }
  const { title, body } = await written()
  const issue = await work.github.createIssue(repository, { title, body: withNotice(body, notice), labels })
  return { issueNumber: issue.number, url: issue.url, path: null }
}

async function write(work: Work, { repository, catalog }: Place, facts: PostmortemFacts): Promise<{ title: string; body: string }> {
  const path = catalog.settings.postmortems?.template
  const template = path === undefined ? null : await work.github.readFile(repository, path)
  return { title: plain(postmortemTitle(facts), MAX_TITLE), body: renderPostmortem(facts, template?.text ?? null) }
}

/** Made before, but a crash came before that was written down. Anybody can write the marker: only our own App's count. */
async function findLost(work: Work, { incident, repository }: Place, since: Date): Promise<{ number: number; url: string } | null> {
  const marker = postmortemMarker(repository.id, incident.issueNumber)
  const issues = await work.github.recentIssues(repository, since)
  return issues.find(({ appId, body }) => appId === work.github.appId() && body.startsWith(marker)) ?? null
}

function refusalWords(error: Error): string {
  const wanted = 'This was to be a pull request (`postmortems.as` in `.github/causeway.yml`)'
  return 'status' in error && error.status === 403
    ? `${wanted}. That needs the App’s permissions “Contents: write” and “Pull requests: write”.`
    : `${wanted}. That was refused: a rule of this repository may keep the App from making its branch, or one of that name was there already.`
}
