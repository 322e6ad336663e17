// Other incidents: going on with this one, or the same one.
import type { Incident } from '../../domain/incident.ts'
import type { Repository } from '../../domain/repository.ts'
import { areReadable } from '../../catalog/readable.ts'
import type { CommandKind, Saying, Told } from './command-kind.ts'

/** Of a chain of duplicates; a longer one is a circle. */
const MOST_STEPS = 20

export const related: CommandKind = {
  form: '/related #45 [why]',
  does: 'links another incident, both ways',
  run: (saying) => link(saying, 'related'),
}

export const duplicate: CommandKind = {
  form: '/duplicate #45',
  does: 'folds this incident into that one',
  run: (saying) => link(saying, 'duplicate'),
}

async function link(saying: Saying, kind: 'related' | 'duplicate'): Promise<Told> {
  const { work, incident, repository, by, saidAt } = saying
  const [named = '', ...why] = saying.rest.split(/\s+/)
  const found = await findIncident(saying, named)
  if (found === null) return { mistake: named === '' ? 'It needs an incident.' : `I know no incident ${named.slice(0, 100)}.` }
  const { other, home } = found
  if (other.id === incident.id) return { mistake: 'That is this incident itself.' }
  if (kind === 'duplicate' && (await leadsTo(saying, other, incident.id)))
    return { mistake: `${named} is a duplicate of this one already.` }
  const text = why.join(' ')
  const name = (of: Incident, at: Repository, reader: Repository): string =>
    at.id === reader.id ? `#${of.issueNumber}` : `${at.owner}/${at.name}#${of.issueNumber}`
  if (kind === 'related' && (await areReadable(work.tenant, home, [repository.id]))) {
    const fact = { kind, repositoryId: repository.id, issueNumber: incident.issueNumber, name: name(incident, repository, home) }
    const key = `related ${repository.id}#${incident.issueNumber}`
    await work.tenant.timeline.add(other.id, [{ key, at: saidAt, saidAt, by, text, url: incident.url, fact, revision: -saidAt.getTime() }])
  }
  const fact = { kind, repositoryId: home.id, issueNumber: other.issueNumber, name: name(other, home, repository) }
  return { facts: [{ fact, text }] }
}

async function leadsTo({ work }: Saying, from: Incident, id: number): Promise<boolean> {
  let at: Incident | null = from
  for (let step = 0; at !== null && step < MOST_STEPS; step++) {
    if (at.duplicateOfId === id) return true
    at = at.duplicateOfId === null ? null : await work.tenant.incidents.byId(at.duplicateOfId)
  }
  return at !== null
}

async function findIncident({ work, repository }: Saying, named: string): Promise<{ other: Incident; home: Repository } | null> {
  const [, owner, name, number] =
    /^(?:([\w.-]+)\/([\w.-]+))?#(\d{1,9})$/.exec(named) ??
    /^https?:\/\/[^/\s]+\/([\w.-]+)\/([\w.-]+)\/issues\/(\d{1,9})(?:[?#]\S*)?$/.exec(named) ??
    []
  if (number === undefined) return null
  const home = owner === undefined || name === undefined ? repository : await work.tenant.repositories.byName(owner, name)
  if (!home || !(await areReadable(work.tenant, repository, [home.id]))) return null
  const other = await work.tenant.incidents.byIssue(home.id, Number(number))
  return other && other.retractedAt === null ? { other, home } : null
}
