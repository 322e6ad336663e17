// Past incidents like this one, and those going on now that may be the same trouble.
import type { Incident } from '../domain/incident.ts'
import type { Link, ReportedPastIncident, ReportedRelated } from '../domain/report.ts'
import { confirmedCauses, verdictsOf } from '../domain/verdicts.ts'
import { heatmap, rankSimilar } from '../rank/similar/similar.ts'
import { similarQuestion, similarTerms } from '../rank/similar/similar-terms.ts'
import { cutWords, packWords } from '../rank/similar/similar-words.ts'
import type { Work } from '../work.ts'
import { followUpsOf, isLeft } from './gather-follow-ups.ts'
import { gatherRelated, nameOf } from './gather-related.ts'
import type { Said } from './read-timeline.ts'
import { changeLink } from './rollback-kit.ts'
import { seeReadable, type Scope } from './scope.ts'

const MOST_CANDIDATES = 200
const MOST_SHOWN = 5
const HEATMAP_WEEKS = 26

export type Similar = {
  past: ReportedPastIncident[]
  heatmap: { weekStart: Date; count: number }[]
  related: ReportedRelated[]
  /** Where the incidents are from that any of this tells of. */
  repositoryIds: number[]
}

/** Makes the incident's own words findable. */
export async function indexIncident(work: Work, incident: Incident): Promise<void> {
  await work.tenant.incidents.indexTerms(incident.id, similarTerms(incident), packWords(cutWords(incident)))
}

export async function gatherSimilar(work: Work, incident: Incident, scope: Scope, said: Said): Promise<Similar> {
  const found = await work.tenant.incidents.search({
    reader: scope.repository,
    ...similarQuestion(incident),
    before: incident.openedAt,
    limit: MOST_CANDIDATES,
  })
  const candidates = (await work.tenant.incidents.withWords(found.ids))
    .filter((other) => other.id !== incident.id && other.retractedAt === null)
    .map((other) => ({ ...other, resolution: resolutionOf(other, incident) }))
  const byId = new Map(candidates.map((other) => [other.id, other]))
  const alike = rankSimilar(incident, candidates, found, incident.openedAt)
  const all = alike.flatMap((match) => [match.id, ...match.copyIds]).flatMap((id) => byId.get(id) ?? [])
  await seeReadable(
    work,
    scope,
    all.map((other) => other.repositoryId),
  )
  // What became unreadable since it was found; copies of one text may be from several repositories.
  for (const other of all) if (!scope.readable.has(other.repositoryId)) byId.delete(other.id)
  const similar = alike.filter((match) => [match.id, ...match.copyIds].some((id) => byId.has(id)))
  const link = (other: Incident) => ({ text: nameOf(other, scope), url: other.url })
  const groups = similar.map((match) => ({ reason: match.reason, all: [match.id, ...match.copyIds].flatMap((id) => byId.get(id) ?? []) }))
  // The newest of an alarm that repeats may still be going on: then the newest that is over speaks for it.
  const over = groups.flatMap(({ reason, all }) => {
    const [newest, ...copies] = all.filter((other) => isOverBefore(other, incident))
    return newest === undefined ? [] : [{ reason, newest, copies: copies.length }]
  })
  const shown = over.slice(0, MOST_SHOWN)
  const newestOnes = shown.map(({ newest }) => newest)
  const causes = await causesOf(work, newestOnes, scope)
  const followUps = await followUpsOf(work, newestOnes, scope)
  const past = shown.map(({ reason, newest, copies }): ReportedPastIncident => {
    return {
      link: link(newest),
      title: newest.title,
      openedAt: newest.openedAt,
      durationMs: newest.resolvedAt ? newest.resolvedAt.getTime() - newest.detectedAt.getTime() : null,
      fix: newest.fix,
      cause: causes.get(newest.id)?.link ?? null,
      copies,
      reason,
      followUps: (followUps.get(newest.id) ?? []).filter(isLeft),
    }
  })
  const counted = groups.flatMap(({ all }) => all)
  const related = await gatherRelated(work, incident, scope, said, new Set(similar.map((match) => match.id)))
  return {
    past,
    heatmap: heatmap(
      counted.map((other) => other.openedAt),
      incident.detectedAt,
      HEATMAP_WEEKS,
    ),
    related: related.map(({ shown }) => shown),
    repositoryIds: [
      ...new Set([
        ...[...counted, ...related.map(({ other }) => other)].map((other) => other.repositoryId),
        ...[...causes.values()].map(({ repositoryId }) => repositoryId),
      ]),
    ],
  }
}

type Cause = { link: Link; repositoryId: number }

/** What people said caused each of these; only changes that readers here may see. */
async function causesOf(work: Work, incidents: Incident[], scope: Scope): Promise<Map<number, Cause>> {
  const causes = new Map<number, Cause>()
  for (const { id, isTrusted } of incidents) {
    const [changeId] = isTrusted ? confirmedCauses(verdictsOf(await work.tenant.incidents.outcomes(id))) : []
    const [change] = changeId === undefined ? [] : await work.tenant.changes.byIds([changeId])
    if (change) await seeReadable(work, scope, [change.repositoryId])
    const home = change && scope.readable.get(change.repositoryId)
    if (!change || !home) continue
    const { text, url } = changeLink(change)
    const name = home.id === scope.repository.id ? text : `${home.owner}/${home.name}${change.number === null ? '@' : ''}${text}`
    causes.set(id, { link: { text: name, url }, repositoryId: home.id })
  }
  return causes
}

/** What ended it, in people's words, if that was known when the other was opened: later news are not part of its answer. */
function resolutionOf({ fix, resolvedAt }: Incident, query: Incident): string {
  if (fix === null || resolvedAt === null || resolvedAt > query.openedAt) return ''
  return fix.kind === 'pull-request' ? fix.title : fix.kind === 'comment' ? fix.excerpt : ''
}

/** Over now; or, once the incident itself is over, before that: later news are not part of its answer. */
function isOverBefore(other: Incident, incident: Incident): boolean {
  if (other.status !== 'resolved') return false
  return !incident.resolvedAt || !other.resolvedAt || other.resolvedAt <= incident.resolvedAt
}
