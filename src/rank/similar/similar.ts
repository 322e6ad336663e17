// Which earlier incidents are like this one. Enters: the incident and at most a few hundred candidates that the text
// index found; leaves: those worth showing, best first, each with its reason. Nothing here reads a clock or a store.
import { messageTemplate } from '../fingerprint.ts'
import { matchProbabilities } from './similar-first.ts'
import { featuresOf, type Features } from './similar-features.ts'
import { linear, shippedSimilarModel, type SimilarModel } from './similar-model.ts'
import {
  readCandidate,
  readQuery,
  type ComparableIncident,
  type ReadCandidate,
  type ReadQuery,
  type TextStatistics,
} from './similar-read.ts'
import { sharedReason } from './similar-reason.ts'

export type SimilarMatch = {
  id: number
  /** Higher is more alike; comparable within one answer only. */
  score: number
  /** Chance that it is the same kind of trouble. */
  probability: number
  /** Plain words; foreign text in it is raw. */
  reason: string
  /** Words of the incident that both have, rarest first. */
  sharedTerms: string[]
  /** Near-copies folded into this one, newest first. */
  copyIds: number[]
}

type Scored<T> = { incident: T; read: ReadCandidate; features: Features; score: number; probability: number }

const WEEK_MS = 7 * 86_400_000
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * 86_400_000

/**
 * Candidates worth showing, best first; none when none is alike enough. Incidents opened after `now` and the query
 * itself are left out. Ties are broken by id. `statistics` are the text index's, for the query's terms.
 */
export function rankSimilar(
  query: ComparableIncident,
  candidates: readonly ComparableIncident[],
  statistics: TextStatistics,
  now: Date,
  model: SimilarModel = shippedSimilarModel,
): SimilarMatch[] {
  const { read, scored } = scoreSimilar(query, candidates, statistics, now, model)
  const worth = scored.filter(({ probability }) => probability >= model.threshold)
  return foldCopies(worth).map(({ best, copies }) => ({
    id: best.incident.id,
    score: best.score,
    probability: best.probability,
    ...sharedReason(read, best.read, best.features),
    copyIds: copies.map(({ incident }) => incident.id),
  }))
}

/** Every candidate with its score, best first, shown or not. */
export function scoreSimilar<T extends ComparableIncident>(
  query: ComparableIncident,
  candidates: readonly T[],
  statistics: TextStatistics,
  now: Date,
  model: SimilarModel = shippedSimilarModel,
): { read: ReadQuery; scored: Scored<T>[] } {
  const read = readQuery(query, statistics)
  const earlier = candidates.filter(({ id, openedAt }) => id !== query.id && openedAt.getTime() <= now.getTime())
  const reads = earlier.map((incident) => readCandidate(read, incident))
  const rows = featuresOf(read, reads, statistics, now)
  const ordered = earlier
    .map((incident, index) => ({ incident, read: reads[index]!, features: rows[index]!, score: linear(model.order, rows[index]!) }))
    .sort((a, b) => b.score - a.score || a.incident.id - b.incident.id)
  const scores = ordered.map(({ score }) => score)
  const probabilities = ordered[0] === undefined ? [] : matchProbabilities(model, read, ordered[0].features, scores)
  return { read, scored: ordered.map((each, index) => ({ ...each, probability: probabilities[index]! })) }
}

/** The same alarm again and again is one past incident that happened often; the newest speaks for all. */
function foldCopies<T extends ComparableIncident>(scored: readonly Scored<T>[]): { best: Scored<T>; copies: Scored<T>[] }[] {
  const groups = new Map<string, Scored<T>[]>()
  for (const each of scored) {
    const key = JSON.stringify([messageTemplate(each.incident.title), [...each.incident.services].sort()])
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  return [...groups.values()].flatMap((group) => {
    const newestFirst = group.toSorted(
      (a, b) => b.incident.openedAt.getTime() - a.incident.openedAt.getTime() || a.incident.id - b.incident.id,
    )
    const [best, ...copies] = newestFirst
    return best === undefined ? [] : [{ best, copies }]
  })
}

/**
 * Why an open incident elsewhere may be the same trouble, or null when nothing says so. `distance`: edges between its
 * services and ours (0: the same); null when unconnected.
 */
export function relatedReason(other: {
  distance: number | null
  isSimilar: boolean
  services: readonly string[]
  sharesDeployment?: boolean
}): string | null {
  const reasons: string[] = []
  if (other.sharesDeployment === true) reasons.push('changed by the same deployment')
  const name = other.services.slice(0, 2).join(' and ')
  if (other.distance === 0) reasons.push(name === '' ? 'same service' : `same service ${name}`)
  else if (other.distance === 1) reasons.push(name === '' ? 'depends on it directly' : `${name} is directly connected`)
  else if (other.distance !== null) reasons.push(`${name === '' ? 'a service' : name} is ${other.distance} dependencies away`)
  if (other.isSimilar) reasons.push('similar text')
  return reasons.length === 0 ? null : reasons.join('; ')
}

/** How many fell into each of the last `weeks` ISO weeks (Monday to Sunday, UTC), oldest first, ending with that of `now`. */
export function heatmap(times: readonly Date[], now: Date, weeks: number): { weekStart: Date; count: number }[] {
  const last = weekOf(now)
  const counts = new Map<number, number>()
  for (const time of times) counts.set(weekOf(time), (counts.get(weekOf(time)) ?? 0) + 1)
  return Array.from({ length: Math.max(0, weeks) }, (_, index) => {
    const week = last - weeks + 1 + index
    return { weekStart: new Date(FIRST_MONDAY_MS + week * WEEK_MS), count: counts.get(week) ?? 0 }
  })
}

const weekOf = (at: Date): number => Math.floor((at.getTime() - FIRST_MONDAY_MS) / WEEK_MS)
