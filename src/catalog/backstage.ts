// Backstage's catalog-info.yaml, read for its components: https://backstage.io/docs/features/software-catalog/descriptor-format
import { z } from 'zod'
import type { CatalogProblem } from '../domain/service.ts'
import type { DeclaredService } from '../settings/repository.ts'
import { readYaml } from '../settings/yaml-document.ts'
import type { YamlDocument } from '../settings/yaml-document.ts'

/** Folders whose files describe something that is not (yet) a component of this repository. */
const NOT_OURS = /(?:^|\/)(?:node_modules|vendor|skeleton|testdata|fixtures|__fixtures__)\//

const MAX_COMPONENTS = 2000
const name = /^[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/

const component = z.object({
  kind: z.literal('Component'),
  metadata: z.object({
    name: z.string().regex(name),
    annotations: z.record(z.string(), z.unknown()).nullish().catch(null),
    links: z
      .array(z.object({ url: z.string(), title: z.string().nullish() }))
      .nullish()
      .catch(null),
  }),
  spec: z
    .object({ owner: z.string().nullish().catch(null), dependsOn: z.array(z.string()).nullish().catch(null) })
    .nullish()
    .catch(null),
})

export type ReadBackstage = { services: DeclaredService[]; problems: CatalogProblem[] }

/** Whether a file found by its name is one that speaks of this repository's own components. */
export const isOwnCatalogInfo = (path: string): boolean => !NOT_OURS.test(path)

/**
 * The components of all files (path → text), by path. A component lives in the folder of its file, or in the folder of
 * this repository that its source location names; one that says it belongs to another repository is left out. Files that
 * are not YAML are errors; a component without a usable name is a warning, since Backstage is the judge of its own files.
 */
export const readBackstage = (
  files: ReadonlyMap<string, string>,
  repository: { owner: string; name: string; defaultBranch: string },
): ReadBackstage => {
  const problems: CatalogProblem[] = []
  const services = new Map<string, DeclaredService>()
  for (const [path, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { documents, problems: unreadable } = readYaml(text, path)
    problems.push(...unreadable)
    for (const document of documents) {
      if ((document.value as { kind?: unknown } | null)?.kind !== 'Component') continue
      const warn = (message: string, at: string[]): unknown =>
        problems.push({ path, ...document.placeOf(at), message, severity: 'warning' })
      const service = serviceOf(document, path, repository)
      if (service === 'elsewhere') continue
      if (service === null) warn('This component has no usable metadata.name: it is left out.', ['metadata', 'name'])
      else if (services.has(service.name)) warn('A component of this name was read before: this one is left out.', ['metadata', 'name'])
      else if (services.size < MAX_COMPONENTS) services.set(service.name, service)
    }
  }
  return { services: [...services.values()], problems }
}

const serviceOf = (
  document: YamlDocument,
  path: string,
  repository: { owner: string; name: string; defaultBranch: string },
): DeclaredService | 'elsewhere' | null => {
  const parsed = component.safeParse(document.value)
  if (!parsed.success) return null
  const { metadata, spec } = parsed.data
  const annotation = (key: string): string | null => {
    const value = metadata.annotations?.[key]
    return typeof value === 'string' ? value : null
  }
  const slug = annotation('github.com/project-slug')
  if (slug !== null && slug.toLowerCase() !== `${repository.owner}/${repository.name}`.toLowerCase()) return 'elsewhere'
  const stated = folderOf(annotation('backstage.io/source-location'), repository)
  if (stated === 'elsewhere') return 'elsewhere'
  const folder = stated?.folder ?? path.split('/').slice(0, -1).join('/')
  const team = annotation('github.com/team-slug')
  const owner = team !== null ? `@${team}` : entityName(spec?.owner)
  return {
    name: metadata.name,
    paths: folder === '' ? [] : [`${quoted(folder)}/**`],
    environments: [],
    owners: owner === null ? [] : [owner],
    dependsOn: (spec?.dependsOn ?? []).flatMap((reference) => componentName(reference) ?? []),
    runbooks: (metadata.links ?? []).filter(({ title }) => /run-?book/i.test(title ?? '')).map(({ url }) => url),
  }
}

/** `url:https://github.com/acme/shop/tree/main/services/checkout/` names a folder here; without one it names the root's file. */
const folderOf = (
  location: string | null,
  repository: { owner: string; name: string; defaultBranch: string },
): { folder: string } | 'elsewhere' | null => {
  const url = location === null ? null : URL.parse(location.replace(/^url:/, ''))
  if (url === null) return null
  const [owner, repo, view, ...rest] = url.pathname.split('/').filter((part) => part !== '')
  if (owner === undefined || repo === undefined) return null
  if (`${owner}/${repo}`.toLowerCase() !== `${repository.owner}/${repository.name}`.toLowerCase()) return 'elsewhere'
  if (view !== 'tree') return null
  const branch = repository.defaultBranch.split('/')
  const isDefault = branch.every((part, i) => rest[i] === part)
  const folder = rest.slice(isDefault ? branch.length : 1).map(decoded)
  return folder.length === 0 ? null : { folder: folder.join('/') }
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** A folder's name as a glob that means just that. */
const quoted = (folder: string): string => folder.replace(/[*?{}[\]\\!]/g, '\\$&')

/** `[kind:][namespace/]name`. */
const entityName = (reference: string | null | undefined): string | null => reference?.split(':').at(-1)?.split('/').at(-1)?.trim() || null

const componentName = (reference: string): string | null => (/^(?:component:|[^:]+$)/i.test(reference) ? entityName(reference) : null)
