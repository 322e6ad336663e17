// What the risk check says of a pull request, gathered from the store alone.
import type { ChangedFile } from '../domain/change.ts'
import type { CausedIncident, PullRequest, RiskReport } from '../domain/pull-request.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import { ownersOfPaths } from '../catalog/codeowners.ts'
import { readableAmong } from '../catalog/readable.ts'
import { servicesOfPaths } from '../catalog/services-of-paths.ts'
import { bumpsOf } from '../changes/describe/bumps.ts'
import { referencesOf } from '../changes/describe/references.ts'
import { changeLink } from '../incidents/rollback-kit.ts'
import { assessWithPast } from '../risk/assess-with-past.ts'
import type { Work } from '../work.ts'
import { annotationsOf } from './annotate-lines.ts'
import { whereIsIt } from './where-is-it.ts'

const MOST_INCIDENTS = 5
const MOST_CONTACTS = 6
const MOST_OPEN = 200
const MOST_PATHS = 200

export async function buildRiskReport(work: Work, repository: Repository, catalog: Catalog, pull: PullRequest): Promise<RiskReport> {
  const files = pull.read?.files ?? []
  const paths = pathsOf(files)
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
      bumps: pull.author.isBot ? bumpsOf(pull) : [],
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
      paths: pathsOf(cause.files).filter((path) => paths.includes(path)),
    })),
    open,
    contacts: contactsOf(catalog, paths, incidents),
    files: { read: files.length, all: Math.max(pull.fileCount, files.length) },
    whereabouts: merged ? await whereIsIt(work, merged) : [],
    annotations: annotationsOf(files, incidents),
  }
}

/** Both names of a renamed file: what its old name went through is its past too. */
function pathsOf(files: readonly ChangedFile[]): string[] {
  return [
    ...new Set(files.slice(0, MOST_PATHS).flatMap(({ path, previousPath }) => (previousPath === null ? [path] : [path, previousPath]))),
  ]
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
  return found.flatMap((incident) => {
    const home = readable.get(incident.repositoryId)
    const cause = causes.find((each) => each.id === incident.changeId)
    return home && cause ? [{ incident, home, cause }] : []
  })
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

/** Owners, and who wrote or reviewed what caused earlier incidents here: they have seen it break. Nobody is called. */
function contactsOf(catalog: Catalog, paths: string[], incidents: CausedIncident[]): RiskReport['contacts'] {
  const contacts = new Map<string, RiskReport['contacts'][number]>()
  const add = (name: string, role: RiskReport['contacts'][number]['roles'][number]): void => {
    const shown = name.replace(/^@/, '')
    const known = contacts.get(shown.toLowerCase()) ?? { name: shown, roles: [] }
    if (!known.roles.includes(role)) known.roles.push(role)
    contacts.set(shown.toLowerCase(), known)
  }
  for (const owners of ownersOfPaths(catalog.codeowners, paths).values()) for (const owner of owners) add(owner, 'owner')
  if (contacts.size === 0)
    for (const service of catalog.services)
      if (servicesOfPaths([service], paths).length > 0) for (const owner of service.owners) add(owner, 'owner')
  for (const { cause } of incidents) for (const reviewer of cause.reviewers) if (!reviewer.isBot) add(reviewer.login, 'reviewer')
  return [...contacts.values()].slice(0, MOST_CONTACTS)
}
