// What the risk check says of a pull request, gathered from the store alone.
import type { Person } from '../domain/change.ts'
import type { Incident } from '../domain/incident.ts'
import { isPseudonym } from '../domain/pseudonym.ts'
import type { CausedIncident, PullRequest, RiskReport } from '../domain/pull-request.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import { ownersOfPaths } from '../catalog/codeowners.ts'
import { readableAmong } from '../catalog/readable.ts'
import { servicesOfPaths } from '../catalog/services-of-paths.ts'
import { statedBumps } from '../changes/describe/bumps.ts'
import { referencesOf } from '../changes/describe/references.ts'
import { changeLink } from '../incidents/rollback-kit.ts'
import { assessWithPast } from '../risk/assess-with-past.ts'
import type { Work } from '../work.ts'
import { annotationsOf } from './annotate-lines.ts'
import { touchedPaths } from './touched-paths.ts'
import { whereIsIt } from './where-is-it.ts'

const MOST_INCIDENTS = 5
const MOST_CONTACTS = 6
const MOST_OPEN = 200

/** `quoted`: the other repositories that it tells of. */
export async function buildRiskReport(
  work: Work,
  repository: Repository,
  catalog: Catalog,
  pull: PullRequest,
): Promise<RiskReport & { quoted: number[] }> {
  const files = pull.read?.files ?? []
  const paths = touchedPaths(files)
  const services = servicesOfPaths(catalog.services, paths)
  const [assessment, incidents, open, merged] = await Promise.all([
    assessWithPast(work, repository.id, {
      title: pull.title,
      body: pull.body,
      files,
      filesTruncated: pull.read?.isTruncated ?? true,
      fileCount: pull.fileCount,
      added: pull.added,
      deleted: pull.deleted,
      labels: pull.labels,
      bumps: statedBumps({ ...pull, files }),
      references: referencesOf({ title: pull.title, body: pull.body, repository }),
      at: work.now(),
    }),
    incidentsOf(work, repository, paths),
    openIncidents(work, repository, services),
    work.tenant.changes.byNumber(repository.id, pull.number),
  ])
  return {
    number: pull.number,
    assessment,
    failAbove: catalog.settings.pullRequests.failAbove ?? null,
    services,
    incidents: incidents.slice(0, MOST_INCIDENTS).map(({ incident, home, cause }) => ({
      link: { text: `${home.id === repository.id ? '' : `${home.owner}/${home.name}`}#${incident.issueNumber}`, url: incident.url },
      cause: changeLink(cause),
      title: incident.title,
      severity: incident.severity,
      detectedAt: incident.detectedAt,
      resolvedAt: incident.resolvedAt,
      paths: touchedPaths(cause.files).filter((path) => paths.includes(path)),
    })),
    open,
    contacts: contactsOf(catalog, paths, incidents),
    files: { read: files.length, all: Math.max(pull.fileCount, files.length) },
    whereabouts: merged ? await whereIsIt(work, merged) : [],
    // They can't be taken back, so they tell of nothing whose readers may change.
    annotations: annotationsOf(
      files,
      incidents.filter(({ home }) => home.id === repository.id),
    ),
    quoted: [...new Set(incidents.map(({ home }) => home.id))].filter((id) => id !== repository.id),
  }
}

async function incidentsOf(work: Work, repository: Repository, paths: string[]): Promise<CausedIncident[]> {
  const found = await work.tenant.pullRequests.incidentsOfFiles(repository.id, paths, 20)
  if (found.length === 0) return []
  const [{ readable }, causes] = await Promise.all([
    readableAmong(
      work.tenant,
      repository,
      found.map((each) => each.repositoryId),
    ),
    work.tenant.changes.byIds([...new Set(found.map((each) => each.changeId))]),
  ])
  const known = await work.tenant.incidents.byIds(found.filter((each) => readable.has(each.repositoryId)).map((each) => each.incidentId))
  const fixers = new Map(await Promise.all(known.map(async (each) => [each.id, await fixerOf(work, each)] as const)))
  return found.flatMap((incident) => {
    const home = readable.get(incident.repositoryId)
    const cause = causes.find((each) => each.id === incident.changeId)
    return home && cause ? [{ incident, home, cause, fixer: fixers.get(incident.incidentId) ?? null }] : []
  })
}

async function fixerOf(work: Work, { repositoryId, fix }: Incident): Promise<Person | null> {
  if (fix?.kind === 'rollback') return (await work.tenant.deployments.byId(fix.deploymentId))?.creator ?? null
  // By number: the issue's end is often told before the merge that brought it.
  return fix?.kind === 'pull-request' ? ((await work.tenant.changes.byNumber(repositoryId, fix.number))?.author ?? null) : null
}

async function openIncidents(work: Work, repository: Repository, services: string[]): Promise<RiskReport['open']> {
  const open = await work.tenant.incidents.open(MOST_OPEN)
  return open
    .filter(
      (one) => one.repositoryId === repository.id && one.status !== 'reported' && one.services.some((name) => services.includes(name)),
    )
    .slice(0, MOST_INCIDENTS)
    .map((one) => ({ ...one, link: { text: `#${one.issueNumber}`, url: one.url } }))
    .map(({ link, title, severity, services: named, detectedAt }) => ({ link, title, severity, services: named, detectedAt }))
}

/** Owners, and who fixed earlier incidents here or reviewed their cause: they have seen it break. Nobody is called. */
function contactsOf(catalog: Catalog, paths: string[], incidents: CausedIncident[]): RiskReport['contacts'] {
  const contacts = new Map<string, RiskReport['contacts'][number]>()
  const add = (name: string, role: RiskReport['contacts'][number]['roles'][number]): void => {
    const shown = name.replace(/^@/, '')
    if (isPseudonym(shown)) return
    const known = contacts.get(shown.toLowerCase()) ?? { name: shown, roles: [] }
    if (!known.roles.includes(role)) known.roles.push(role)
    contacts.set(shown.toLowerCase(), known)
  }
  for (const owners of ownersOfPaths(catalog.codeowners, paths).values()) for (const owner of owners) add(owner, 'owner')
  if (contacts.size === 0)
    for (const service of catalog.services)
      if (servicesOfPaths([service], paths).length > 0) for (const owner of service.owners) add(owner, 'owner')
  for (const { fixer } of incidents) if (fixer && !fixer.isBot) add(fixer.login, 'fixer')
  for (const { cause } of incidents) for (const reviewer of cause.reviewers) if (!reviewer.isBot) add(reviewer.login, 'reviewer')
  return [...contacts.values()].slice(0, MOST_CONTACTS)
}
