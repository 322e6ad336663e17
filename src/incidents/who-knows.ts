// Who knows a change: author, merger, reviewers, owners of what it touches. Never a bot, and never a suspect. Pure.
import type { Change } from '../domain/change.ts'
import type { Contact } from '../domain/report.ts'
import type { Catalog } from '../domain/service.ts'
import { isPseudonym } from '../domain/pseudonym.ts'
import { ownersOfPaths } from '../catalog/codeowners.ts'
import { servicesOfPaths } from '../catalog/services-of-paths.ts'

const MOST_CONTACTS = 6
const MOST_PATHS = 200

/** In this order: author, merger, reviewers, owners; each once with all its roles. */
export function whoKnows(change: Change, catalog: Catalog | undefined): Contact[] {
  const contacts = new Map<string, Contact>()
  const add = (name: string, role: Contact['roles'][number]): void => {
    const key = name.toLowerCase()
    const known = contacts.get(key) ?? { name, roles: [] }
    if (!known.roles.includes(role)) known.roles.push(role)
    contacts.set(key, known)
  }
  for (const [person, role] of [
    [change.author, 'author'],
    [change.merger, 'merger'],
    ...change.reviewers.map((reviewer) => [reviewer, 'reviewer'] as const),
  ] as const) {
    if (person && !person.isBot && !isPseudonym(person.login)) add(person.login, role)
  }
  for (const owner of ownersOf(change, catalog)) if (!isPseudonym(owner)) add(owner, 'owner')
  return [...contacts.values()].slice(0, MOST_CONTACTS)
}

function ownersOf(change: Change, catalog: Catalog | undefined): Set<string> {
  const owners = new Set<string>()
  if (!catalog) return owners
  const paths = change.files.slice(0, MOST_PATHS).map((file) => file.path)
  for (const named of ownersOfPaths(catalog.codeowners, paths).values()) for (const owner of named) owners.add(withoutAt(owner))
  if (owners.size > 0) return owners
  const touched = servicesOfPaths(catalog.services, paths)
  for (const service of catalog.services) {
    if (touched.includes(service.name)) for (const owner of service.owners) owners.add(withoutAt(owner))
  }
  return owners
}

function withoutAt(owner: string): string {
  return owner.replace(/^@/, '')
}
