// Other incidents that belong to this one: linked by people, folded into it, or going on now around it.
import type { Incident } from '../domain/incident.ts'
import type { ReportedRelated } from '../domain/report.ts'
import type { TimelineEntry } from '../domain/timeline.ts'
import { relatedReason } from '../rank/similar/similar.ts'
import type { Work } from '../work.ts'
import type { Said } from './read-timeline.ts'
import { distanceTo, seeReadable, type Scope } from './scope.ts'

const MOST_OPEN = 200
const MOST_SHOWN = 5
/** Incidents of connected services that begin so close to each other are one trouble until proven otherwise. */
const BURST_MS = 60 * 60_000

export type Related = { other: Incident; shown: ReportedRelated }

/** At most five: what people linked first, then what is further upstream in the same burst, then the rest of what is open. */
export async function gatherRelated(
  work: Work,
  incident: Incident,
  scope: Scope,
  { entries, duplicates }: Said,
  similarIds: ReadonlySet<number>,
): Promise<Related[]> {
  const said = [...(await linked(work, entries, scope)), ...(await folded(work, duplicates, scope))]
  const known = new Set([incident.id, ...said.map(({ other }) => other.id)])
  const around = (await openAround(work, incident, scope, similarIds)).filter(({ other }) => !known.has(other.id))
  return [...said, ...around].slice(0, MOST_SHOWN)
}

async function linked(work: Work, entries: readonly TimelineEntry[], scope: Scope): Promise<Related[]> {
  const found = new Map<number, Related>()
  await seeReadable(
    work,
    scope,
    entries.flatMap(({ fact }) => (fact.kind === 'related' ? [fact.repositoryId] : [])),
  )
  for (const { fact, text } of entries) {
    if (fact.kind !== 'related' || !scope.readable.has(fact.repositoryId)) continue
    const other = await work.tenant.incidents.byIssue(fact.repositoryId, fact.issueNumber)
    if (!other || other.retractedAt) continue
    found.set(other.id, { other, shown: shownAs(other, scope, text === '' ? 'linked by somebody' : `linked: ${text}`) })
  }
  return [...found.values()]
}

async function folded(work: Work, duplicates: readonly Incident[], scope: Scope): Promise<Related[]> {
  await seeReadable(
    work,
    scope,
    duplicates.map(({ repositoryId }) => repositoryId),
  )
  return duplicates
    .filter(({ repositoryId }) => scope.readable.has(repositoryId))
    .map((other) => ({ other, shown: shownAs(other, scope, 'a duplicate of this one') }))
}

async function openAround(work: Work, incident: Incident, scope: Scope, similarIds: ReadonlySet<number>): Promise<Related[]> {
  // What goes on elsewhere helps while this one does.
  if (incident.status === 'resolved') return []
  const open = await work.tenant.incidents.open(MOST_OPEN)
  await seeReadable(
    work,
    scope,
    open.map(({ repositoryId }) => repositoryId),
  )
  const found = open.flatMap((other) => {
    if (!scope.readable.has(other.repositoryId) || other.duplicateOfId !== null) return []
    const reason = relatedReason({ distance: distanceTo(other, scope), isSimilar: similarIds.has(other.id), services: other.services })
    if (!reason) return []
    const steps = Math.abs(other.detectedAt.getTime() - incident.detectedAt.getTime()) <= BURST_MS ? stepsUpstream(other, scope) : 0
    return [{ other, steps, shown: { ...shownAs(other, scope, reason), isUpstream: steps > 0 } }]
  })
  // Stable: those at the same distance stay as they were.
  return found.toSorted((a, b) => b.steps - a.steps)
}

/** Over how many dependencies of the affected services one of the other's is reached; 0 when over none, or the same. */
function stepsUpstream(other: Incident, scope: Scope): number {
  const reached = scope.services.filter(({ repositoryId, name }) => repositoryId === other.repositoryId && other.services.includes(name))
  return reached.length === 0 ? 0 : Math.min(...reached.map(({ distance }) => distance))
}

function shownAs(other: Incident, scope: Scope, reason: string): ReportedRelated {
  const { title, status, openedAt, services, url } = other
  return { link: { text: nameOf(other, scope), url }, title, status, reason, openedAt, services, isUpstream: false }
}

/** As readers of the scope's repository know it. */
export function nameOf(other: Pick<Incident, 'repositoryId' | 'issueNumber'>, scope: Scope): string {
  const home = scope.readable.get(other.repositoryId)
  return other.repositoryId === scope.repository.id || !home ? `#${other.issueNumber}` : `${home.owner}/${home.name}#${other.issueNumber}`
}
