// What a repository's files say about its services: causeway.yml, else catalog-info.yaml, else the repository itself.
// It asks GitHub for the files and the store for the last good version, and knows nothing of who needs the catalog.
import type { Repository } from '../domain/repository.ts'
import type { Catalog, CatalogProblem } from '../domain/service.ts'
import { MissingPermission } from '../github/github.ts'
import { readRepositoryFile, settingsOf } from '../settings/repository.ts'
import type { DeclaredService, StatedSettings } from '../settings/repository.ts'
import type { Work } from '../work.ts'
import { isOwnCatalogInfo, readBackstage } from './backstage.ts'
import { CODEOWNERS_PATHS, parseCodeowners } from './codeowners.ts'
import { reportProblems } from './report-problems.ts'

const REPOSITORY_FILE = '.github/causeway.yml'
const CATALOG_INFO = 'catalog-info.yaml'
/** Five GraphQL requests; a repository with more components than this describes them in causeway.yml. */
const MAX_CATALOG_INFOS = 500
/** New permissions are told by a webhook, which may be missed. */
const REFUSAL_MS = 86_400_000

/** Whether a push that touched this path may have changed the catalog. */
export const isCatalogPath = (path: string): boolean =>
  path === REPOSITORY_FILE ||
  (CODEOWNERS_PATHS as readonly string[]).includes(path) ||
  path === CATALOG_INFO ||
  path.endsWith(`/${CATALOG_INFO}`)

/**
 * Reads the repository's catalog, saves it and returns the one in force. With mistakes in the file the last good version
 * stays in force (else the repository counts as one service), and they are reported once, on `headSha` (the default
 * branch's newest commit, looked up when absent). Where the App may not read them, that is kept for a day. One or two GraphQL requests; a tree and further files only for Backstage.
 */
export const readCatalog = async (work: Work, repository: Repository, options: { headSha?: string } = {}): Promise<Catalog> => {
  const [known, read] = await Promise.all([work.tenant.catalogs.get(repository.id), readFiles(work, repository)])
  if (read === null) {
    const catalog = known?.catalog ?? oneService(repository, {}, {})
    const now = work.now()
    await work.tenant.catalogs.save(repository.id, catalog, known?.problems ?? [], now, new Date(now.getTime() + REFUSAL_MS))
    return catalog
  }
  const inForce = known?.catalog ?? oneService(repository, {}, read.organisation)
  const catalog = { ...(keptName(read.catalog, known?.catalog) ?? inForce), codeowners: read.codeowners }
  const problems = read.problems
  const reported = known?.problems ?? []
  if (JSON.stringify(problems) !== JSON.stringify(reported)) {
    // The old problems stand in the store until the new ones are reported: a crash in between reports again, never not at all.
    await work.tenant.catalogs.save(repository.id, catalog, reported, work.now())
    await reportProblems(work, repository, problems, { issueNumber: known?.problemIssueNumber ?? null, headSha: options.headSha ?? null })
  }
  await work.tenant.catalogs.save(repository.id, catalog, problems, work.now())
  return catalog
}

/** Deployments and incidents go by the service's name: it outlives another name of the repository it was taken from. */
const keptName = (read: Catalog | null, known: Catalog | null | undefined): Catalog | null =>
  read?.source === 'repository' && known?.source === 'repository' ? { ...read, services: known.services } : read

type ReadFiles = { catalog: Catalog | null; codeowners: Catalog['codeowners']; organisation: StatedSettings; problems: CatalogProblem[] }

/** Null: the App may not read them. */
const readFiles = async (work: Work, repository: Repository): Promise<ReadFiles | null> => {
  let files: Map<string, string>
  let organisation: StatedSettings
  try {
    ;[files, organisation] = await Promise.all([
      work.github.readFiles(repository, [REPOSITORY_FILE, ...CODEOWNERS_PATHS]),
      organisationSettings(work, repository),
    ])
  } catch (error) {
    if (!(error instanceof MissingPermission)) throw error
    work.log.warn({ repository: repository.id, err: error }, 'The repository counts as one service: its files may not be read')
    return null
  }
  const codeownersPath = CODEOWNERS_PATHS.find((path) => files.has(path))
  const codeowners = codeownersPath === undefined ? [] : parseCodeowners(files.get(codeownersPath) ?? '')
  const text = files.get(REPOSITORY_FILE)
  const own = text === undefined ? null : readRepositoryFile(text, REPOSITORY_FILE)
  if (own && !own.isValid) return { catalog: null, codeowners, organisation, problems: own.problems }
  const stated = own?.stated ?? {}
  const settings = settingsOf(stated, organisation)
  if (own?.services && own.services.length > 0) {
    return { catalog: catalogOf(repository, 'causeway.yml', own.services, settings), codeowners, organisation, problems: [] }
  }
  const backstage = await readCatalogInfos(work, repository)
  const hasErrors = backstage.problems.some(({ severity }) => severity === 'error')
  const catalog =
    backstage.services.length > 0
      ? catalogOf(repository, 'catalog-info.yaml', backstage.services, settings)
      : oneService(repository, stated, organisation)
  return { catalog: hasErrors ? null : catalog, codeowners, organisation, problems: backstage.problems }
}

/** What the organisation's `.github` repository states for all. Mistakes in it are told there, not in every repository. */
const organisationSettings = async (work: Work, repository: Repository): Promise<StatedSettings> => {
  if (repository.name.toLowerCase() === '.github') return {}
  const files = await work.github.readFiles({ owner: repository.owner, name: '.github' }, [REPOSITORY_FILE])
  const text = files.get(REPOSITORY_FILE)
  if (text === undefined) return {}
  const read = readRepositoryFile(text, REPOSITORY_FILE)
  if (read.isValid) return read.stated
  work.log.warn(
    { owner: repository.owner, problem: read.problems[0].message },
    'the organisation’s causeway.yml has mistakes and is not used',
  )
  return {}
}

const readCatalogInfos = async (
  work: Work,
  repository: Repository,
): Promise<{ services: DeclaredService[]; problems: CatalogProblem[] }> => {
  const paths = (await work.github.findFiles(repository, CATALOG_INFO)).filter(isOwnCatalogInfo).slice(0, MAX_CATALOG_INFOS)
  if (paths.length === 0) return { services: [], problems: [] }
  return readBackstage(await work.github.readFiles(repository, paths), repository)
}

const catalogOf = (
  repository: Repository,
  source: Catalog['source'],
  services: DeclaredService[],
  settings: Catalog['settings'],
): Catalog => ({
  source,
  services: services.map((service) => ({ ...service, repositoryId: repository.id })),
  codeowners: [],
  settings,
})

const oneService = (repository: Repository, stated: StatedSettings, organisation: StatedSettings): Catalog => {
  const service = { name: repository.name, paths: [], environments: [], owners: [], dependsOn: [], runbooks: [] }
  return catalogOf(repository, 'repository', [service], settingsOf(stated, organisation))
}
