import type { Service } from '../domain/service.ts'
import { nameGlob, pathGlob } from './glob.ts'

/** Names of the services that own at least one of these paths, in the catalog's order. No globs means every path. */
export const servicesOfPaths = (services: readonly Pick<Service, 'name' | 'paths'>[], paths: readonly string[]): string[] =>
  services.filter((service) => pathsOfService(service, paths).length > 0).map((service) => service.name)

/** Which of these repository paths belong to the service. */
export const pathsOfService = (service: Pick<Service, 'paths'>, paths: readonly string[]): string[] => {
  if (service.paths.length === 0) return [...paths]
  const globs = service.paths.map((pattern) => ({ start: literalStart(pattern), matches: pathGlob(pattern) }))
  return paths.filter((path) => globs.some(({ start, matches }) => path.startsWith(start) && matches(path)))
}

/** The folders that a glob begins with, as plain text: they tell most paths apart without walking the glob. */
const literalStart = (pattern: string): string => /^\w[\w./-]*\//.exec(pattern)?.[0] ?? ''

/**
 * The service's own name for the environment that a deployment calls `name`; the first declared one whose globs match
 * counts, else the one that is called so itself (releases and workflow runs know no other name than `production`).
 * Null when the service declares environments and none of them is meant; the name itself when it declares none.
 */
export const environmentOf = ({ environments }: Pick<Service, 'environments'>, name: string): string | null => {
  if (environments.length === 0) return name
  const mapped = environments.find(({ patterns }) => patterns.some((pattern) => nameGlob(pattern)(name)))
  const found = mapped ?? environments.find((one) => one.name.toLowerCase() === name.toLowerCase())
  return found?.name ?? null
}
